"""Answers as people and programs read them on a terminal."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from stancegraph.answer.answer import Answer, Citation, Table, plain
from stancegraph.answer.words import CAPACITIES, dated, day, listed, stands_on, with_article
from stancegraph.errors import StanceError
from stancegraph.model import ActorKind, Bounds, Polarity
from stancegraph.terminal import printable
from stancegraph.write.files import write_file
from stancegraph.write.table import columns_of, to_csv

STYLES = ("table", "json", "csv", "markdown", "html", "svg", "png")
"""How an answer can be printed or written."""

_SHOWN = 5
_ENDINGS = {
    **{style: style for style in STYLES if style != "table"},
    "md": "markdown",
    "htm": "html",
}
_ELSEWHERE = {
    "pdf": "name a .html file, and print it",
    "jpg": "name a .png file",
    "xlsx": "name a .csv file",
    "docx": "name a .md or .html file",
}
"""What answers are not written as, and what to do."""
_OPENS_IN = {"html": "browser", "svg": "browser or drawing program", "png": "picture viewer"}


def show(answer: Answer[Any], style: str | None, output: str) -> None:
    """Print an answer in a style, or write it to a file whose ending says in which."""
    style = _style_of(style, output)
    if style in _OPENS_IN:
        _show_page(answer, style, output)
    elif output == "-" and style == "table":
        click.echo(_as_table(answer, is_terminal=sys.stdout.isatty()), nl=False)
    elif output == "-":
        echo(_STYLES[style](answer), nl=False)
    else:
        write_file(output, _STYLES[style](answer))
        click.echo(f"wrote {output}", err=True)


def _style_of(style: str | None, output: str) -> str:
    """Return the style that is asked for; StanceError where a file's name contradicts it."""
    ending = Path(output).suffix.removeprefix(".").lower() if output != "-" else ""
    named = _ENDINGS.get(ending)
    if style and named and style != named:
        raise StanceError(f"{output!r} is not {style}: leave out --format, or name another file")
    if ending in _ELSEWHERE and not style:
        raise StanceError(f"an answer is not written as .{ending}: {_ELSEWHERE[ending]}")
    return style or named or "table"


def _show_page(answer: Answer[Any], style: str, output: str) -> None:
    """Write the page of an answer, or its first picture."""
    if style == "html":
        made = answer.page().html.encode()
    else:
        picture = answer.picture()
        made = picture.png() if style == "png" else picture.svg.encode()
    if output == "-":
        sys.stdout.buffer.write(made)
        return
    write_file(output, made)
    click.echo(f"wrote {output}: open it in any {_OPENS_IN[style]}", err=True)
    if style != "html" and len(answer.figures) > 1:
        more = len(answer.figures)
        click.echo(f"this is picture 1 of {more}: a .html file has all of them", err=True)


def _width() -> int:
    return max(60, shutil.get_terminal_size((120, 24)).columns)


def _console(*, is_terminal: bool) -> Console:
    return Console(file=io.StringIO(), width=_width(), force_terminal=is_terminal, highlight=False)


def _text_of(console: Console) -> str:
    """Return what was printed, without the white space that pads lines."""
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _as_table(answer: Answer[Any], *, is_terminal: bool = False) -> str:
    """Give verdict, tables, notes, evidence and method, in the order in which people need them."""
    console = _console(is_terminal=is_terminal)
    console.print(Text(printable(answer.verdict), style="bold"))
    console.print(Text(_as_of(answer), style="dim"))
    console.print()
    for table in answer.tables:
        console.print(Text(printable(table.title), style="bold"))
        console.print(_rich(table, console.width))
    _print_lines(console, answer.notes)
    if answer.evidence:
        if answer.notes:
            console.print()
        console.print(Text("Evidence", style="bold"))
        _print_evidence(console, answer)
    console.print()
    _print_lines(console, _tail(answer))
    return _text_of(console)


