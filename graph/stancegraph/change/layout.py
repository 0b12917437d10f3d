"""Changing a debate's YAML where it stands: all that a change does not touch stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from stancegraph.change.edits import HEADER, Edit, own_fields, places_of
from stancegraph.errors import StanceError
from stancegraph.model import REGISTERS, Bounds, Debate, Evidence, Framing, Stance
from stancegraph.read.debate import read_texts
from stancegraph.read.yaml import Node, parse_text
from stancegraph.schema import Field, fields_of
from stancegraph.write.debate import beside, debate_yaml, entry_yaml, flow_yaml, item_yaml

Texts = Mapping[str, str]
"""The texts of a debate's files, by name, in the order in which they are read."""


class Piece(NamedTuple):
    """A piece of a text, from one character to before another, and what is to stand there."""

    start: int
    end: int
    new: str


class _Overlap(Exception):
    """Two pieces of a text that cannot both be replaced."""


def rewritten(
    texts: Texts, before: Debate, edits: Sequence[Edit], after: Debate, words: Mapping[int, str]
) -> dict[str, str]:
    """Return the texts of a debate that say `after` where they said `before`.

    Fields are changed where they stand; where that cannot be, the record is written anew. `words`
    has, by edit, the text that somebody has written for a record, to be taken as it is. What comes
    out is read again before it counts.
    """
    for wording, is_anew in ((words, False), ({}, False), ({}, True)):
        try:
            new = _Sheets(texts, before, after, is_anew=is_anew).changed(edits, wording)
        except _Overlap:
            continue
        if says(new, after):
            return new
    raise StanceError(
        "the debate's files cannot be changed in place; write them anew first, with "
        "'stancegraph export yaml -o FILE', and change that"
    )


def says(texts: Texts, debate: Debate) -> bool:
    """Tell whether some texts are those of a debate."""
    read = read_texts(texts)
    header = {f.name: getattr(debate, f.name) for f in _HEADER if getattr(debate, f.name)}
    is_same = all(read.records[name] == getattr(debate, name) for name in REGISTERS)
    return not read.problems and is_same and {"language": "en", **read.header} == header


_HEADER = own_fields(Debate)


def only_source(debate: Debate) -> str:
    """Return the only source with paragraphs, which records may leave out; "" if none is."""
    coded = [s.id for s in debate.sources if s.paragraphs]
    return coded[0] if len(coded) == 1 else ""


@dataclass(frozen=True, slots=True)
class _Standing:
    """A record where it stands."""

    file: str
    items: Node
    """The list in which it is."""
    index: int

    @property
    def node(self) -> Node:
        assert isinstance(self.items.value, list)
        return self.items.value[self.index]


