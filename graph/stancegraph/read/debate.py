"""Read a debate as people write it: YAML in one file, or in several in a folder."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from stancegraph.check import Problem, check
from stancegraph.errors import InvalidDebate, UnknownName
from stancegraph.model import REGISTERS, Bounds, Debate, Evidence
from stancegraph.read.yaml import Node, YamlProblem, parse
from stancegraph.schema import Field, fields_of
from stancegraph.suggest import did_you_mean

DEFAULT = "ukraine-skies"
"""The debate that is read when none is named."""

_HEADER = tuple(f.key for f in fields_of(Debate) if f.name not in REGISTERS)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")  # ISO 8601: a day, a month or a year


def shipped_debates() -> tuple[str, ...]:
    """Names of the debates that come with the package."""
    folders = files("stancegraph.data").iterdir()
    names = (f.name for f in folders if f.is_dir() and (f / "debate.yaml").is_file())
    return tuple(sorted(n for n in names if n not in ("reference", "skeleton")))


@cache
def load_reference() -> Debate:
    """Read the shipped register of countries, organisations and their dated memberships."""
    with as_file(files("stancegraph.data") / "reference") as folder:
        return _load(folder, None).debate


def load_debate(path: str | Path = DEFAULT) -> Debate:
    """Read a shipped debate by its name, or a debate's file or folder by its path.

    Raises InvalidDebate with every problem found, each with file, line, column and remedy, and
    UnknownName when there is neither such a debate nor such a path.
    """
    return read_debate(path).debate


def read_debate(path: str | Path = DEFAULT) -> Placed:
    """Read a debate as `load_debate` does, with the places of its records."""
    if str(path) in shipped_debates():
        with as_file(files("stancegraph.data") / str(path)) as folder:
            return _load(folder, load_reference())
    if not Path(path).exists():
        hint = did_you_mean(str(path), shipped_debates())
        raise UnknownName(
            f"no shipped debate and no file or folder is called {str(path)!r}{hint}\n"
            "'stancegraph debates' lists what is shipped; 'stancegraph new DIR' starts one"
        )
    return _load(Path(path), load_reference())


def _load(path: Path, reference: Debate | None) -> Placed:
    reader = _Reader()
    for file in _files_of(path):
        reader.read(file)
    debate = reader.debate(path)
    known = {register: set(nodes) for register, nodes in reader.broken.items()}
    problems = [*reader.problems, *map(reader.located, check(debate, reference, known))]
    if problems:
        raise InvalidDebate([str(p) for p in sorted(problems)])
    return Placed(debate, reader)


def _files_of(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InvalidDebate(
            [f"{path}: neither a file nor a folder; name a debate's file or folder"]
        )
    found = sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml") and p.is_file())
    if not found:
        raise InvalidDebate(
            [f"{path}: no .yaml file in this folder; 'stancegraph new DIR' starts a debate"]
        )
    return found


@dataclass(frozen=True, slots=True, order=True)
class _Located:
    """A problem and where it stands."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class Placed:
    """A debate, and where in its files each record stands."""

    def __init__(self, debate: Debate, reader: _Reader) -> None:
        self.debate = debate
        self._reader = reader

    def located(self, problem: Problem) -> str:
        """Say a problem with the file, line and column of what it is about."""
        return str(self._reader.located(problem))


class _Bad(Exception):
    """A value that does not fit its field; carries the node and what to say of it."""

    def __init__(self, node: Node, message: str) -> None:
        self.node, self.message = node, message
        super().__init__(message)