def _print_lines(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(Text(printable(line)))


def _print_evidence(console: Console, answer: Answer[Any]) -> None:
    records = _records(answer.evidence)
    shown = len(records) if _is_evidence(answer) else _SHOWN
    for citations in records[:shown]:
        for indent, line in zip((2, 7), _cited(citations), strict=True):
            console.print(Padding(Text(printable(line)), (0, 0, 0, indent), expand=False))
    if rest := len(records) - shown if len(records) > shown else 0:
        console.print(Text(f"  and {rest} more: --format json has all of it", style="dim"))


def print_table(table: Table, style: str) -> None:
    """Print a table on its own, for a screen or as Markdown."""
    if style == "markdown":
        click.echo("\n".join(_marked_down(table)))
        return
    console = _console(is_terminal=sys.stdout.isatty())
    console.print(_rich(table, console.width))
    console.print(Text(printable(table.title), style="dim"))
    click.echo(_text_of(console), nl=False)


def _is_evidence(answer: Answer[Any]) -> bool:
    """Tell whether the rows are the evidence themselves."""
    return answer.rows is answer.evidence


def _rich(table: Table, width: int) -> RichTable:
    grid = RichTable(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    filled = [i for i, _ in enumerate(table.columns) if any(row[i] for row in table.rows)]
    columns = ([table.columns[i], *(row[i] for row in table.rows)] for i in filled)
    cells = [[printable(text) for text in column] for column in columns]
    widths = _widths(cells, width - 2 * len(filled))
    for (head, *_), room in zip(cells, widths, strict=True):
        grid.add_column(Text(_wrapped(head, room)), overflow="fold", width=room)
    for row in zip(*(column[1:] for column in cells), strict=True):
        grid.add_row(*(Text(_wrapped(t, room)) for t, room in zip(row, widths, strict=True)))
    return grid


def _wrapped(text: str, width: int) -> str:
    """Break a text at white space and hyphens."""
    return "\n".join(wrap(text, max(1, width)))


def _widths(columns: list[list[str]], available: int) -> list[int]:
    """Share out the screen: every column its longest word, and the short columns all they need.

    >>> _widths([["short"], ["a longer text"]], 14), _widths([["short"], ["a text"]], 99)
    ([5, 9], [5, 6])
    """
    natural = [max(map(cell_len, column)) for column in columns]
    widths = [_longest(str.split, column) for column in columns]
    if sum(widths) > available:
        widths = [_longest(_BREAKS.split, column) for column in columns]
    while sum(widths) > available:
        widths[widths.index(max(widths))] -= 1
    spare = available - sum(widths)
    thirsty = sorted(range(len(columns)), key=lambda i: natural[i] - widths[i])
    for served, i in enumerate(thirsty):
        more = min(max(0, natural[i] - widths[i]), spare // (len(thirsty) - served))
        widths[i] += more
        spare -= more
    return widths


def _longest(parts_of: Callable[[str], Iterable[str]], column: Iterable[str]) -> int:
    return max((cell_len(part) for text in column for part in parts_of(text)), default=0)


_BREAKS = re.compile(r"\s+|(?<=-)")


def _as_of(answer: Answer[Any]) -> str:
    return f"As of {day(answer.as_of)}." if answer.as_of else "No record is dated."


def _records(evidence: Iterable[Citation]) -> list[list[Citation]]:
    """Put the stances of one record together, in the order in which the records come."""
    records: dict[str, list[Citation]] = {}
    for citation in evidence:
        records.setdefault(citation.id, []).append(citation)
    return list(records.values())


def _cited(stances: list[Citation]) -> tuple[str, str]:
    """Say in two lines who said it where, and what."""
    c = stances[0]
    when = dated(Bounds(not_before=c.not_before, not_after=c.not_after))
    where = f"{c.source} ¶{c.paragraph}"
    head = f"{c.id}  {c.speaker_name} ({CAPACITIES[c.capacity]}, {c.mode}), {when}, {where}:"
    says = "; ".join(_said(stances))
    gone = f" [deprecated: {c.deprecated}]" if c.deprecated else ""
    return head, f"{c.gist}{f' [{says}]' if says else ''}{gone}"


def _said(stances: Iterable[Citation]) -> Iterator[str]:
    """Say what a record conveys, holders of one stance together."""
    holders: dict[tuple[Polarity, str], list[Citation]] = {}
    for s in stances:
        if s.polarity and s.option:
            holders.setdefault((s.polarity, s.option), []).append(s)
    for (polarity, option), found in holders.items():
        names = [with_article(s.holder_name or "") for s in found]
        subjects = sum(2 if s.holder_kind is ActorKind.GROUP else 1 for s in found)
        yield f"{listed(names)} {stands_on(polarity, option, subjects=subjects)}"


def _tail(answer: Answer[Any]) -> Iterator[str]:
    if answer.flags:
        yield f"Flags: {', '.join(answer.flags)}."
    yield f"Method: {answer.method}"
    yield f"Again: {answer.reproduce}"


def _as_json(answer: Answer[Any]) -> str:
    return json.dumps(answer.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _as_csv(answer: Answer[Any]) -> str:
    return to_csv(map(plain, answer.rows), header=columns_of(answer.row_class))


def _as_markdown(answer: Answer[Any]) -> str:
    lines = [f"**{_escaped(answer.verdict)}**", "", _as_of(answer), ""]
    for table in answer.tables:
        lines += _marked_down(table)
    for note in answer.notes:
        lines += [_escaped(note), ""]
    if answer.evidence:
        lines += ["### Evidence", ""]
        lines += [f"- {_escaped(' '.join(_cited(c)))}" for c in _records(answer.evidence)]
        lines.append("")
    return "\n".join([*lines, "\n\n".join(map(_escaped, _tail(answer)))]) + "\n"


def _marked_down(table: Table) -> list[str]:
    rows = [table.columns, ("---",) * len(table.columns), *table.rows]
    lines = (f"| {' | '.join(map(_escaped, row))} |" for row in rows)
    return [f"### {_escaped(table.title)}", "", *lines, ""]


_STYLES: dict[str, Callable[[Answer[Any]], str]] = {
    "table": _as_table,
    "json": _as_json,
    "csv": _as_csv,
    "markdown": _as_markdown,
}

_MARKED = {ord(c): f"\\{c}" for c in "\\`*_[]<>|#"}


def _escaped(text: str) -> str:
    """Escape what Markdown or HTML in it would take for markup."""
    if text == "---":
        return text
    return printable(" ".join(text.split())).replace("&", "&amp;").translate(_MARKED)


def echo(text: str, *, nl: bool = True) -> None:
    """Print text of others: exactly into a file or a pipe, and so that a terminal only shows it."""
    if sys.stdout.isatty():
        text = "\n".join(printable(line.replace("\t", "    ")) for line in text.split("\n"))
    click.echo(text, nl=nl, color=True)  # or click leaves out what looks like a colour