class _Sheets:
    """A debate's texts on the way from one state to the next."""

    def __init__(self, texts: Texts, before: Debate, after: Debate, *, is_anew: bool) -> None:
        self._texts = dict(texts)
        self._before, self._after = before, after
        self._is_anew = is_anew
        self._tops = {name: parse_text(text) for name, text in texts.items()}
        self._source = only_source(after)

    def changed(self, edits: Sequence[Edit], words: Mapping[int, str]) -> dict[str, str]:
        """Return the texts after the edits."""
        self._change_in_place(edits, words)
        self._remove(edits)
        self._put(edits, words)
        return self._texts

    def _replace(self, pieces: Mapping[str, Iterable[Piece]]) -> None:
        for file, found in pieces.items():
            text = self._texts[file]
            if "\r\n" in text:
                found = [p._replace(new=p.new.replace("\n", "\r\n")) for p in found]
            text = replaced(text, found)
            if text != self._texts[file]:
                self._texts[file] = text
                self._tops[file] = parse_text(text)

    def _standing(self, register: str) -> list[_Standing]:
        found = []
        for file, top in self._tops.items():
            items = _entry(top, register)
            if items and isinstance(items.value, list):
                found += [_Standing(file, items, n) for n in range(len(items.value))]
        return found

    def _change_in_place(self, edits: Sequence[Edit], words: Mapping[int, str]) -> None:
        pieces: dict[str, list[Piece]] = {name: [] for name in self._texts}
        done = set()
        for register in dict.fromkeys(e.register for e in edits if e.is_in_place):
            if register == HEADER:
                self._change_header(edits, pieces)
                continue
            standing = self._standing(register)
            mine = [(n, e) for n, e in enumerate(edits) if e.register == register and e.is_in_place]
            places = places_of(getattr(self._before, register), [e for _, e in mine])
            for (n, edit), place in zip(mine, places, strict=True):
                done.add((register, place))
                at = standing[place]
                pieces[at.file] += self._amended(at, edit, words.get(n))
        self._name_sources(pieces, done)
        self._replace(pieces)

    def _change_header(self, edits: Sequence[Edit], pieces: dict[str, list[Piece]]) -> None:
        for file, top in self._tops.items():
            if node := _entry(top, HEADER):
                text = self._texts[file]
                for edit in (e for e in edits if e.register == HEADER):
                    if self._is_anew and top and not top.is_flow:
                        anew = debate_yaml(edit.after).rstrip()
                        pieces[file].append(Piece(_key(top, HEADER).start, _end(text, node), anew))
                    else:
                        pieces[file] += _Amender(text, "").pieces(node, edit.before, edit.after, {})

    def _name_sources(self, pieces: dict[str, list[Piece]], done: set[tuple[str, int]]) -> None:
        """Let records name the source that they left out while it was the only one."""
        was = only_source(self._before)
        if was == self._source:
            return
        for n, at in enumerate(self._standing("evidence")):
            record = self._before.evidence[n]
            if ("evidence", n) not in done:
                amender = _Amender(self._texts[at.file], self._source)
                pieces[at.file] += amender.pieces(at.node, record, record, {})

    def _amended(self, at: _Standing, edit: Edit, words: str | None) -> Iterable[Piece]:
        text = self._texts[at.file]
        if words is None and not self._is_anew:
            implied = _implied(edit.after, self._source)
            return _Amender(text, self._source).pieces(at.node, edit.before, edit.after, implied)
        if at.items.is_flow:
            return [Piece(at.node.start, at.node.end, self._flow(edit.after))]
        start, column = _dash(text, at)
        item = words if words is not None else self._item(edit.after, column, at.node)
        end = _end(text, at.node) if words is None else _line_end(text, _end(text, at.node))
        return [Piece(start, end, _indented(item, column).strip())]

    def _item(self, record: Any, column: int, like: Node | None) -> str:
        is_flow = bool(like and like.is_flow)
        without = _implied(record, self._source)
        return item_yaml(record, without=without, column=column, is_flow=is_flow)

    def _flow(self, record: Any) -> str:
        item = item_yaml(
            record, without=_implied(record, self._source), column=-(10**6), is_flow=True
        )
        return item.removeprefix("- ").strip()

    def _remove(self, edits: Sequence[Edit]) -> None:
        for register in REGISTERS:
            mine = [e for e in edits if e.register == register]
            places = places_of(getattr(self._before, register), mine)
            gone = [p for e, p in zip(mine, places, strict=True) if e.after is None]
            for place in sorted(gone, reverse=True):
                at = self._standing(register)[place]
                self._replace({at.file: [self._removed(at, register)]})

    def _removed(self, at: _Standing, register: str) -> Piece:
        text, items = self._texts[at.file], at.items.value
        assert isinstance(items, list)
        if len(items) == 1:
            key = _key(self._tops[at.file], register)
            return Piece(key.end, max(_end(text, at.items), key.end), ": []")
        if at.items.is_flow:
            return _out_of_flow([(n.start, n.end) for n in items], at.index)
        start, _ = _dash(text, at)
        start = _line_start(text, start)
        end = _next_line(text, _end(text, at.node))
        if not text[_line_start(text, max(0, start - 1)) : start].strip():
            while end < len(text) and not text[end : _line_end(text, end)].strip():
                end = _next_line(text, end)  # one blank line between records, not two
        return Piece(start, end, "")

    def _put(self, edits: Sequence[Edit], words: Mapping[int, str]) -> None:
        new = [(n, e) for n, e in enumerate(edits) if e.before is None]
        for register in REGISTERS:
            mine = [(n, e) for n, e in new if e.register == register]
            placed = sorted((p for p in mine if p[1].at is not None), key=lambda p: p[1].at or 0)
            for n, edit in placed:
                self._insert(register, edit.at, [(edit.after, words.get(n))])
            last = [(e.after, words.get(n)) for n, e in mine if e.at is None]
            if last:
                self._insert(register, None, last)

    def _insert(
        self, register: str, at: int | None, records: Sequence[tuple[Any, str | None]]
    ) -> None:
        standing = self._standing(register)
        place = len(standing) if at is None else min(at, len(standing))
        if not standing:
            file, piece = self._first(register, records)
        elif place == 0:
            file, piece = standing[0].file, self._before_first(standing[0], records)
        else:
            file, piece = standing[place - 1].file, self._following(standing[place - 1], records)
        self._replace({file: [piece]})

    def _following(self, at: _Standing, records: Sequence[tuple[Any, str | None]]) -> Piece:
        text = self._texts[at.file]
        if at.items.is_flow:
            return Piece(
                at.node.end, at.node.end, "".join(f", {self._flow(r)}" for r, _ in records)
            )
        end = _line_end(text, _end(text, at.node))
        gap = "\n\n" if _has_gaps(text, at.items) else "\n"
        column = at.items.column - 1
        new = (words or self._item(r, column, at.node) for r, words in records)
        return Piece(end, end, "".join(f"{gap}{_indented(item, column).rstrip()}" for item in new))

    def _before_first(self, at: _Standing, records: Sequence[tuple[Any, str | None]]) -> Piece:
        text = self._texts[at.file]
        if at.items.is_flow:
            return Piece(
                at.node.start, at.node.start, "".join(f"{self._flow(r)}, " for r, _ in records)
            )
        start, column = _dash(text, at)
        start = _line_start(text, start)
        gap = "\n\n" if _has_gaps(text, at.items) else "\n"
        new = (words or self._item(r, column, at.node) for r, words in records)
        return Piece(start, start, "".join(f"{_indented(i, column).rstrip()}{gap}" for i in new))

    def _first(self, register: str, records: Sequence[tuple[Any, str | None]]) -> tuple[str, Piece]:
        """Begin a register: where its key stands with nothing below, or else after the others."""
        items = "".join(
            f"\n{_indented(words or self._item(r, 2, None), 2).rstrip()}" for r, words in records
        )
        for file, top in self._tops.items():
            if (empty := _entry(top, register)) and top and not top.is_flow:
                return file, Piece(_key(top, register).end, empty.end, f":{items}")
            if empty and top:
                flow = ", ".join(self._flow(r) for r, _ in records)
                return file, Piece(empty.start, empty.end, f"[{flow}]")
        file = self._home_of(register)
        top, text = self._tops[file], self._texts[file]
        if top and top.is_flow:
            flow = ", ".join(self._flow(r) for r, _ in records)
            return file, Piece(top.end - 1, top.end - 1, f", {register}: [{flow}]")
        end = _line_end(text, _end(text, top)) if top else len(text)
        lead = "\n\n" if top else ""
        return file, Piece(end, end, f"{lead}{register}:{items}{'' if top else chr(10)}")

    def _home_of(self, register: str) -> str:
        """Return the file in which a register belongs that no file has yet."""
        for other in beside(register):
            for file, top in self._tops.items():
                if _entry(top, other):
                    return file
        with_header = (file for file, top in self._tops.items() if _entry(top, HEADER))
        return next(with_header)


