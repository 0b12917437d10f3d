"""Read a debate as people write it: YAML in one file, or in several in a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from stancegraph.check import Gaps, Problem, check
from stancegraph.dates import DATE, span
from stancegraph.errors import InvalidDebate, UnknownName
from stancegraph.model import REGISTERS, Bounds, Debate, Evidence, Framing, Stance
from stancegraph.read.journal import JOURNAL, pending
from stancegraph.read.yaml import Node, YamlProblem, parse, parse_text
from stancegraph.schema import Field, fields_of
from stancegraph.suggest import did_you_mean

DEFAULT = "ukraine-skies"
"""The debate that is read when none is named."""

MAY_BE_LEFT_OUT = frozenset({(Evidence, "source"), (Stance, "holder"), (Framing, "holder")})
"""Fields that a record needs, and that the reader fills in where people leave them out."""

_HEADER = {f.key: f for f in fields_of(Debate) if f.name not in REGISTERS}
_WHOLE = re.compile("-?[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


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
    if not _exists(Path(path)) and Path(path) not in pending(Path(path).parent):
        hint = did_you_mean(str(path), shipped_debates())
        raise UnknownName(
            f"no shipped debate and no file or folder is called {str(path)!r}{hint}\n"
            "'stancegraph debates' lists what is shipped; 'stancegraph new DIR' starts one"
        )
    return _load(Path(path), load_reference())


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise _unreadable(path, error) from None
    return True


def _unreadable(path: Path, error: OSError) -> InvalidDebate:
    return InvalidDebate([f"{path}: cannot be read: {error.strerror}"])


def _load(path: Path, reference: Debate | None) -> Placed:
    reader = _read_at_rest(path)
    debate = reader.debate(path)
    found = check(debate, reference, reader.gaps())
    problems = [*reader.problems, *map(reader.located, found)]
    if problems:
        raise InvalidDebate([str(p) for p in sorted(problems)])
    return Placed(debate, reader)


def _read_at_rest(path: Path) -> _Reader:
    """Read the files of one state of a debate: again, where somebody wrote to them meanwhile."""
    for _ in range(_ATTEMPTS):
        before, reader = _state(path), _Reader()
        committed = pending(path if path.is_dir() else path.parent)
        for file in _files_of(path, committed):
            reader.read(file, committed.get(file, file))
        if _state(path) == before:
            return reader
    raise InvalidDebate([f"{path}: was written to while it was read; read it again"])


_ATTEMPTS = 10


def _state(path: Path) -> list[tuple[str, int, int, int]]:
    """Return what tells one state of a debate's files from another."""
    folder = path if path.is_dir() else path.parent
    here = filter(_is_register_file, path.iterdir()) if path.is_dir() else [path]
    found = []
    for file in (*here, folder / JOURNAL):
        with suppress(OSError):  # it is gone by now, or a link to nowhere
            about = file.stat()
            found.append((file.name, about.st_mtime_ns, about.st_size, about.st_ino))
    return sorted(found)


def files_of(path: Path) -> list[Path]:
    """Return the files of a debate, in the order in which they are read."""
    return _files_of(path, pending(path if path.is_dir() else path.parent))


def _files_of(path: Path, committed: Collection[Path]) -> list[Path]:
    if path.is_file() or path in committed:
        return [path]
    if not path.is_dir():
        raise InvalidDebate(
            [f"{path}: neither a file nor a folder; name a debate's file or folder"]
        )
    try:
        here = {p for p in path.iterdir() if _is_register_file(p)}
        found = sorted(here | {p for p in committed if p.suffix in _SUFFIXES})
    except OSError as error:
        raise _unreadable(path, error) from None
    if not found:
        raise InvalidDebate(
            [f"{path}: no .yaml file in this folder; 'stancegraph new DIR' starts a debate"]
        )
    return found


def _is_register_file(path: Path) -> bool:
    """Tell whether a file of a folder counts; a link counts too, lest a broken one go unnoticed."""
    is_yaml = path.suffix in _SUFFIXES and not path.name.startswith(".")
    return is_yaml and (path.is_file() or (path.is_symlink() and not path.is_dir()))


