"""An answer as HTML for a notebook; every text escaped."""

from __future__ import annotations

from html import escape
from typing import Any

from stancegraph.answer.answer import Answer, Table
from stancegraph.answer.words import day


def to_html(answer: Answer[Any]) -> str:
    """Return an answer's verdict, first picture, tables and method as an HTML fragment."""
    as_of = f"As of {day(answer.as_of)}. " if answer.as_of else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in answer.notes)
    tables = "".join(map(_table, answer.tables))
    small = escape(f"{as_of}{answer.method}")
    said = f"<p><b>{escape(answer.verdict)}</b></p>{_figure(answer)}"
    return f"{said}{tables}{notes}<p><small>{small}</small></p>"


def _figure(answer: Answer[Any]) -> str:
    """Return the first picture as SVG; empty where there is none."""
    if not answer.figures:
        return ""
    from stancegraph.view.figures.picture import picture_of

    return picture_of(answer).svg.partition("?>")[2]


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in table.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows
    )
    return (
        f"<table><caption>{escape(table.title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