def _implied(record: Any, source: str) -> dict[str, Any]:
    """Return the fields that a record leaves out where the reader fills in the same."""
    is_only = isinstance(record, Evidence) and record.source == source
    return {"source": source} if is_only else {}


class _Amender:
    """Finds the pieces of one text by which records become others."""

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self._source = source

    def pieces(
        self, node: Node, before: Any, after: Any, implied: Mapping[str, Any]
    ) -> Iterator[Piece]:
        """Yield the pieces that change from one record to another; what may stay, stays."""
        if isinstance(after, Evidence):
            implied = {"source": self._source} if self._source else {}
        assert isinstance(node.value, dict)
        for f in own_fields(after.__class__):
            was, now = getattr(before, f.name), getattr(after, f.name)
            if f.key in node.value:
                yield from self._changed(node, f, (before, was), (after, now))
            elif now != implied.get(f.name, None if f.is_required else f.default):
                yield self._inserted(node, f, after)

    def _changed(
        self, node: Node, f: Field, before: tuple[Any, Any], after: tuple[Any, Any]
    ) -> Iterator[Piece]:
        (_, was), (record, now) = before, after
        assert isinstance(node.value, dict)
        value = node.value[f.key]
        if f.is_many and _is_record_class(f.type) and len(was) == len(now) and now:
            holder = {
                "holder": getattr(record, "principal", None) or getattr(record, "speaker", None)
            }
            implied = holder if f.type in (Stance, Framing) else {}
            assert isinstance(value.value, list)
            for item, one, other in zip(value.value, was, now, strict=True):
                yield from self.pieces(item, one, other, implied)
        elif was == now:
            return
        elif not f.is_required and now == f.default:
            yield self._deleted(node, f)
        else:
            yield self._replaced(node, f, record)

    def _replaced(self, node: Node, f: Field, record: Any) -> Piece:
        assert isinstance(node.value, dict)
        key, value = node.keys[f.key], node.value[f.key]
        flow = flow_yaml(f.name, record)
        if node.is_flow:
            return Piece(value.start, value.end, flow)
        end = _end(self._text, value)
        is_short = len(flow) <= 100 - value.column and "\n" not in self._text[value.start : end]
        if is_short and (value.is_flow if flow[0] in "[{" else _is_word(flow)):
            return Piece(value.start, end, flow)
        entry = entry_yaml(f.name, record, column=key.column - 1)
        return Piece(key.start, end, _indented(entry, key.column - 1).strip())

    def _deleted(self, node: Node, f: Field) -> Piece:
        assert isinstance(node.value, dict)
        keys = list(node.value)
        at = keys.index(f.key)
        spans = [(node.keys[k].start, _end(self._text, node.value[k])) for k in keys]
        if node.is_flow:
            return _out_of_flow(spans, at)
        start, end = spans[at]
        if self._text[_line_start(self._text, start) : start].strip():
            if at + 1 == len(keys):
                raise _Overlap
            return Piece(start, spans[at + 1][0], "")
        return Piece(_line_start(self._text, start), _next_line(self._text, end), "")

    def _inserted(self, node: Node, f: Field, record: Any) -> Piece:
        assert isinstance(node.value, dict)
        earlier = _staying_before(f, node.value, record)
        first = node.keys[next(iter(node.value))]
        if node.is_flow:
            entry = f"{f.key}: {flow_yaml(f.name, record)}"
            if not earlier:
                return Piece(first.start, first.start, f"{entry}, ")
            end = _end(self._text, node.value[earlier[-1]])
            return Piece(end, end, f", {entry}")
        indent = " " * (first.column - 1)
        entry = entry_yaml(f.name, record, column=first.column - 1)
        entry = _indented(entry, first.column - 1).strip()
        if not earlier:
            return Piece(first.start, first.start, f"{entry}\n{indent}")
        end = _line_end(self._text, _end(self._text, node.value[earlier[-1]]))
        return Piece(end, end, f"\n{indent}{entry}")