_SUFFIXES = (".yaml", ".yml")


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
        self._lost: dict[str, set[str]] = {}
        self._unread: set[str] = set()
        self._partial: set[tuple[str, int]] = set()
        self._header: dict[str, Any] = {}
        self._header_at: tuple[str, Node] | None = None
        self._records: dict[str, list[Any]] = {name: [] for name in REGISTERS}
        self._places: dict[str, list[tuple[str, Node]]] = {name: [] for name in REGISTERS}

    def read(self, path: Path, at: Path) -> None:
        """Read one file's registers, from where its content lies."""
        file = str(path)
        try:
            top = parse(at)
        except YamlProblem as error:
            self._give_up(file, Node(None, error.line, error.column), str(error))
        except OSError as error:
            self._give_up(file, Node(None, 1, 1), f"cannot be read: {error.strerror}")
        else:
            self._read_top(file, top)

    def read_text(self, file: str, text: str) -> None:
        """Read registers from a text, as if it were that of a file."""
        try:
            top = parse_text(text)
        except YamlProblem as error:
            self._give_up(file, Node(None, error.line, error.column), str(error))
        else:
            self._read_top(file, top)

    def _give_up(self, file: str, node: Node, message: str) -> None:
        """Say what is wrong with a file of which anything may be lost."""
        self._say(file, node, message)
        self._unread.update(("debate", *REGISTERS))

    def _read_top(self, file: str, top: Node | None) -> None:
        if top is None:
            self._say(file, Node(None, 1, 1), _TOP.format("nothing"))
            self._unread.add("debate")
            return
        if not isinstance(top.value, dict):
            self._give_up(file, top, _TOP.format(top.word))
            return
        for key, node in top.value.items():
            if key == "debate":
                self._read_header(file, node)
            elif key in REGISTERS:
                self._read_register(file, key, node)
            else:
                hint = did_you_mean(key, ["debate", *REGISTERS]) or f"; {_REGISTERS}"
                self._say(file, top.keys[key], f"unknown register {key!r}{hint}")

    def _read_register(self, file: str, key: str, node: Node) -> None:
        if not isinstance(node.value, list):
            self._say(file, node, f"{key!r} takes a list of records, not {node.word}")
            self._unread.add(key)
        else:
            for item in node.value:
                self._read_record(file, key, item)

    def _read_header(self, file: str, node: Node) -> None:
        if self._header_at:
            first, at = self._header_at
            self._say(file, node, f"a second 'debate'; the first is at {first}:{at.line}")
            return
        self._header_at = (file, node)
        if isinstance(node.value, dict):
            self._header = self._values(file, _HEADER, node, "'debate'")
        else:
            self._say(file, node, f"'debate' takes a mapping with id and title, not {node.word}")

    def _read_record(self, file: str, register: str, node: Node) -> None:
        before = len(self.problems)
        record = self._record(file, REGISTERS[register], node, _one_of(register))
        if record is not None:
            if len(self.problems) > before:
                self._partial.add((register, len(self._records[register])))
            self._records[register].append(record)
            self._places[register].append((file, node))
        elif isinstance(node.value, dict) and (name := node.value.get("id")):
            self._lost.setdefault(register, set()).add(str(name.value))
        else:
            self._unread.add(register)

    def _record(self, file: str, cls: type, node: Node, what: str) -> Any:
        if not isinstance(node.value, dict):
            self._say(file, node, f"{what} is a mapping of keys and values, not {node.word}")
            return None
        fields = {f.key: f for f in fields_of(cls)}
        filled_in = {f.name: "" for f in fields.values() if (cls, f.name) in MAY_BE_LEFT_OUT}
        values = filled_in | self._values(file, fields, node, what, filled_in.keys())
        is_complete = all(f.name in values for f in fields.values() if f.is_required)
        return cls(**values) if is_complete else None

    def _values(
        self,
        file: str,
        fields: dict[str, Field],
        node: Node,
        what: str,
        may_be_left_out: Set[str] = frozenset(),
    ) -> dict[str, Any]:
        """Read the entries of a mapping; what cannot be read is a problem, and left out."""
        entries = node.value if isinstance(node.value, dict) else {}
        for key in entries.keys() - fields.keys():
            hint = did_you_mean(key, fields) or f"; it has {', '.join(fields)}"
            self._say(file, node.keys[key], f"unknown key {key!r} in {what}{hint}")
        values: dict[str, Any] = {}
        for key, f in fields.items():
            if key in entries:
                value = self._value(file, f, entries[key])
                if value is not None:
                    values[f.name] = value
            elif f.is_required and f.name not in may_be_left_out:
                self._say(file, node, f"{what} lacks {key!r}")
        return values

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
        if self._header_at is None and "debate" not in self._unread:
            self._say(str(path), Node(None, 1, 1), _NO_HEADER)
        header: dict[str, Any] = {"id": "unnamed", "title": ""} | self._header
        header |= {register: tuple(records) for register, records in self._filled().items()}
        return Debate(**header)

    def written(self, source: str) -> Written:
        """Return what could be read, records as they are where `source` is the only one."""
        evidence = tuple(_complete(e, source) for e in self._records["evidence"])
        records = {name: tuple(found) for name, found in self._records.items()}
        return Written(
            records | {"evidence": evidence},
            {name: tuple(found) for name, found in self._places.items()},
            self._header,
            self._header_at,
            tuple(str(p) for p in sorted(self.problems)),
            lambda problem: str(self.located(problem)),
        )

    def gaps(self) -> Gaps:
        """Say what could not be read."""
        return Gaps(lost=self._lost, unread=self._unread, partial=self._partial)

    def _filled(self) -> dict[str, list[Any]]:
        """Fill in what a record may leave out: its only source, and itself as a holder."""
        only = self.only_source()
        filled = [_complete(e, only) for e in self._records["evidence"]]
        return self._records | {"evidence": filled}

    def only_source(self) -> str:
        """Return the only source with paragraphs, which records may leave out; "" if none is."""
        coded = [s.id for s in self._records["sources"] if s.paragraphs]
        return coded[0] if len(coded) == 1 and self.gaps().is_whole("sources") else ""

    def located(self, problem: Problem) -> _Located:
        """Say where in the files a problem of the records stands."""
        match problem.path:
            case (str(register), int(index), *rest):
                file, node = self._places[register][index]
                node = _descend(node, REGISTERS[register], rest)
            case in_header:
                file, node = self._header_at or ("", Node(None, 1, 1))
                node = _descend(node, Debate, in_header)
        return _Located(file, node.line, node.column, problem.message)


