"""Where a graph is at rest, to be changed: a debate's folder or file, or a graph's file."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Protocol

from stancegraph.change.edits import HEADER, Change, Edit, applied
from stancegraph.change.layout import rewritten, says, written_item
from stancegraph.change.log import (
    Entry,
    Import,
    entry_of,
    file_itself,
    imports_of,
    line_of,
    log_file_of,
    read_log,
    stored_log,
)
from stancegraph.change.operations import free_id
from stancegraph.change.patches import patches_of, without
from stancegraph.check import Problem, check
from stancegraph.errors import InvalidDebate, StanceError
from stancegraph.graph import Graph
from stancegraph.model import REGISTERS, Debate
from stancegraph.read.debate import (
    files_of,
    load_debate,
    load_reference,
    shipped_debates,
)
from stancegraph.read.journal import pending
from stancegraph.read.yaml import decode
from stancegraph.store.file import is_store, opened
from stancegraph.store.lock import alone
from stancegraph.store.parquet import is_parquet
from stancegraph.write.files import write_files

Located = Callable[[Problem], str | None]
"""Says where a problem of a changed record stands, where that is known."""


def nowhere(problem: Problem) -> str | None:
    """Know no place of a problem but its record."""
    return None


class Home(Protocol):
    """A graph at rest that can be changed."""

    @property
    def reference(self) -> Debate:
        """The shipped registers, which no change touches."""
        ...

    @property
    def log(self) -> Sequence[Entry]:
        """The changes so far, the oldest first."""
        ...

    @property
    def imports(self) -> Sequence[Import]:
        """What was imported, the first first."""
        ...

    def part(
        self,
        names: Iterable[str] = (),
        *,
        pointing_to: Iterable[str] = (),
        edits: Iterable[Edit] = (),
    ) -> Debate:
        """Return at least the registers, and of the evidence what a change can be about.

        These are the records called so, those that point to what is called so, and those on which
        edits bear.
        """
        ...

    def free_id(self, taken: Iterable[str] = ()) -> str:
        """Return the id that the next record of evidence has where none is given."""
        ...

    def graphs(self, change: Change) -> tuple[Graph, Graph]:
        """Return what can be asked of the records that a change is about, before and after it."""
        ...

    def item(self, register: str, at: int) -> str | None:
        """Return a record's text as somebody wrote it, where somebody did."""
        ...

    def problems(self, change: Change, located: Located = nowhere) -> list[str]:
        """Return what would be wrong after a change and is not now."""
        ...

    def make(
        self,
        change: Change,
        *,
        who: str,
        time: datetime,
        words: Mapping[int, str] | None = None,
        located: Located = nowhere,
    ) -> Entry:
        """Make a change, all of it or, where something would be wrong after it, nothing.

        `words` has by edit the text that somebody wrote for a record.
        """
        ...


def home_of(graph: str | Path) -> Home:
    """Find where a graph is at rest, to be changed.

    Raises StanceError for what cannot be changed: shipped debates, folders of Parquet, endpoints.
    """
    name = str(graph)
    if name.startswith("sparql:"):
        raise StanceError(
            f"{name} is read-only here; change the graph it was published from, then publish it "
            "again: stancegraph publish"
        )
    if name in shipped_debates() or _is_shipped(Path(name)):
        raise StanceError(
            f"{name!r} is shipped and stays as it is; change a copy: stancegraph export yaml "
            f"-g {name} -o my-debate.yaml"
        )
    if is_parquet(graph):
        raise StanceError(
            f"{name} is a folder of Parquet, which is written once; change the graph that it was "
            "exported from, and export it again"
        )
    if is_store(graph):
        from stancegraph.store.change import FileHome

        return FileHome(Path(graph))
    return DebateHome(Path(graph))


def _is_shipped(path: Path) -> bool:
    with as_file(files("stancegraph.data")) as folder, suppress(OSError, ValueError):
        return path.resolve().is_relative_to(folder.resolve())
    return False


def log_of(graph: str | Path) -> tuple[Sequence[Entry], Sequence[Import]]:
    """Return the changes of a graph at rest and what was imported into it, the oldest first."""
    if str(graph) in shipped_debates():
        return (), ()
    if str(graph).startswith("sparql:"):
        raise StanceError(f"{graph} has no log here; it is with the graph it was published from")
    if is_store(graph):
        with closing(opened(Path(graph))) as connection:
            return stored_log(connection), imports_of(connection)
    files_of(Path(graph))  # there is a debate, or we say that there is none
    return read_log(Path(graph)), ()