def _staying_before(f: Field, entries: Collection[str], record: Any) -> list[str]:
    """Return the keys that stand before a field's place, and stay."""
    found = []
    for g in fields_of(record.__class__):
        if g.name == f.name:
            break
        goes = not g.is_required and getattr(record, g.name) == g.default
        if g.key in entries and not goes:
            found.append(g.key)
    return found


def _is_record_class(kind: Any) -> bool:
    return hasattr(kind, "__dataclass_fields__") and kind is not Bounds


def _is_word(text: str) -> bool:
    return text.replace("-", "").isalnum()


def replaced(text: str, pieces: Iterable[Piece]) -> str:
    """Return a text with some pieces of it replaced; what is put at one place stays in order."""
    parts, at = [], 0
    for piece in sorted(pieces, key=lambda p: (p.start, p.end)):
        if piece.start < at:
            raise _Overlap
        parts += [text[at : piece.start], piece.new]
        at = piece.end
    return "".join([*parts, text[at:]])


def _out_of_flow(spans: Sequence[tuple[int, int]], at: int) -> Piece:
    """Take one of several things out of brackets, with the comma that goes with it."""
    if at + 1 < len(spans):
        return Piece(spans[at][0], spans[at + 1][0], "")
    return Piece(spans[at - 1][1], spans[at][1], "")