@dataclass(frozen=True, slots=True)
class Written:
    """Registers as they are written in texts that are no debate on disk, or not yet."""

    records: Mapping[str, tuple[Any, ...]]
    """By register."""
    places: Mapping[str, tuple[tuple[str, Node], ...]]
    """By register, the text's name and the node of each record."""
    header: Mapping[str, Any]
    """The fields of 'debate', where there is one."""
    header_at: tuple[str, Node] | None
    problems: tuple[str, ...]
    """What could not be read, each with text, line, column and remedy."""
    located: Callable[[Problem], str]
    """Says where a problem of a record stands, and what it is."""


def read_texts(texts: Mapping[str, str], source: str = "") -> Written:
    """Read registers from texts by name, unchecked.

    Evidence that names no source is of `source`; without that, of the only source with paragraphs
    that the texts have.
    """
    reader = _Reader()
    for name, text in texts.items():
        reader.read_text(name, text)
    return reader.written(source or reader.only_source())


def read_node(top: Node, source: str, name: str = "") -> Written:
    """Read registers that were parsed already, unchecked, as `read_texts` does."""
    reader = _Reader()
    reader._read_top(name, top)
    return reader.written(source or reader.only_source())


def _complete(evidence: Evidence, source: str) -> Evidence:
    holder = evidence.principal or evidence.speaker
    return replace(
        evidence,
        source=evidence.source or source,
        stances=tuple(s if s.holder else replace(s, holder=holder) for s in evidence.stances),
        framings=tuple(f if f.holder else replace(f, holder=holder) for f in evidence.framings),
    )


def _descend(node: Node, cls: Any, path: Sequence[str | int]) -> Node:
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
    if not _WHOLE.fullmatch(text):
        raise _Bad(node, f"{f.key!r} takes a whole number, not {text!r}")
    return int(text)


def _number(f: Field, node: Node, text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise _Bad(node, f"{f.key!r} takes a number such as 46 or 3.5, not {text!r}")
    return Decimal(text)


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
    parts = DATE.fullmatch(text)
    if not parts:
        raise _Bad(node, f"{f.key!r} takes a date such as 2024-05-30, not {text!r}")
    try:
        return span(text)
    except ValueError:
        raise _Bad(node, f"{f.key!r}: there is no day {text!r} in the calendar") from None


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
