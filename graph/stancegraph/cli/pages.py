"""Pages and pictures for people."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from stancegraph.cli.common import as_of_option, graph_option
from stancegraph.errors import StanceError
from stancegraph.view.kinds import KINDS, PAGES_ONLY
from stancegraph.write.files import make_folder, write_file

if TYPE_CHECKING:
    from stancegraph.view.content import Content
    from stancegraph.view.page import Page
    from stancegraph.view.pages import Choice
    from stancegraph.view.pictures.picture import Picture
    from stancegraph.view.story import Story

_ENDINGS = ("html", "svg", "png")
_OPENS_IN = {"html": "browser", "svg": "browser or drawing program", "png": "picture viewer"}


@click.command("view", epilog="Example: stancegraph view matrix -o skies.html --open")
@click.argument("kind", type=click.Choice(KINDS), required=False, metavar="[KIND]")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="What to write: .html, .svg or .png; '-' is standard output, with --all a folder.",
)
@click.option(
    "--format",
    "ending",
    type=click.Choice(_ENDINGS),
    help="What to write, where the file's name does not say it.  [default: html]",
)
@click.option("--all", "is_all", is_flag=True, help="Write all kinds into a folder, with an index.")
@click.option("--open", "is_opened", is_flag=True, help="Open the file when it is written.")
@click.option("--embed", is_flag=True, help="Print what to paste into a web page to show the file.")
@click.option(
    "--option",
    "options",
    metavar="OPTION",
    multiple=True,
    help="Show this option and those below it; repeatable. The page opens on the first.",
)
@click.option(
    "--actors",
    metavar="NAMES",
    help="Show these actors only, with commas between; an alliance stands for its members too.",
)
@click.option("--title", metavar="TEXT", help="The title.  [default: the debate's]")
@click.option(
    "--lang", "language", metavar="CODE", default="en", show_default=True, help="en or fr."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Show at most N positions: those on the options that divide most.  [default: 3000]",
)
@click.option("--story", "story", metavar="FILE", help="A story to tell, in YAML or Markdown.")
@click.option("--class", "for_class", is_flag=True, help="Hide a story's answers until asked.")
@graph_option
@as_of_option
def view_command(**asked: Any) -> None:
    """Write an interactive page, one file that works offline, or a picture.

    \b
    KIND is one of
      positions   who stands where: a row an option, a column a stance (the default)
      matrix      actors by options, like beside like
      agreement   actors by actors: on how many options they agree
      network     one option's camps, one actor's world, or all agreement
      timeline    what was said, done and voted when, and how positions moved
      story       a sequence of steps for a class or a briefing
      explore     all of these as tabs of one page

    The file needs no network and no other file. A name that ends in .svg or .png gives a picture
    without a browser; story and explore are pages only.
    """  # noqa: D301  (click reads the backspace)
    from stancegraph.graph import load
    from stancegraph.view.pages import content_for

    wanted = Wanted(**asked)
    ending = wanted.ending_of_file()
    graph = load(wanted.graph_name)
    content = content_for(graph, language=wanted.language, **wanted.choice)
    if wanted.is_all:
        _write_all(wanted, content)
    else:
        _write(wanted, content, ending)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody asked for."""

    kind: str | None
    output: str
    ending: str | None
    is_all: bool
    is_opened: bool
    embed: bool
    options: tuple[str, ...]
    actors: str | None
    title: str | None
    language: str
    limit: int | None
    story: str | None
    for_class: bool
    graph_name: str
    as_of: date | None

    @property
    def kind_of_view(self) -> str:
        """The kind of view, by default positions."""
        return self.kind or "positions"

    @property
    def choice(self) -> Choice:
        """What is shown of the graph."""
        choice: Choice = {"options": self.options, "as_of": self.as_of}
        choice["actors"] = [n.strip() for n in (self.actors or "").split(",") if n.strip()]
        if self.limit:
            choice["limit"] = self.limit
        return choice

    @cached_property
    def told(self) -> Story | None:
        """The story that was named; None leaves it to the one that comes with the debate."""
        from stancegraph.view.story import load_story

        return load_story(self.story) if self.story else None

    def ending_of_file(self) -> str:
        """Return what kind of file is asked for; StanceError where the words contradict."""
        tells = self.is_all or self.kind_of_view in PAGES_ONLY
        if (self.story or self.for_class) and not tells:
            raise StanceError("--story and --class go with story, explore or --all")
        return self._folder() if self.is_all else self._file()

    def _folder(self) -> str:
        if self.kind:
            raise StanceError(f"--all writes every kind: leave out {self.kind!r}, or --all")
        if self.ending or self.embed:
            raise StanceError("--all writes pages and pictures: leave out --format and --embed")
        if self.output == "-":
            raise StanceError("--all writes a folder: name one instead of '-'")
        return "html"

    def _file(self) -> str:
        named = Path(self.output).suffix.removeprefix(".").lower()
        ending = self.ending or (named if self.output != "-" else "html")
        if ending not in _ENDINGS:
            raise StanceError(f"{self.output!r} ends in none of .html, .svg and .png")
        if named in _ENDINGS and ending != named:
            raise StanceError(f"{self.output!r} is not {ending}: leave out --format")
        if ending != "html" and self.kind in PAGES_ONLY:
            raise StanceError(f"{self.kind!r} is a page to click through: name a .html file for it")
        if self.embed and (ending != "html" or self.output == "-"):
            raise StanceError("--embed frames a page's file: name a .html file")
        return ending

    def command(self, kind: str, as_of: date | None, ending: str) -> str:
        """Return the command that makes such a file again; of paths the names only."""
        named = {
            "as-of": as_of,
            "actors": self.actors,
            "title": self.title,
            "lang": self.language if self.language != "en" else None,
            "limit": self.limit,
            "story": Path(self.story).name if self.story and kind in PAGES_ONLY else None,
        }
        is_path = not self.graph_name.startswith("sparql:")
        graph = Path(self.graph_name).name if is_path else self.graph_name
        words = ["stancegraph", "view", kind, "-g", graph]
        words += [f"--option={option}" for option in self.options]
        words += [f"--{name}={value}" for name, value in named.items() if value]
        words += ["--class"] if self.for_class and kind in PAGES_ONLY else []
        return shlex.join([*words, "-o", f"{kind}.{ending}"])