def told(debate: Debate, problem: Problem, located: Located) -> str:
    """Say what is wrong with a record: where it stands, or else in which record it is."""
    match problem.path:
        case (str(register), int(at), *_) if register in REGISTERS:
            id = getattr(getattr(debate, register)[at], "id", at + 1)
            where = f"{register}/{id}"
        case _:
            where = HEADER
    return located(problem) or f"{where}: {problem.message}"


class DebateHome:
    """A debate's folder or file of YAML, and the log beside it."""

    def __init__(self, path: Path) -> None:
        self.path = file_itself(path)
        self.debate = load_debate(self.path)
        self.reference = load_reference()
        self.log = read_log(self.path)
        self.imports: Sequence[Import] = ()

    def part(
        self,
        names: Iterable[str] = (),
        *,
        pointing_to: Iterable[str] = (),
        edits: Iterable[Edit] = (),
    ) -> Debate:
        """Return the whole debate."""
        return self.debate

    def free_id(self, taken: Iterable[str] = ()) -> str:
        """Return the id that the next record of evidence has where none is given."""
        return free_id([*(e.id for e in self.debate.evidence), *taken])

    def graphs(self, change: Change) -> tuple[Graph, Graph]:
        """Return the debate before and after a change, to be asked."""
        after = applied(self.debate, change.edits)
        return Graph(self.debate, self.reference), Graph(after, self.reference)

    def item(self, register: str, at: int) -> str | None:
        """Return a record's text as it stands in its file, from its dash on."""
        return written_item(self._texts(), register, at)

    def problems(self, change: Change, located: Located = nowhere) -> list[str]:
        """Return what would be wrong after a change."""
        after = applied(self.debate, change.edits)
        return [told(after, p, located) for p in check(after, self.reference)]

    def make(
        self,
        change: Change,
        *,
        who: str,
        time: datetime,
        words: Mapping[int, str] | None = None,
        located: Located = nowhere,
    ) -> Entry:
        """Write a change into the files, and into the log, in one step."""
        if problems := self.problems(change, located):
            raise InvalidDebate([*problems, _NOTHING])
        folder = self.path if self.path.is_dir() else self.path.parent
        with alone(folder):
            texts = self._texts()
            log = read_log(self.path)
            if log != self.log or not says(texts, self.debate):
                raise StanceError(f"{self.path} was changed meanwhile; {_NOTHING}: try again")
            after = applied(self.debate, change.edits)
            new = self._after(texts, change, after, words or {})
            patches = tuple(patches_of(texts, new))
            entry = entry_of(change, log, who=who, time=time, patches=patches)
            changed = {folder / name: new[name] for name in new if new[name] != texts[name]}
            content: dict[Path, str | bytes] = {
                file: _marked(file, text) for file, text in changed.items()
            }
            write_files(content | {log_file_of(self.path): self._logged(entry)})
        self.debate, self.log = after, (*log, entry)
        return entry

    def _after(
        self, texts: Mapping[str, str], change: Change, after: Debate, words: Mapping[int, str]
    ) -> dict[str, str]:
        if change.undoes is not None:
            back = without(texts, self.log, change.undoes)
            if back is not None and says(back, after):
                return back
        return rewritten(texts, self.debate, change.edits, after, words)

    def _texts(self) -> dict[str, str]:
        return {file.name: decode(_bytes_of(file)) for file in files_of(self.path)}

    def _logged(self, entry: Entry) -> bytes:
        file = log_file_of(self.path)
        so_far = _bytes_of(file) if self.log else b""
        return so_far + line_of(entry).encode()


_NOTHING = "nothing was changed"


def _bytes_of(file: Path) -> bytes:
    """Read a file, or what was committed to it and is not in its place yet."""
    return pending(file.parent).get(file, file).read_bytes()


def _marked(file: Path, text: str) -> bytes:
    """Return a text as bytes, with the mark of order that the file has at its head."""
    has_mark = _bytes_of(file).startswith(BOM_UTF8)
    return (BOM_UTF8 if has_mark else b"") + text.encode()
