"""Positions as a picture: a row an option, a column a stance, who stands where in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, inf
from xml.etree.ElementTree import Element

from stancegraph.model import Polarity
from stancegraph.view.content import Content, OptionText, kinds_of
from stancegraph.view.looks import LOOKS, marks_of
from stancegraph.view.pictures.sheet import WIDTH, Drawing, nothing
from stancegraph.view.pictures.svg import (
    INK,
    SOFT,
    Block,
    frame,
    moved,
    paragraph,
    rule,
    stacked,
    write,
    write_lines,
)
from stancegraph.view.pictures.symbols import (
    MARK_WIDTH,
    actor_shape,
    kind_keys,
    line_keys,
    mark,
    mark_keys,
    stance_line,
    word_keys,
)
from stancegraph.view.pictures.text_width import width_of, wrapped
from stancegraph.view.records import Row

OPTIONS_AT_MOST = 40
"""More options than these are not drawn: no table of them can be read."""

HOLDERS_AT_MOST = 14
"""More holders than these are not named in one cell where all would not fit on a page."""

_NAME, _PAD = 234.0, 7.0
_EVERYBODY, _PAGE, _TALL = 400, 1_600, 2_600
_LEANING = (Polarity.LEANS_SUPPORT, Polarity.LEANS_OPPOSE)


def positions_drawing(content: Content) -> Drawing:
    """Draw who stands where on every option; of many options those with most positions."""
    words, chosen = content.words, content.shown.opens_on
    texts = {o.id: o for o in content.options}
    if chosen is None:
        return nothing(words["nothing_here"])
    drawn = _options(content)
    rows = [row for o in drawn for row in texts[o].rows]
    table = _table(content, drawn, _columns(rows))
    asked = texts[chosen]
    return Drawing(
        table.parts,
        table.height,
        heading=asked.name,
        says=asked.verdict,
        more=f"{asked.voices} {_silence(content, asked)}".strip(),
        left_out=_left_out(content, len(drawn)),
        honest=words["honest_positions"],
        key=[
            *line_keys(rows, words),
            *kind_keys(kinds_of(content), words),
            *word_keys(rows, words),
            *mark_keys(rows, words),
        ],
    )


def _options(content: Content) -> list[str]:
    """Return the options that are drawn, in the order of their issues."""
    n = {o.id: len(o.rows) for o in content.options}
    order = [o for _, options in content.issues for o in options]
    fullest = sorted(order, key=lambda o: (o != content.shown.opens_on, -n[o]))
    kept = set(fullest[:OPTIONS_AT_MOST])
    return [o for o in order if o in kept]


def _columns(rows: Sequence[Row]) -> list[Polarity]:
    """Return the columns, without the two leaning ones where nobody leans."""
    leans = any(row.stance in _LEANING for row in rows)
    return [p for p in LOOKS if p is not Polarity.NOT_DISCLOSED and (leans or p not in _LEANING)]


def _silence(content: Content, option: OptionText) -> str:
    if not option.silent:
        return ""
    words = content.words
    return f"{words['silent']} {words.listed_briefly((name for _, name in option.silent), 24)}."


def _left_out(content: Content, drawn: int) -> str:
    total = len(content.options)
    if drawn == total:
        return ""
    words = content.words
    return words.say("picture_options", n=words.number(drawn), total=words.number(total))


def _table(content: Content, drawn: Sequence[str], columns: Sequence[Polarity]) -> Block:
    """Draw the table, naming fewer holders in each cell where it would be too high to be read."""
    head = _headings(content, columns)
    for most, height in ((_EVERYBODY, _PAGE), (HOLDERS_AT_MOST, _TALL), (8, _TALL), (4, inf)):
        body = stacked([head, *_body(content, drawn, columns, most)])
        if body.height <= height:
            break
    return body


def _headings(content: Content, columns: Sequence[Polarity]) -> Block:
    parts = [write(_PAD, 16, content.words["option"], 13, bold=True)]
    width = _width(columns)
    for i, p in enumerate(columns):
        x = _NAME + i * width + _PAD
        label = wrapped(content.words.level(p), width - 2 * _PAD, 13, bold=True, most=1)
        parts += [write(x, 16, line, 13, bold=True, fill=LOOKS[p].ink) for line in label]
        parts.append(stance_line(p, x - 2, 30))
    parts.append(frame(0, 41, WIDTH, 2, fill="#aab3bd"))
    return Block(tuple(parts), 43)


def _width(columns: Sequence[Polarity]) -> float:
    return (WIDTH - _NAME) / len(columns)


def _body(
    content: Content, drawn: Sequence[str], columns: Sequence[Polarity], most: int
) -> list[Block]:
    texts = {o.id: o for o in content.options}
    narrower = {o.id for o in content.shown.options if o.broader in texts}
    blocks = []
    asked = _asked(content)
    others = [(issue, [o for o in options if o not in asked]) for issue, options in content.issues]
    for issue, options in [(content.words["asked"], asked), *others]:
        here = [o for o in options if o in drawn]
        if here:
            blocks.append(_issue(issue))
        for o in here:
            limit = max(most, HOLDERS_AT_MOST) if o == content.shown.opens_on else most
            name = _name(content, texts[o], o in narrower)
            cells = _cells(content, texts[o], columns, limit)
            blocks.append(_row(name, cells, columns, o == content.shown.opens_on))
    return blocks


def _asked(content: Content) -> list[str]:
    """Return the option in question and those below it, which stand first."""
    first = content.shown.opens_on
    return [first, *(o.id for o in content.shown.narrower(first))] if first else []


def _issue(name: str) -> Block:
    text = paragraph(name, WIDTH - 2 * _PAD, 12.5, bold=True, fill=SOFT, most=1)
    return Block((moved(_PAD, 12, *text.parts),), 12 + text.height + 5)


def _name(content: Content, option: OptionText, is_narrower: bool) -> Block:
    """Return an option's name, who is silent on it, and who does not say where they stand."""
    words, width = content.words, _NAME - 2 * _PAD - (16 if is_narrower else 0)
    bold = not is_narrower or option.id == content.shown.opens_on
    silent = f"{words['silent']} {len(option.silent)}" if option.silent else ""
    quiet = [r for r in option.rows if r.stance == Polarity.NOT_DISCLOSED]
    blocks = [
        paragraph(option.name, width, 14, bold=bold, most=4),
        paragraph(silent, width, 12, fill=SOFT, most=2),
    ]
    if quiet:
        label = words.level(Polarity.NOT_DISCLOSED)
        blocks.append(paragraph(label, width, 12, bold=True, fill=SOFT, most=1))
        blocks += _chips(content, quiet, width, 6)
    return stacked(blocks, x=_PAD + (16 if is_narrower else 0), gap=2)


