"""The page of an answer: its verdict, figures, tables and evidence as one file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.etree.ElementTree import tostring

from markupsafe import Markup

from stancegraph.answer.answer import Answer, Citation, Table, plain
from stancegraph.answer.figure import Figure, Film, Grid
from stancegraph.answer.words import dated, sentence, stands_on, with_article
from stancegraph.model import ActorKind, Bounds, Polarity
from stancegraph.view.figures.drawing import draw_frames, draw_still
from stancegraph.view.figures.drawn import Drawn, Paper, svg_element
from stancegraph.view.figures.picture import WIDTH, again_of
from stancegraph.view.page import Page, render
from stancegraph.view.words import Words, legible, words_of
from stancegraph.write.table import columns_of, to_csv

_PHONE = 350.0
_CELLS_ON_PHONE = 900
"""A grid of more cells is not drawn a second time for phones; it is scrolled there."""

_SENTENCE_END = re.compile(
    r"""(?:(?<=[^\W_]{3}\.)|(?<=\s[a-z]{2}\.)|(?<=[\d)%'"]\.)) (?=[A-Z0-9'"])"""
)
"""Not after "St." or "U.S.": a longer word, one as "it", a number or a bracket comes before."""
_LEAD_AT_LEAST = 40

_TABLE_ROWS, _CARDS, _CSV_ROWS = 400, 200, 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """A drawing of a figure, or of a step of a film: wide, and for phones."""

    label: str
    says: str
    wide: Markup
    narrow: Markup | None
    unnamed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """A figure as the page shows it."""

    title: str
    says: str
    note: str
    frames: tuple[_Frame, ...]
    is_film: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """A record as the page shows it."""

    id: str
    who: str
    role: str
    when: str
    basis: str
    """How the coder knows, where the source prints no date."""
    place: str
    title: str
    gist: str
    says: tuple[tuple[str, str], ...]
    """Stances: the word for the colour, and the sentence."""
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A table as the page shows it: each cell in pieces, which may lead to a record."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[tuple[str, str | None], ...], ...], ...]
    more: str


def answer_page(answer: Answer[Any], *, language: str = "en") -> Page:
    """Make the page of an answer; its own sentences are in English as they are."""
    words = words_of(language)
    cards = _cards(answer, words)
    ids = {card.id for card in cards}
    total = len({c.id for c in answer.evidence})
    say = words["answer_page"]
    csv = to_csv(map(plain, islice(answer.rows, _CSV_ROWS)), header=columns_of(answer.row_class))
    return render(
        "answer.html",
        words=words,
        title=legible(answer.question),
        subtitle="",
        styles=("style.css", "answer.css"),
        scripts=("dom.js", "answer.js"),
        data={"csv": csv, "name": _name(answer)},
        verdict=_parted(legible(answer.verdict)),
        as_of=_as_of(answer, words),
        flags=[legible(flag) for flag in answer.flags],
        figures=[_figure(f, words) for f in answer.figures],
        tables=[_table(t, ids, say["table_rows"]) for t in answer.tables],
        notes=[legible(note) for note in answer.notes],
        cards=cards,
        more=say["more_evidence"].format(n=total - len(cards)) if total > len(cards) else "",
        method=legible(answer.method),
        reproduce=legible(again_of(answer)),
        foreign=Markup("") if language == "en" else Markup(' lang="en"'),
    )


def _parted(verdict: str) -> tuple[str, str]:
    """Part what a verdict begins with, one sentence or some short ones, from what is less loud.

    >>> _parted("Two blocs. The first is led by France and St. Lucia (by 0.5). Others drift.")
    ('Two blocs. The first is led by France and St. Lucia (by 0.5).', ' Others drift.')
    """
    end = _SENTENCE_END.search(verdict, _LEAD_AT_LEAST)
    return (verdict[: end.start()], verdict[end.start() :]) if end else (verdict, "")


def _name(answer: Answer[Any]) -> str:
    """Return what saved files are called: the question's command."""
    words = answer.reproduce.split()
    return words[1] if len(words) > 1 and words[1].isascii() else "answer"


def _as_of(answer: Answer[Any], words: Words) -> str:
    if answer.as_of is None:
        return str(words["answer_page"]["undated"])
    return str(words["figure_words"]["as_of"]).format(day=words.day(answer.as_of))


def _figure(figure: Figure, words: Words) -> _Figure:
    wide = Paper(width=WIDTH, words=words)
    narrow = Paper(width=_PHONE, words=words)
    if isinstance(figure, Film):
        pairs = zip(draw_frames(figure, wide), draw_frames(figure, narrow), strict=True)
        frames = tuple(
            _frame(frame.label, frame.says, drawn, small, figure.title)
            for (frame, drawn), (_, small) in pairs
        )
    else:
        is_large = isinstance(figure, Grid) and len(figure.cells) > _CELLS_ON_PHONE
        small = None if is_large else draw_still(figure, narrow)
        frames = (_frame("", "", draw_still(figure, wide), small, figure.title),)
    return _Figure(
        title=legible(figure.title),
        says=legible(figure.says),
        note=legible(figure.note),
        frames=frames,
        is_film=isinstance(figure, Film),
    )


def _frame(label: str, says: str, wide: Drawn, narrow: Drawn | None, title: str) -> _Frame:
    about = label or title
    return _Frame(
        label=legible(label),
        says=legible(says),
        wide=_markup(wide, about),
        narrow=_markup(narrow, about) if narrow else None,
        unnamed=tuple(map(legible, wide.unnamed)),
    )


def _markup(drawn: Drawn, label: str) -> Markup:
    """Return a drawing as markup: built of elements, every text in it escaped on the way out."""
    return Markup(tostring(svg_element(drawn, label=label), encoding="unicode"))


def _table(table: Table, ids: set[str], more: str) -> _Shown:
    filled = [i for i, _ in enumerate(table.columns) if any(row[i] for row in table.rows)]
    rows = tuple(tuple(_pieces(row[i], ids) for i in filled) for row in table.rows[:_TABLE_ROWS])
    return _Shown(
        title=legible(table.title),
        columns=tuple(legible(table.columns[i]) for i in filled),
        rows=rows,
        more=more.format(n=_TABLE_ROWS) if len(table.rows) > _TABLE_ROWS else "",
    )


def _pieces(cell: str, ids: set[str]) -> tuple[tuple[str, str | None], ...]:
    """Cut a cell where it names records that are cited on the page."""
    text = legible(cell)
    words = text.split(" ")
    if not any(word.strip(",;") in ids for word in words):
        return ((text, None),)
    pieces: list[tuple[str, str | None]] = []
    for n, word in enumerate(words):
        bare = word.strip(",;")
        pieces.append((" " if n else "", None))
        if bare in ids:
            pieces += [(bare, bare), (word.removeprefix(bare), None)]
        else:
            pieces.append((word, None))
    return tuple(p for p in pieces if p[0])


def _cards(answer: Answer[Any], words: Words) -> list[_Card]:
    """Return the records, the stances of each together, in the order in which they come."""
    records: dict[str, list[Citation]] = {}
    for citation in answer.evidence:
        records.setdefault(citation.id, []).append(citation)
    return [_card(found, words) for found in islice(records.values(), _CARDS)]


def _card(stances: Sequence[Citation], words: Words) -> _Card:
    c = stances[0]
    bounds = Bounds(not_before=c.not_before, not_after=c.not_after)
    capacity, mode = words["capacities"][c.capacity], words["modes"][c.mode]
    kind = words["evidence_kinds"][c.kind]
    return _Card(
        id=c.id,
        who=legible(c.speaker_name),
        role=f"{kind}, {capacity}, {mode}",
        when=words.when(bounds) if words.language != "en" else dated(bounds),
        basis=legible(c.date_basis or ""),
        place=f"{legible(c.source)} ¶{c.paragraph}",
        title=legible(c.source_title),
        gist=legible(c.gist),
        says=tuple(_said(stances)),
        details=tuple((a, legible(b)) for a, b in _details(stances, words)),
    )


def _said(stances: Iterable[Citation]) -> Iterator[tuple[str, str]]:
    """Say what a record conveys, stance by stance; of very many the first."""
    for s in islice((s for s in stances if s.polarity and s.option), 12):
        if s.polarity and s.option:
            subjects = 2 if s.holder_kind is ActorKind.GROUP else 1
            holder = sentence(with_article(s.holder_name or ""))
            says = f"{holder} {stands_on(Polarity(s.polarity), s.option, subjects=subjects)}"
            yield s.polarity.value, legible(says)


def _details(stances: Sequence[Citation], words: Words) -> Iterator[tuple[str, str]]:
    c = stances[0]
    for label, name in (("because", "reasons"), ("conditions", "conditions"), ("limits", "limits")):
        found = dict.fromkeys(text for s in stances for text in getattr(s, name))
        if found:
            yield words[label], "; ".join(found)
    if c.via:
        yield words["source"], words.say("via", source=c.via)
    if c.conveys:
        yield words["answer_page"]["conveys"], ", ".join(c.conveys)
    if c.review:
        yield words["review"], c.review
    if c.deprecated:
        yield words["deprecated"], c.deprecated