class _Reader:
    """Gathers records from files, with every problem met on the way."""

    def __init__(self) -> None:
        self.problems: list[_Located] = []
        self.broken: dict[str, list[str]] = {}
        self._header: dict[str, str] = {}
        self._header_at: tuple[str, Node] | None = None
        self._is_whole = True
        self._records: dict[str, list[Any]] = {name: [] for name in REGISTERS}
        self._places: dict[str, list[tuple[str, Node]]] = {name: [] for name in REGISTERS}

    def read(self, path: Path) -> None:
        """Read one file's registers."""
        file = str(path)
        try:
            top = parse(path)
        except YamlProblem as error:
            self.problems.append(_Located(file, error.line, error.column, str(error)))
            self._is_whole = False
            return
        except OSError as error:
            raise InvalidDebate([f"{path}: cannot be read: {error.strerror}"]) from None
        if top is None or not isinstance(top.value, dict):
            self._say(file, top or Node(None, 1, 1), _TOP.format(top.word if top else "nothing"))
            self._is_whole = False
            return
        for key, node in top.value.items():
            self._read_register(file, key, node)

    def _read_register(self, file: str, key: str, node: Node) -> None:
        if key == "debate":
            self._read_header(file, node)
        elif key not in REGISTERS:
            hint = did_you_mean(key, ["debate", *REGISTERS])
            self._say(file, node, f"unknown register {key!r}{hint}; {_REGISTERS}")
        elif not isinstance(node.value, list):
            self._say(file, node, f"{key!r} takes a list of records, not {node.word}")
        else:
            for item in node.value:
                self._read_record(file, key, item)

    def _read_header(self, file: str, node: Node) -> None:
        if self._header_at:
            first, at = self._header_at
            self._say(file, node, f"a second 'debate'; the first is at {first}:{at.line}")
            return
        if not isinstance(node.value, dict):
            self._say(file, node, f"'debate' takes a mapping with id and title, not {node.word}")
            return
        self._header_at = (file, node)
        for key, value in node.value.items():
            if key not in _HEADER:
                hint = did_you_mean(key, _HEADER)
                self._say(file, value, f"unknown key {key!r} in 'debate'{hint}")
            elif not isinstance(value.value, str):
                self._say(file, value, f"{key!r} takes a text, not {value.word}")
            else:
                self._header[key] = value.value

    def _read_record(self, file: str, register: str, node: Node) -> None:
        record = self._record(file, REGISTERS[register], node, _one_of(register))
        if record is not None:
            self._records[register].append(record)
            self._places[register].append((file, node))
        elif isinstance(node.value, dict) and (name := node.value.get("id")):
            self.broken.setdefault(register, []).append(str(name.value))

    def _record(self, file: str, cls: type, node: Node, what: str) -> Any:
        if not isinstance(node.value, dict):
            self._say(file, node, f"{what} is a mapping of keys and values, not {node.word}")
            return None
        fields = {f.key: f for f in fields_of(cls)}
        for key, value in node.value.items():
            if key not in fields:
                hint = did_you_mean(key, fields)
                self._say(file, value, f"unknown key {key!r} in {what}{hint}")
        values: dict[str, Any] = {}
        for key, f in fields.items():
            if key in node.value:
                value = self._value(file, f, node.value[key])
                if value is not None:
                    values[f.name] = value
            elif f.is_required and f.name not in _FILLED_IN:
                self._say(file, node, f"{what} lacks {key!r}")
        missing = {f.name for f in fields.values() if f.is_required and f.name not in values}
        return None if missing - _FILLED_IN else cls(**dict.fromkeys(missing, ""), **values)

    def _value(self, file: str, f: Field, node: Node) -> Any:
        try:
            if not f.is_many:
                return self._single(file, f, node)
            if not isinstance(node.value, list):
                raise _Bad(node, f"{f.key!r} takes a list, as in [..], not {node.word}")
            items = [self._value_of_item(file, f, item) for item in node.value]
            return None if None in items else tuple(items)
        except _Bad as bad:
            self._say(file, bad.node, bad.message)
            return None

    def _value_of_item(self, file: str, f: Field, node: Node) -> Any:
        try:
            return self._single(file, f, node)
        except _Bad as bad:
            self._say(file, bad.node, bad.message)
            return None

    def _single(self, file: str, f: Field, node: Node) -> Any:
        if f.type is Bounds:
            return self._bounds(file, f, node)
        if f.type not in _CONVERT and not issubclass(f.type, Enum):
            return self._record(file, f.type, node, _one_of(f.key))
        if not isinstance(node.value, str):
            raise _Bad(node, f"{f.key!r} takes a single value, not {node.word}")
        if not node.value.strip():
            raise _Bad(node, f"{f.key!r} is empty; leave the key out or fill it in")
        if f.type in _CONVERT:
            return _CONVERT[f.type](f, node, node.value)
        return _enum(f, node, node.value)

    def _bounds(self, file: str, f: Field, node: Node) -> Bounds | None:
        if isinstance(node.value, str):
            first, last = _span(f, node, node.value)
            return Bounds(not_before=first, not_after=last)
        record = self._record(file, Bounds, node, f"{f.key!r}")
        return record if isinstance(record, Bounds) else None

    def _say(self, file: str, node: Node, message: str) -> None:
        self.problems.append(_Located(file, node.line, node.column, message))

    def debate(self, path: Path) -> Debate:
        """Return what could be read, as a debate."""
        if self._header_at is None and self._is_whole:
            self.problems.append(_Located(str(path), 1, 1, _NO_HEADER))
        elif self._header_at:
            file, node = self._header_at
            for key in ("id", "title"):
                if key not in self._header:
                    self._say(file, node, f"'debate' lacks {key!r}")
        header: dict[str, Any] = {"id": "unnamed", "title": ""} | self._header
        header |= {register: tuple(records) for register, records in self._filled().items()}
        return Debate(**header)

    def _filled(self) -> dict[str, list[Any]]:
        """Fill in what a record may leave out: its only source, and itself as a holder."""
        coded = [s.id for s in self._records["sources"] if s.paragraphs]
        only = coded[0] if len(coded) == 1 else ""
        filled = [_complete(e, only) for e in self._records["evidence"]]
        return self._records | {"evidence": filled}

    def located(self, problem: Problem) -> _Located:
        """Say where in the files a problem of the records stands."""
        if not problem.path:
            file, node = self._header_at or ("", Node(None, 1, 1))
            return _Located(file, node.line, node.column, problem.message)
        register, index, *rest = problem.path
        file, node = self._places[str(register)][int(index)]
        node = _descend(node, REGISTERS[str(register)], rest)
        return _Located(file, node.line, node.column, problem.message)