def _cells(
    content: Content, option: OptionText, columns: Sequence[Polarity], most: int
) -> list[Block]:
    if not option.rows:
        key = "nobody_below" if content.shown.narrower(option.id) else "nothing_here"
        width = WIDTH - _NAME - 2 * _PAD
        return [paragraph(content.words[key], width, 13, fill=SOFT, most=1)]
    width = _width(columns) - 2 * _PAD
    return [_cell(content, [r for r in option.rows if r.stance == p], width, most) for p in columns]


def _cell(content: Content, rows: Sequence[Row], width: float, most: int) -> Block:
    """Return the holders of one stance; two abreast where there is room and there are many."""
    abreast = 2 if width > 240 and len(rows) > 3 else 1
    each = (width - (abreast - 1) * 8) / abreast
    chips = _chips(content, rows, each, most)
    more = chips[most:]
    high = ceil(len(chips[:most]) / abreast)
    stacks = [
        stacked(chips[:most][i : i + high], gap=4) for i in range(0, len(chips[:most]), high or 1)
    ]
    tops = [moved(i * (each + 8), 0, *s.parts) for i, s in enumerate(stacks)]
    side = Block(tuple(tops), max((s.height for s in stacks), default=0))
    number = _count(content, len(rows)) if more else Block((), 0)
    return stacked([number, side, *more], gap=5)


def _count(content: Content, n: int) -> Block:
    return write_lines([content.words.number(n)], 17, bold=True)


def _chips(content: Content, rows: Sequence[Row], width: float, most: int) -> list[Block]:
    """Return those who are named, and how many more there are."""
    words = content.words
    if len(rows) <= most + 1:
        return [_chip(row, width, words["sure_marks"]) for row in rows]
    left = words.say("more", n=words.number(len(rows) - most))
    named = [_chip(row, width, words["sure_marks"]) for row in rows[:most]]
    return [*named, paragraph(left, width, 12.5, bold=True, fill=SOFT, most=1)]


def _chip(row: Row, width: float, sure: Mapping[str, str]) -> Block:
    """Return one actor: shape, name, marks, whose word it is and how sure."""
    marks = marks_of(row.flags)
    room = width - 22
    lines = wrapped(row.name, room - MARK_WIDTH * len(marks), 13.5)
    name = write_lines(lines, 13.5, x=22)
    small = stacked(
        [paragraph(t, room, 11.5, fill=SOFT, most=2) for t in (row.told, sure[row.sure])]
    )
    parts: list[Element] = [
        actor_shape(row.kind, 9, 9, own=not row.is_hearsay, colour=_colour(row)),
        *name.parts,
    ]
    x = 22 + width_of(lines[-1] if lines else "", 13.5) + 4
    y = name.height - 8
    parts += [mark(m, x + i * MARK_WIDTH, y) for i, m in enumerate(marks)]
    parts.append(moved(22, name.height, *small.parts))
    return Block(tuple(parts), max(18, name.height + small.height))


def _colour(row: Row) -> str:
    return LOOKS[Polarity(row.stance)].colour


def _row(name: Block, cells: Sequence[Block], columns: Sequence[Polarity], asked: bool) -> Block:
    """Return one option's row with its tints, and a bar beside the one that is asked about."""
    height = max(name.height, *(c.height for c in cells)) + 15
    width = _width(columns)
    parts = [rule(0, 0, WIDTH)]
    if len(cells) == len(columns):
        parts += [
            frame(_NAME + i * width, 1, width, height - 1, fill=LOOKS[p].tint)
            for i, p in enumerate(columns)
            if p.side
        ]
    if asked:
        parts.append(frame(-4, 0, 4, height, fill=INK))
    parts.append(moved(0, 7, *name.parts))
    parts += [moved(_NAME + i * width + _PAD, 7, *c.parts) for i, c in enumerate(cells)]
    return Block(tuple(parts), height)