def _entry(top: Node | None, key: str) -> Node | None:
    return top.value.get(key) if top and isinstance(top.value, dict) else None


def _key(top: Node | None, key: str) -> Node:
    assert top is not None
    return top.keys[key]


def _dash(text: str, at: _Standing) -> tuple[int, int]:
    """Return where the dash of an item stands, and in which column, from 0."""
    column = at.items.column - 1
    line = _line_start(text, at.node.start)
    while line and text[line + column : line + column + 1] != "-":
        line = _line_start(text, line - 1)
    return line + column, column


def _end(text: str, node: Node) -> int:
    """Return the character after the last of a node that is no white space."""
    return node.start + len(text[node.start : node.end].rstrip())


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    found = [n for n in (text.find("\r", at), text.find("\n", at)) if n >= 0]
    return min(found, default=len(text))


def _next_line(text: str, at: int) -> int:
    end = _line_end(text, at)
    return end + 2 if text.startswith("\r\n", end) else min(end + 1, len(text))


def _has_gaps(text: str, items: Node) -> bool:
    """Tell whether there are empty lines between the last two items of a list."""
    nodes = items.value
    if not isinstance(nodes, list) or len(nodes) < 2:
        return False
    between = text[_end(text, nodes[-2]) : nodes[-1].start].replace("\r\n", "\n")
    return any(not line.strip() for line in between.split("\n")[1:-1])


def _indented(text: str, column: int) -> str:
    """Return lines moved to the right, the empty ones as they are."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(f"{' ' * column}{line}" if line.strip() else line for line in lines)


def item_text(text: str, items: Node, index: int, *, with_comment: bool = False) -> str:
    """Return an item as it is written, moved to the left; with the comment above it if asked."""
    at = _Standing("", items, index)
    start, column = _dash(text, at)
    end = _line_end(text, _end(text, at.node))
    lines = text[_line_start(text, start) : end].replace("\r\n", "\n").split("\n")
    above = _line_start(text, start)
    while with_comment and above:
        line = text[_line_start(text, above - 1) : above].strip()
        if not line.startswith("#"):
            break
        above = _line_start(text, above - 1)
        lines.insert(0, " " * column + line)
    return "\n".join(line[column:] if not line[:column].strip() else line for line in lines)


def written_item(texts: Texts, register: str, at: int) -> str | None:
    """Return a record as it is written, moved to the left; None for one that stands in brackets."""
    for text in texts.values():
        items = _entry(parse_text(text), register)
        if items is None or not isinstance(items.value, list):
            continue
        if at < len(items.value):
            return None if items.is_flow else item_text(text, items, at)
        at -= len(items.value)
    return None


def written_items(text: str) -> dict[str, list[str | None]]:
    """Return by register the records of a text as they are written, with the comment above each.

    None stands for those in brackets, whose text is not theirs alone.
    """
    top = parse_text(text)
    found: dict[str, list[str | None]] = {}
    for register in REGISTERS:
        items = _entry(top, register)
        if items and isinstance(items.value, list):
            found[register] = [
                None if items.is_flow else item_text(text, items, n, with_comment=True)
                for n in range(len(items.value))
            ]
    return found
