"""The pages: each kind of view as one file, or all of them over the same data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from markupsafe import Markup

from stancegraph.errors import UnknownName
from stancegraph.suggest import did_you_mean
from stancegraph.view.content import (
    Content,
    chosen_line,
    content_of,
    kinds_of,
    silent_throughout,
    table_rows,
)
from stancegraph.view.data import data_of
from stancegraph.view.kinds import KINDS, PAGES_ONLY
from stancegraph.view.looks import MARKS
from stancegraph.view.network import network_data_of
from stancegraph.view.page import Page, render
from stancegraph.view.pyvis import library
from stancegraph.view.shown import shown_of
from stancegraph.view.story import (
    InvalidStory,
    Story,
    check_story,
    load_story,
    shipped_story,
    story_data,
)
from stancegraph.view.words import legible, words_of

if TYPE_CHECKING:
    from stancegraph.graph import Graph

_FILES = (
    *("style.css", "page.css"),
    *(
        "dom.js",
        "model.js",
        "symbols.js",
        "filters.js",
        "finder.js",
        "panel.js",
        "focus.js",
        "tables.js",
        "time.js",
    ),
)
_FILES_OF = {
    "positions": ("positions.css", "positions.js"),
    "matrix": ("grid.css", "grid.js", "matrix.js"),
    "agreement": ("grid.css", "grid.js", "agreement.js"),
    "network": (
        *("network.css", "glyphs.js", "recorder.js", "picture.js", "camps.js", "ego.js"),
        *("everything.js", "network.js"),
    ),
    "timeline": ("timeline.css", "timeline.js"),
    "story": ("story.css", "story.js"),
}
_LAST_FILES = ("export.js", "app.js")


def page_of(
    content: Content,
    kind: str,
    *,
    title: str | None = None,
    story: Story | None = None,
    for_class: bool = False,
) -> Page:
    """Make one page of a kind of view.

    A story, and the page with all kinds, tell `story`, else the one that is shipped with the
    debate; for a class it keeps the answers back until they are asked for.
    """
    words, shown = content.words, content.shown
    told = _told(content, kind, story)
    kinds = _kinds_on(kind, told)
    drawn = [*kinds, *(told.views if told else ())]
    files = _files(drawn)
    data = data_of(content, drawn) | {"kinds": kinds, "chosen": shown.opens_on}
    data["story"] = told and story_data(told, for_class=for_class)
    has_network = "network" in drawn
    if has_network:
        data["network"] = network_data_of(content)
    return render(
        "page.html",
        words=words,
        title=legible(title or (told.title if told and kind == "story" else content.asks(kind))),
        subtitle=_subtitle(content, is_titled=bool(title) or kind == "story"),
        styles=[name for name in files if name.endswith(".css")],
        scripts=[name for name in files if name.endswith(".js")],
        libraries=[library()] if has_network else [],
        data=data,
        kinds=kinds,
        drawn=drawn,
        actor_kinds=kinds_of(content),
        marks=_marks(data["rows"]),
        foreign=_foreign(content),
        **_opening(content, told.steps[0].view if told and kind == "story" else kinds[0]),
        **_tables(content, kind),
    )


def index_of(content: Content, pages: Mapping[str, str], *, title: str | None = None) -> Page:
    """Make the page that leads to the others: `pages` names the file of each kind."""
    return render(
        "index.html",
        words=content.words,
        title=legible(title or content.shown.graph.debate.title),
        subtitle=legible(content.shown.graph.debate.description or ""),
        styles=("style.css", "page.css"),
        scripts=(),
        data={},
        pages=pages,
        note=content.note,
    )


def _told(content: Content, kind: str, story: Story | None) -> Story | None:
    """Return the story that a page tells, having checked it; InvalidStory where it has to have one.

    With the other views as tabs, a shipped story that does not fit what is shown is left out.
    """
    debate = content.shown.graph.debate.id
    told = (story or shipped_story(debate)) if kind in PAGES_ONLY else None
    if told is None and kind == "story":
        remedy = "write one, in YAML or Markdown, and name its file"
        raise InvalidStory([f"no story comes with the debate {debate!r}; {remedy}"])
    if told is None:
        return None
    try:
        check_story(told, content, [k for k in _FILES_OF if k not in PAGES_ONLY])
    except InvalidStory:
        if not told.is_shipped:
            raise
        if kind == "story":
            why = f"the story that comes with {debate!r} does not fit what is chosen"
            raise InvalidStory([f"{why}: choose less, or name a story of your own"]) from None
        return None
    return told


def has_story(content: Content, story: Story | None) -> bool:
    """Tell whether there is a story for what is shown; InvalidStory where a named one is none."""
    return _told(content, "explore", story) is not None


def _kinds_on(kind: str, story: Story | None) -> list[str]:
    if kind != "explore":
        return [kind]
    return [k for k in KINDS if k in _FILES_OF and (story or k != "story")]


def _files(kinds: Iterable[str]) -> tuple[str, ...]:
    own = dict.fromkeys(name for kind in kinds for name in _FILES_OF[kind])
    return (*_FILES, *own, *_LAST_FILES)


def _foreign(content: Content) -> Markup:
    """Return the attribute that texts of the debate need where the page speaks another language."""
    language = content.shown.graph.debate.language
    if language == content.words.language:
        return Markup("")
    return Markup(' lang="{}"').format(language)


def _subtitle(content: Content, *, is_titled: bool) -> str:
    """Name the debate where the title does not, and whom somebody chose to show."""
    debate = legible(content.shown.graph.debate.title) if is_titled else ""
    return " · ".join(filter(None, (debate, chosen_line(content.shown, content.words))))


def _marks(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the marks that occur on any day, with their signs."""
    flags = {flag for row in rows for flag, _ in row.get("flags", ())}
    return {flag: sign for flag, sign in MARKS.items() if flag in flags}


