"""YAML 1.2 as nodes that know their line and column; scalars stay the text that was written."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

_MAX_DEPTH = 12
_SHOWN = 40
_NO_CHARACTER = re.compile(  # what YAML 1.2 does not count as printable, chapter 5.1
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_HALF = re.compile("[\ud800-\udfff]")  # an escape can name what no UTF-8 has
_REMEDIES = {
    "mapping values are not allowed": "; put a text that holds ': ' in quotes",
    "found unexpected ':'": "; put a text that holds ':' in quotes between {} or []",
    "found character that cannot start any token": (
        "; indent with spaces, never tabs, and put a text that begins with @ or ` in quotes"
    ),
}


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, list or mapping as it stands in a file."""

    value: str | list[Node] | dict[str, Node] | None
    """Text, items or entries; None for a plain empty scalar."""
    line: int
    """From 1."""
    column: int
    """From 1."""
    keys: Mapping[str, Node] = field(default_factory=dict)
    """The keys of a mapping, for the places where they stand."""
    start: int = 0
    """The character of the text, from 0, at which it begins; a mark of order at its head aside."""
    end: int = 0
    """The character after its last; of a block, after the last of what is in it."""
    is_flow: bool = False
    """Whether it stands in brackets."""

    @property
    def word(self) -> str:
        """What the node is, for messages."""
        match self.value:
            case None:
                return "nothing"
            case str():
                return repr(
                    self.value if len(self.value) <= _SHOWN else f"{self.value[:_SHOWN]}..."
                )
            case list():
                return "a list"
            case _:
                return "a mapping"


def node_of(value: object) -> Node:
    """Return texts, lists and mappings as nodes that stand in no text."""
    match value:
        case dict():
            keys = {str(k): Node(str(k), 1, 1) for k in value}
            return Node({str(k): node_of(v) for k, v in value.items()}, 1, 1, keys)
        case list():
            return Node([node_of(v) for v in value], 1, 1)
        case Node():
            return value
        case _:
            return Node(None if value is None else str(value), 1, 1)


class YamlProblem(Exception):
    """What a file has at a line and column that we cannot read."""

    def __init__(self, message: str, line: int, column: int) -> None:
        self.line, self.column = line, column
        super().__init__(message)


def parse(path: Path) -> Node | None:
    """Read one YAML document as nodes; None for a file that holds nothing but comments."""
    if path.exists() and not path.is_file():
        raise YamlProblem("a device or a pipe, which may never end; put a file there", 1, 1)
    return parse_text(decode(path.read_bytes()))


def parse_text(text: str) -> Node | None:
    """Read the text of one YAML document as nodes; None for nothing but comments."""
    try:
        return _Builder(_parser().parse(text)).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = str(error.problem or error.context)
        remedy = next((r for start, r in _REMEDIES.items() if problem.startswith(start)), "")
        raise YamlProblem(f"not YAML: {problem}{remedy}", line, column) from None
    except YAMLError as error:
        raise YamlProblem(f"not YAML: {str(error).splitlines()[0]}", 1, 1) from None


def _parser() -> YAML:
    return YAML(typ="safe")


def decode(data: bytes) -> str:
    """Return the text that a file's bytes are, without a byte order mark."""
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        message = f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise YamlProblem(message, *_end_of(data[: error.start].decode())) from None
    if odd := _NO_CHARACTER.search(text):
        message = f"character U+{ord(odd[0]):04X} is not allowed in YAML; remove it"
        raise YamlProblem(message, *_end_of(text[: odd.start()]))
    return text


def _end_of(text: str) -> tuple[int, int]:
    """Return the line and column that come after a text."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _problem(message: str, event: Event) -> YamlProblem:
    mark = event.start_mark
    return YamlProblem(message, mark.line + 1, mark.column + 1)


class _Builder:
    """Builds nodes from parser events, and refuses what a debate has no use for."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._end = 0

    def document(self) -> Node | None:
        node = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent) and node is not None:
                raise _problem("a second document starts here; one file holds one", event)
            if isinstance(event, NodeEvent):
                node = self._node(event, 0)
        return None if node is None or node.value is None else node

    def _node(self, event: Event, depth: int) -> Node:
        self._refuse(event, depth)
        mark = event.start_mark
        value: str | list[Node] | dict[str, Node] | None
        keys: dict[str, Node] = {}
        is_flow = bool(getattr(event, "flow_style", False))
        self._end = event.end_mark.index
        match event:
            case MappingStartEvent():
                value, keys = self._mapping(depth, is_flow=is_flow)
            case SequenceStartEvent():
                value = self._sequence(depth, is_flow=is_flow)
            case ScalarEvent():
                is_plain = not event.style
                value = None if is_plain and event.value in ("", "~", "null") else event.value
            case _:
                raise _problem("something that is no value", event)
        where = (mark.line + 1, mark.column + 1)
        return Node(value, *where, keys, start=mark.index, end=self._end, is_flow=is_flow)

    def _refuse(self, event: Event, depth: int) -> None:
        if isinstance(event, AliasEvent):
            raise _problem(f"alias '*{event.anchor}'; write the value out", event)
        if isinstance(event, NodeEvent) and event.anchor:
            raise _problem(f"anchor '&{event.anchor}'; anchors are not used in debates", event)
        tag = getattr(event, "tag", None)
        if tag and str(tag) != "!":
            raise _problem(f"tag {str(tag)!r}; tags are not used in debates", event)
        if isinstance(event, ScalarEvent) and (half := _HALF.search(event.value)):
            raise _problem(f"character U+{ord(half[0]):04X} is half a character; remove it", event)
        if depth > _MAX_DEPTH:
            raise _problem(f"more than {_MAX_DEPTH} levels deep; a debate needs at most 6", event)

    def _mapping(self, depth: int, *, is_flow: bool) -> tuple[dict[str, Node], dict[str, Node]]:
        entries: dict[str, Node] = {}
        keys: dict[str, Node] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                self._end = event.end_mark.index if is_flow else self._end
                break
            self._refuse(event, depth)
            if not isinstance(event, ScalarEvent):
                raise _problem("a key must be a word", event)
            key = event.value
            if key in keys:
                first = keys[key].line
                raise _problem(f"key {key!r} again; it stands on line {first}", event)
            mark, end = event.start_mark, event.end_mark
            keys[key] = Node(key, mark.line + 1, mark.column + 1, start=mark.index, end=end.index)
            entries[key] = self._node(next(self._events), depth + 1)
        return entries, keys

    def _sequence(self, depth: int, *, is_flow: bool) -> list[Node]:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                self._end = event.end_mark.index if is_flow else self._end
                break
            items.append(self._node(event, depth + 1))
        return items