def _page(wanted: Wanted, content: Content, kind: str) -> Page:
    from stancegraph.view.pages import page_of

    noted = _noted(wanted, content, kind, "html")
    return page_of(noted, kind, title=wanted.title, story=wanted.told, for_class=wanted.for_class)


def _picture(wanted: Wanted, content: Content, kind: str, ending: str) -> Picture:
    from stancegraph.view.pictures.picture import picture

    return picture(_noted(wanted, content, kind, ending), kind, title=wanted.title)


def _noted(wanted: Wanted, content: Content, kind: str, ending: str) -> Content:
    """Add to the note how to make a file again, whatever name it is given."""
    command = wanted.command(kind, content.shown.as_of, ending)
    again = content.words.say("note_again", command=command)
    return replace(content, note=(*content.note, again))


def _write(wanted: Wanted, content: Content, ending: str) -> None:
    """Write one page or picture to a file or to standard output."""
    kind, output = wanted.kind_of_view, wanted.output
    if ending == "html":
        page = _page(wanted, content, kind)
        made, frame = page.html.encode(), page.embed(quote(Path(output).name))
    else:
        picture = _picture(wanted, content, kind, ending)
        made, frame = picture.png() if ending == "png" else picture.svg.encode(), ""
    if output == "-":
        sys.stdout.buffer.write(made)
        return
    write_file(output, made)
    click.echo(f"wrote {output}: open it in any {_OPENS_IN[ending]}", err=True)
    if wanted.embed:
        click.echo(frame)
    if wanted.is_opened:
        click.launch(str(Path(output).resolve()))


def _write_all(wanted: Wanted, content: Content) -> None:
    """Write a page of every kind into a folder, with pictures and an index."""
    from stancegraph.view.pages import has_story, index_of

    folder = Path(wanted.output)
    kinds = [k for k in KINDS if k != "story" or has_story(content, wanted.told)]
    make_folder(folder)
    for kind in kinds:
        page = _page(wanted, content, kind)
        write_file(folder / f"{kind}.html", page.html)
        if kind not in PAGES_ONLY:
            picture = _picture(wanted, content, kind, "svg")
            write_file(folder / f"{kind}.svg", picture.svg)
        click.echo(f"  {kind}", err=True)
    index = index_of(content, {kind: f"{kind}.html" for kind in kinds}, title=wanted.title)
    write_file(folder / "index.html", index.html)
    click.echo(f"wrote {len(kinds)} views into {folder}: open {folder / 'index.html'}", err=True)
    if wanted.is_opened:
        click.launch(str((folder / "index.html").resolve()))