def _complete(evidence: Evidence, source: str) -> Evidence:
    holder = evidence.principal or evidence.speaker
    return replace(
        evidence,
        source=evidence.source or source,
        stances=tuple(s if s.holder else replace(s, holder=holder) for s in evidence.stances),
        framings=tuple(f if f.holder else replace(f, holder=holder) for f in evidence.framings),
    )


_FILLED_IN = {"source", "holder"}


def _descend(node: Node, cls: Any, path: list[str | int]) -> Node:
    for step in path:
        if isinstance(step, int) and isinstance(node.value, list):
            node = node.value[step]
        elif isinstance(step, str) and isinstance(node.value, dict):
            f = next(f for f in fields_of(cls) if f.name == step)
            if f.key not in node.value:
                return node
            node, cls = node.value[f.key], f.type
    return node


def _one_of(name: str) -> str:
    """Name one record of a register or list, for messages."""
    singular = {"evidence": "a record of evidence", "memberships": "a membership"}
    word = name.removesuffix("s")
    return singular.get(name, f"{'an' if word[0] in 'aeiou' else 'a'} {word}")


def _text(f: Field, node: Node, text: str) -> str:
    return text


def _whole(f: Field, node: Node, text: str) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise _Bad(node, f"{f.key!r} takes a whole number, not {text!r}")
    return int(text)


def _number(f: Field, node: Node, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _Bad(node, f"{f.key!r} takes a number, not {text!r}") from None
    if not number.is_finite():
        raise _Bad(node, f"{f.key!r} takes a finite number, not {text!r}")
    return number


def _flag(f: Field, node: Node, text: str) -> bool:
    if text not in ("true", "false"):
        raise _Bad(node, f"{f.key!r} takes true or false, not {text!r}")
    return text == "true"


def _enum(f: Field, node: Node, text: str) -> Enum:
    values = [str(v.value) for v in f.type]
    if text not in values:
        hint = did_you_mean(text, values) or f"; it is one of {', '.join(values)}"
        raise _Bad(node, f"{f.key!r} cannot be {text!r}{hint}")
    member: Enum = f.type(text)
    return member


def _day(f: Field, node: Node, text: str) -> date:
    first, last = _span(f, node, text)
    if first != last:
        raise _Bad(node, f"{f.key!r} takes a day such as 2024-05-30, not {text!r}")
    return first


def _span(f: Field, node: Node, text: str) -> tuple[date, date]:
    parts = _DATE.fullmatch(text)
    if not parts:
        raise _Bad(node, f"{f.key!r} takes a date such as 2024-05-30, not {text!r}")
    try:
        return span(text)
    except ValueError:
        raise _Bad(node, f"{f.key!r}: there is no day {text!r} in the calendar") from None


def span(text: str) -> tuple[date, date]:
    """Return the first and last day of an ISO 8601 day, month or year.

    Raises ValueError for any other text and for days that no calendar has.

    >>> span("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    parts = _DATE.fullmatch(text)
    if not parts:
        raise ValueError(text)
    year, month, day = (int(p or 0) for p in parts.groups())
    if parts[3]:
        return date(year, month, day), date(year, month, day)
    last = month if parts[2] else 12
    first = date(year, month if parts[2] else 1, 1)
    return first, date(year, last, monthrange(year, last)[1])


_CONVERT: dict[Any, Callable[[Field, Node, str], Any]] = {
    str: _text,
    int: _whole,
    Decimal: _number,
    bool: _flag,
    date: _day,
}

_REGISTERS = f"a debate has {', '.join(['debate', *REGISTERS])}"
_TOP = "a debate's file is a mapping of registers, not {}; 'stancegraph new DIR' shows one"
_NO_HEADER = "no 'debate:' with id and title in any file; add it to one of them"
