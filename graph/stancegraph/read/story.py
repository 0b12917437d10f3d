"""Read a story's file, YAML or Markdown, as nodes that know their line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from stancegraph.read.yaml import Node, YamlProblem, parse

MAX_BYTES = 500_000
"""A story is read aloud; a larger file is something else."""

_FORMATS = (".yaml", ".yml", ".md", ".markdown")
_HEADING = re.compile(r"(#{1,2})[ \t]+(.*)")  # "# title of the story", "## title of a step"
_PART = re.compile(r"(show|ask|answer|language):\s*(.*)")
_OF_PARAGRAPHS = ("text", "ask", "answer")
_PAIR = re.compile(r"(\w[\w-]*)=(\S+)|(\S+)")  # show: view=matrix option=alert-sharing


def parse_story(path: Path) -> Node | None:
    """Read a story as a mapping, whichever its format; None for an empty file.

    Raises YamlProblem with line and column, for Markdown too, and OSError.
    """
    if path.suffix.lower() not in _FORMATS:
        formats = ", ".join(_FORMATS)
        raise YamlProblem(f"not a story's file by its name, which ends in one of {formats}", 1, 1)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise YamlProblem(f"{size} bytes; a story has at most {MAX_BYTES}: split it", 1, 1)
    if path.suffix.lower() in (".yaml", ".yml"):
        return parse(path)
    return _Markdown(_decoded(path.read_bytes())).story()


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise YamlProblem(message, line, 1) from None


@dataclass(slots=True)
class _Part:
    """Lines of one kind that stand together: a paragraph, a question, what is to be shown."""

    key: str
    line: int
    column: int
    words: list[str] = field(default_factory=list)

    def node(self) -> Node:
        return Node(" ".join(self.words), self.line, self.column)


class _Markdown:
    """Builds from a Markdown file the nodes that the same story would have in YAML."""

    def __init__(self, text: str) -> None:
        self._lines = [line.rstrip("\r") for line in text.split("\n")]

    def story(self) -> Node | None:
        top: dict[str, Node] = {}
        keys: dict[str, Node] = {}
        steps: list[Node] = []
        for heading, parts in self._sections():
            if heading.key == "##":
                steps.append(_step(heading, parts))
            else:
                _begin(top, keys, heading, parts)
        if steps:
            top["steps"] = Node([*steps], steps[0].line, 1)
        return Node(top, 1, 1, keys) if top else None

    def _sections(self) -> Iterator[tuple[_Part, list[_Part]]]:
        heading, parts = _Part("", 1, 1), list[_Part]()
        for number, line in enumerate(self._lines, 1):
            if found := _HEADING.fullmatch(line.rstrip()):
                yield heading, parts
                heading = _Part(found[1], number, found.start(2) + 1, [found[2]])
                parts = []
            else:
                _take(parts, line, number)
        yield heading, parts


def _take(parts: list[_Part], line: str, number: int) -> None:
    """Add a line to the part it continues, or begin another; an empty line ends a part."""
    begin = len(line) - len(line.lstrip()) + 1
    if found := _PART.fullmatch(line):
        parts.append(_Part(found[1], number, found.start(2) + 1, [found[2]]))
    elif not line.strip():
        parts.append(_Part("", number, 1))
    elif parts and parts[-1].key in _OF_PARAGRAPHS:
        parts[-1].words.append(line.strip())
    else:
        parts.append(_Part("text", number, begin, [line.strip()]))


def _begin(top: dict[str, Node], keys: dict[str, Node], heading: _Part, parts: list[_Part]) -> None:
    """Take what stands before the first step: the title, and the language if it is given."""
    if heading.key == "#" and "title" in top:
        raise YamlProblem("a second '# ' title; a step begins with '## '", heading.line, 1)
    if heading.key:
        _set(top, keys, "title", heading)
    for part in parts:
        if part.key not in ("", "language"):
            message = f"{part.words[0][:40]!r} stands in no step; a step begins with '## title'"
            raise YamlProblem(message, part.line, part.column)
        _set(top, keys, part.key, part)


def _step(heading: _Part, parts: list[_Part]) -> Node:
    """Return a step as a mapping; texts and answers of several paragraphs as lists."""
    entries = {"title": heading.node()}
    keys = {"title": heading.node()}
    for part in parts:
        _set(entries, keys, part.key, part)
    return Node(entries, heading.line, 1, keys)


def _set(entries: dict[str, Node], keys: dict[str, Node], key: str, part: _Part) -> None:
    if not key:
        return
    keys.setdefault(key, Node(key, part.line, 1))
    if key not in entries:
        entries[key] = _shown(part) if key == "show" else part.node()
    elif key in _OF_PARAGRAPHS:
        before = entries[key]
        paragraphs = before.value if isinstance(before.value, list) else [before]
        entries[key] = Node([*paragraphs, part.node()], before.line, before.column)
    else:
        raise YamlProblem(f"{key!r} again; it stands on line {keys[key].line}", part.line, 1)


def _shown(part: _Part) -> Node:
    """Return what a line "show: view=matrix option=x" asks for as a mapping.

    What a page's address has after its # may stand there as it is: "option=x&at=pol%40x".
    """
    values: dict[str, Node] = {}
    keys: dict[str, Node] = {}
    for pair in _PAIR.finditer(re.sub("[#&]", " ", " ".join(part.words))):
        column = part.column + pair.start()
        if pair[3]:
            message = f"{pair[3]!r} shows nothing; write key=value, as in view=matrix"
            raise YamlProblem(message, part.line, column)
        if pair[1] in values:
            raise YamlProblem(f"{pair[1]!r} again on one line", part.line, column)
        keys[pair[1]] = Node(pair[1], part.line, column)
        value = unquote(pair[2])
        values[pair[1]] = Node(value, part.line, part.column + pair.start(2))
    return Node(values, part.line, part.column, keys)