def _opening(content: Content, kind: str) -> dict[str, str]:
    """Return what stands above the picture when the page opens."""
    text = next((o for o in content.options if o.id == content.shown.opens_on), None)
    if kind in content.summaries or text is None:
        verdict = content.summaries.get(kind, content.words["nothing_here"])
        return {"heading": content.words["heading_of"][kind], "verdict": verdict, "voices": ""}
    return {"heading": text.name, "verdict": text.verdict, "voices": text.voices}


def _tables(content: Content, kind: str) -> dict[str, Any]:
    """Return what a reader without scripts is told; a story is told in its own words."""
    if kind == "story":
        return {"tables": (), "table_note": "", "silent": {}, "throughout": (), "nobody": ""}
    tables = table_rows(content.options)
    n, total = sum(len(rows) for _, rows in tables), len(content.shown.positions)
    more = content.words.say("table_more", n=n, total=total) if n < total else ""
    throughout = silent_throughout(content)
    silent = {
        o.id: [name for _, name in o.silent if name not in throughout] for o in content.options
    }
    nobody = "silent_none" if content.shown.lists_silence else "silent_unlisted"
    return {
        "tables": tables,
        "table_note": more,
        "silent": silent,
        "throughout": throughout,
        "nobody": content.words[nobody],
    }


class Choice(TypedDict, total=False):
    """What is shown of a graph: the same for pages and pictures."""

    options: Iterable[str]
    """Names of options, each with those below it; all where none is named."""
    actors: Iterable[str]
    """Names of actors, an alliance with its members; all where none is named."""
    as_of: date | None
    """The day to show; that of the last record where none is given."""
    limit: int
    """At most so many positions are shown."""


def content_for(graph: Graph, *, language: str = "en", **choice: Unpack[Choice]) -> Content:
    """Put the chosen part of a graph into the words of a language, by its ISO 639-1 code."""
    words = words_of(language)
    return content_of(shown_of(graph, **choice), words)


def check_kind(kind: str) -> None:
    """Raise UnknownName, with a suggestion, unless there is such a kind of view."""
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        raise UnknownName(f"no view is called {kind!r}{hint}; there are {', '.join(KINDS)}")


def view(
    graph: Graph,
    kind: str = "positions",
    *,
    title: str | None = None,
    language: str = "en",
    story: str | Path | None = None,
    for_class: bool = False,
    **choice: Unpack[Choice],
) -> Page:
    """Make the page of one kind of view of a graph; `story` is the file of one."""
    check_kind(kind)
    told = load_story(story) if story else None
    content = content_for(graph, language=language, **choice)
    return page_of(content, kind, title=title, story=told, for_class=for_class)
