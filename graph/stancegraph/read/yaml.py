"""YAML 1.2 as nodes that know their line and column; scalars stay the text that was written."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, list or mapping as it stands in a file."""

    value: str | list[Node] | dict[str, Node] | None
    """Text, items or entries; None for a plain empty scalar."""
    line: int
    """From 1."""
    column: int
    """From 1."""

    @property
    def word(self) -> str:
        """What the node is, for messages."""
        match self.value:
            case None:
                return "nothing"
            case str():
                return repr(self.value)
            case list():
                return "a list"
            case _:
                return "a mapping"


class YamlProblem(Exception):
    """What a file has at a line and column that we cannot read."""

    def __init__(self, message: str, line: int, column: int) -> None:
        self.line, self.column = line, column
        super().__init__(message)


def parse(path: Path) -> Node | None:
    """Read one YAML document as nodes; None for a file that holds nothing but comments."""
    text = _decode(path.read_bytes())
    try:
        events = list(_parser().parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlProblem(f"not YAML: {error.problem or error.context}", line, column) from None
    except YAMLError as error:
        raise YamlProblem(f"not YAML: {str(error).splitlines()[0]}", 1, 1) from None
    return _Builder(events).document()


def _parser() -> YAML:
    return YAML(typ="safe")


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise YamlProblem(
            f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8", line, column
        ) from None


def _problem(message: str, event: Event) -> YamlProblem:
    mark = event.start_mark
    return YamlProblem(message, mark.line + 1, mark.column + 1)


class _Builder:
    """Builds nodes from parser events, and refuses what a debate has no use for."""

    def __init__(self, events: list[Event]) -> None:
        self._events = iter(events)

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
        match event:
            case MappingStartEvent():
                value = self._mapping(depth)
            case SequenceStartEvent():
                value = self._sequence(depth)
            case ScalarEvent():
                is_plain = not event.style
                value = None if is_plain and event.value in ("", "~", "null") else event.value
            case _:
                raise _problem("something that is no value", event)
        return Node(value, mark.line + 1, mark.column + 1)

    def _refuse(self, event: Event, depth: int) -> None:
        if isinstance(event, AliasEvent):
            raise _problem(f"alias '*{event.anchor}'; write the value out", event)
        if isinstance(event, NodeEvent) and event.anchor:
            raise _problem(f"anchor '&{event.anchor}'; anchors are not used in debates", event)
        tag = getattr(event, "tag", None)
        if tag and str(tag) != "!":
            raise _problem(f"tag {str(tag)!r}; tags are not used in debates", event)
        if depth > _MAX_DEPTH:
            raise _problem(f"more than {_MAX_DEPTH} levels deep; a debate needs at most 6", event)

    def _mapping(self, depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                self._refuse(event, depth)
                raise _problem("a key must be a word", event)
            if event.value in entries:
                first = entries[event.value].line
                raise _problem(f"key {event.value!r} again; it stands on line {first}", event)
            entries[event.value] = self._node(next(self._events), depth + 1)
        return entries

    def _sequence(self, depth: int) -> list[Node]:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, depth + 1))
        return items
