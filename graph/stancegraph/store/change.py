"""Changing a graph's file, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancegraph.change.edits import HEADER, Change, Edit, applied, key_of
from stancegraph.change.home import Located, nowhere, told
from stancegraph.change.log import Entry, entry_of, imports_of, store_entry, stored_last, stored_log
from stancegraph.change.operations import found, free_id
from stancegraph.change.references import references_of
from stancegraph.check import Gaps, Problem, check, references
from stancegraph.errors import InvalidDebate, StanceError, UnknownName
from stancegraph.graph import Graph
from stancegraph.model import REGISTERS, Debate, Evidence
from stancegraph.store.codec import to_json
from stancegraph.store.columns import Columns, Numbers, columns_of_evidence
from stancegraph.store.file import first_row, opened, writing
from stancegraph.store.read import SHIPPED, Condition, Store
from stancegraph.store.write import EVIDENCE, STANCES
from stancegraph.stored import StoredGraph

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_POINTED_INTO = {
    "actors": (("evidence", "speaker"), ("evidence", "principal"), ("stance", "holder")),
    "options": (("stance", "option"),),
    "sources": (("evidence", "source"),),
    "evidence": (("stance", "evidence"), ("coded", "evidence")),
}
"""By register, the columns that hold numbers of its records."""

_TOLD_BY = {"actors": ("kind", "source"), "sources": ("when", "paragraphs")}
"""By register, the fields on which it depends how records of evidence count, or whether they may
be; of all others only the id matters to them."""

_NEAR = ("evidence", "sources")
"""The registers of which a change is checked by what it points to: of names it has none."""
_BY_ID = ("actors", "options", "sources")
"""The registers of which then only what is pointed to is read; they grow with a graph."""
_FEW = tuple(sorted(REGISTERS.keys() - {*_BY_ID, "memberships", "evidence"}))
"""The registers that are read whole, for they stay small."""

_EVIDENCE_IN_PART = Gaps(unread=frozenset({"evidence"}))


class FileHome:
    """A graph's file, to be changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        connection = opened(path)
        self._last, self.imports = stored_last(connection), imports_of(connection)
        self._graph = StoredGraph(path, Store(path, connection))

    def _forget(self) -> None:
        """Let go of what was read of the file."""
        for name in ("_graph", "_registers", "_reference", "_log"):
            self.__dict__.pop(name, None)

    @property
    def log(self) -> Sequence[Entry]:
        """The changes so far, the oldest first."""
        return self._log

    @cached_property
    def _log(self) -> tuple[Entry, ...]:
        with closing(opened(self.path)) as connection:
            return stored_log(connection)

    @cached_property
    def _graph(self) -> StoredGraph:
        return StoredGraph(self.path)

    @cached_property
    def _registers(self) -> Debate:
        return self._graph.store.registers(is_reference=False)

    @property
    def reference(self) -> Debate:
        """The shipped registers, as they were when the file was made."""
        return self._reference

    @cached_property
    def _reference(self) -> Debate:
        return self._graph.reference

    def part(
        self,
        names: Iterable[str] = (),
        *,
        pointing_to: Iterable[str] = (),
        edits: Iterable[Edit] = (),
    ) -> Debate:
        """Return the registers, the evidence called so and that on which a change bears."""
        edits, pointing_to = tuple(edits), tuple(pointing_to)
        ids = {*names, *pointing_to, *_ids_in("evidence", edits)}
        keys = {key for name in pointing_to for key in self._keys_of(name)}
        keys |= {key for e in edits if _bears_on_evidence(e) for key in self._keys(e)}
        return replace(self._registers, evidence=self._evidence(self._touching(ids, keys)))

    def _near(self, edits: Sequence[Edit]) -> Debate:
        """Return the records that edits of evidence and sources touch, and all they point to.

        Shipped ones are among them; of registers that stay small, all.
        """
        store = self._graph.store
        few: dict[str, Any] = {name: store.register(name) for name in _FEW}
        evidence = self._evidence(self._touching(_ids_in("evidence", edits), ()))
        part = Debate(**store.header, **few, evidence=evidence)
        named = {("sources", id) for id in _ids_in("sources", edits)}
        new = [e.after for e in edits if e.after]
        while True:
            told = chain([part], new, *(getattr(part, name) for name in REGISTERS))
            keys = named.union(*map(references_of, told))
            found: dict[str, Any] = {
                name: store.some(name, [id for r, id in keys if r == name]) for name in _BY_ID
            }
            if replace(part, **found) == part:
                return part
            part = replace(part, **found)

    def _keys_of(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield register and id of what a name means; nothing for the name of no register's."""
        for debate in (self._registers, self.reference):
            try:
                there = found(debate, name)
            except UnknownName:
                continue
            if hasattr(there.record, "id") and there.register != HEADER:
                yield there.register, there.record.id

    def _keys(self, edit: Edit) -> Iterator[tuple[str, str]]:
        for record in (edit.before, edit.after):
            if edit.register == "tenures" and record:
                yield "actors", record.holder
            elif edit.register == "offices" and record:
                tenures = self._registers.tenures
                yield from (("actors", t.holder) for t in tenures if t.office == record.id)
            elif edit.register != HEADER and hasattr(record, "id"):
                yield edit.register, record.id

    def _touching(
        self, ids: Collection[str | None], keys: Collection[tuple[str, str]]
    ) -> Condition:
        """Return the condition of records of some ids and of those that point to some others."""
        texts = ["id IN (SELECT unnest(?::VARCHAR[]))"]
        values: list[Any] = [sorted(filter(None, ids))]
        for register, columns in _POINTED_INTO.items():
            wanted = sorted(id for r, id in keys if r == register)
            if not wanted or register == "evidence":
                continue
            of = (
                f"(SELECT n FROM record WHERE register = '{register}' AND id IN (SELECT unnest(?)))"
            )
            for table, column in columns:
                test = f"{column} IN {of}"
                inner = f"n IN (SELECT evidence FROM stance WHERE {test})"
                texts.append(test if table == "evidence" else inner)
                values.append(wanted)
        for _, id in sorted(keys):
            told = "contains(coalesce(more, ''), ?)"
            texts.append(f"({told} OR n IN (SELECT evidence FROM stance WHERE {told}))")
            values += [f'"{id}"'] * 2
        return Condition(" OR ".join(texts), tuple(values))

    def _evidence(self, where: Condition) -> tuple[Evidence, ...]:
        """Return records; those without words of their own have none, not those made for them."""
        store = self._graph.store
        asked = f"SELECT id FROM evidence WHERE gist IS NULL AND ({where.text})"
        wordless = {id for (id,) in store.rows(asked, where.values)}
        records = store.evidence(where)
        return tuple(replace(e, gist="") if e.id in wordless else e for e in records)

    def free_id(self, taken: Iterable[str] = ()) -> str:
        """Return the id that the next record of evidence has where none is given."""
        rows = self._graph.store.rows("SELECT id FROM evidence ORDER BY n")
        return free_id([*(id for (id,) in rows), *taken])

    def graphs(self, change: Change) -> tuple[Graph, Graph]:
        """Return what can be asked of the actors or options of a change, before and after it."""
        part = self.part(edits=change.edits)
        whose = {
            r.id for e in change.edits for r in (e.before, e.after) if r and e.register == "actors"
        }
        on = {
            r.id for e in change.edits for r in (e.before, e.after) if r and e.register == "options"
        }
        if not whose and not on:
            told = (r for e in change.edits for r in (e.before, e.after) if isinstance(r, Evidence))
            whose = {s.holder for e in told for s in e.stances}
        more: dict[str, Evidence] = {e.id: e for e in part.evidence}
        if whose:
            more |= {e.id: e for e in self._graph.about(holders=sorted(whose)).debate.evidence}
        if on:
            more |= {e.id: e for e in self._graph.about(options=sorted(on)).debate.evidence}
        more |= {e.id: e for e in part.evidence}
        before = replace(part, evidence=tuple(more.values()))
        after = applied(before, change.edits)
        return Graph(before, self.reference), Graph(after, self.reference)

    def item(self, register: str, at: int) -> str | None:
        """Return None: in a file of tables nobody wrote a text."""
        return None

    def problems(self, change: Change, located: Located = nowhere) -> list[str]:
        """Return what would be wrong after a change and is not now, where the change bears."""
        _, after, problems = self._checked(change)
        return [told(after, problem, located) for problem in problems]

    def _checked(self, change: Change) -> tuple[Debate, Debate, list[Problem]]:
        """Return the shipped registers, that on which a change bears after it, and what is wrong.

        Of a change of evidence and sources the registers are read whole only to say what is wrong.
        """
        edits = change.edits
        if all(e.register in _NEAR and not _bears_on_evidence(e) for e in edits):
            near, nothing = self._near(edits), Debate(**SHIPPED)
            if not _problems(near, nothing, change):
                return nothing, applied(near, edits), []
        whole = self.part(edits=edits)
        return self.reference, applied(whole, edits), _problems(whole, self.reference, change)

    def make(
        self,
        change: Change,
        *,
        who: str,
        time: datetime,
        words: Mapping[int, str] | None = None,
        located: Located = nowhere,
    ) -> Entry:
        """Write a change, and its entry in the log, in one transaction."""
        reference, after, problems = self._checked(change)
        if problems:
            lines = (told(after, problem, located) for problem in problems)
            raise InvalidDebate([*lines, "nothing was changed"])
        self._graph.close()
        with writing(self.path) as connection:
            if (stored_last(connection), imports_of(connection)) != (self._last, self.imports):
                raise StanceError(
                    f"{self.path} was changed meanwhile; nothing was changed: try again"
                )
            entry = entry_of(change, self._last, who=who, time=time)
            _Writer(connection, reference).write(change.edits, after)
            store_entry(connection, entry)
            last = stored_last(connection)
        self._last = last
        self._forget()
        return entry


def _problems(before: Debate, reference: Debate, change: Change) -> list[Problem]:
    after = applied(before, change.edits)
    dangling = _references_lost(before, after, reference)
    if change.undoes is not None:  # what comes back was good enough when it was imported
        return dangling
    return [*dangling, *_broken_anew(before, after, reference, dangling)]


def _references_lost(before: Debate, after: Debate, reference: Debate) -> list[Problem]:
    """Return what leads nowhere, or is taken twice, and was not before."""
    old = {problem.message for problem in references(before, reference)}
    return [p for p in references(after, reference) if p.message not in old]


def _broken_anew(
    before: Debate, after: Debate, reference: Debate, known: Collection[Problem]
) -> list[Problem]:
    """Return the fields that break a rule of `check` and did not before.

    Imports are not held to all of its rules: they give the rows of tables as paragraphs, of sources
    whose text nobody has.
    """
    old = Counter(_key(before, p) for p in check(before, reference, _EVIDENCE_IN_PART))
    bare = {s.id for s in after.sources if not s.paragraphs}
    told_already = {p.message for p in known}
    found = []
    for problem in check(after, reference, _EVIDENCE_IN_PART):
        match problem.path:
            case ("evidence", int(at), "paragraph") if after.evidence[at].source in bare:
                continue
        key = _key(after, problem)
        old[key] -= 1
        if old[key] < 0 and problem.message not in told_already:
            found.append(problem)
    return found


def _key(debate: Debate, problem: Problem) -> tuple[object, ...]:
    """Return which field of which record a problem is of, whatever the message says."""
    match problem.path:
        case (str(register), int(at), *rest) if register in REGISTERS:
            return (register, key_of(getattr(debate, register)[at]), *rest)
    return problem.path


def _ids_in(register: str, edits: Iterable[Edit]) -> set[str]:
    """Return the ids that records of a register have before or after some edits."""
    told = (r for e in edits if e.register == register for r in (e.before, e.after) if r)
    return {record.id for record in told}


def _bears_on_evidence(edit: Edit) -> bool:
    """Tell whether records of evidence that the edit does not name may count otherwise by it."""
    if edit.register in ("evidence", HEADER):
        return False
    if edit.register in ("tenures", "offices"):
        return True
    if edit.before is None:
        return False
    if edit.after is None or edit.id != getattr(edit.after, "id", None):
        return True
    fields = _TOLD_BY.get(edit.register, ())
    return any(getattr(edit.before, f) != getattr(edit.after, f) for f in fields)


class _Writer:
    """Writes edits into the tables: registers first, then the evidence that points into them."""

    def __init__(self, connection: DuckDBPyConnection, reference: Debate) -> None:
        self._connection = connection
        self._reference = reference

    def write(self, edits: Sequence[Edit], after: Debate) -> None:
        """Write edits; `after` has the registers and all evidence whose rows may differ now."""
        for edit in edits:
            if edit.register == HEADER:
                self._write_header(edit.after)
        for register in REGISTERS:
            if register != "evidence":
                self._write_register(register, [e for e in edits if e.register == register])
        told = [e for e in edits if e.register == "evidence"]
        self._remove([e for e in told if e.after is None])
        renamed = {e.after.id: e.before.id for e in told if e.is_in_place}
        new = [e for e in told if e.before is None]
        self._make_room(new)
        self._write_evidence(after, renamed, {e.after.id for e in new})

    def _write_header(self, header: Debate) -> None:
        values = {f: getattr(header, f) for f in _HEADER}
        self._connection.execute(
            "DELETE FROM graph WHERE name IN (SELECT unnest(?))", [list(_HEADER)]
        )
        self._connection.executemany(
            "INSERT INTO graph VALUES (?, ?)", [(k, v) for k, v in values.items() if v]
        )

    def _write_register(self, register: str, edits: Sequence[Edit]) -> None:
        for edit in edits:
            if edit.is_in_place:
                self._update(register, edit)
        gone = sorted(self._number(register, e) for e in edits if e.after is None)
        for n in reversed(gone):
            self._connection.execute(
                "DELETE FROM record WHERE register = ? AND n = ?", [register, n]
            )
            self._shift(register, n, -1)
        for edit in edits:
            if edit.after is None:
                self._keep_attributes(register, edit.before)
        for edit in sorted((e for e in edits if e.before is None), key=_place):
            self._put(register, edit)

    def _update(self, register: str, edit: Edit) -> None:
        n = self._number(register, edit)
        id = getattr(edit.after, "id", None)
        self._connection.execute(
            "UPDATE record SET id = ?, name = ?, record = ? WHERE register = ? AND n = ?",
            [id, _name(edit.after), to_json(edit.after) or "{}", register, n],
        )
        if id != edit.id:
            self._connection.execute(
                "UPDATE attribute SET id = ? WHERE register = ? AND id = ?", [id, register, edit.id]
            )

    def _number(self, register: str, edit: Edit) -> int:
        """Return the number of an edit's record; of equal ones without an id, that of the first."""
        test = "id = ?" if edit.id else "record = ?"
        value = edit.id or to_json(edit.before) or "{}"
        asked = f"SELECT min(n) FROM record WHERE register = ? AND NOT is_reference AND {test}"
        (n,) = first_row(self._connection, asked, [register, value]) or (None,)
        if n is None:
            raise StanceError(f"{value} of {register} is not in the file; nothing was changed")
        return int(n)

    def _shift(self, register: str, n: int, by: int) -> None:
        """Move the numbers of a register from one on, wherever they stand."""
        values = {"by": by, "n": n}
        if register == "evidence":
            self._connection.execute("UPDATE evidence SET n = n + $by WHERE n >= $n", values)
        else:
            self._connection.execute(
                "UPDATE record SET n = n + $by WHERE register = $r AND n >= $n",
                {**values, "r": register},
            )
        for table, column in _POINTED_INTO.get(register, ()):
            self._connection.execute(
                f"UPDATE {table} SET {column} = {column} + $by WHERE {column} >= $n", values
            )

    def _put(self, register: str, edit: Edit) -> None:
        asked = (
            "SELECT coalesce((SELECT n FROM record WHERE register = $r AND NOT is_reference "
            "ORDER BY n LIMIT 1 OFFSET $at), (SELECT count(*) FROM record WHERE register = $r))"
        )
        at = 2**31 if edit.at is None else edit.at
        (n,) = first_row(self._connection, asked, {"r": register, "at": at}) or (0,)
        self._shift(register, int(n), 1)
        id, text = getattr(edit.after, "id", None), to_json(edit.after) or "{}"
        self._connection.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, false)",
            [register, n, id, _name(edit.after), text],
        )
        self._connection.execute(
            "UPDATE attribute SET register = ?, id = ? WHERE register = 'graph' AND id = ?",
            [register, id, f"{register}/{id}"],
        )

    def _keep_attributes(self, register: str, record: Any) -> None:
        """Keep what a file said of a record that goes, as a thing said of the whole."""
        if id := getattr(record, "id", None):
            self._connection.execute(
                "UPDATE attribute SET register = 'graph', id = ? WHERE register = ? AND id = ?",
                [f"{register}/{id}", register, id],
            )

    def _remove(self, edits: Sequence[Edit]) -> None:
        asked = "SELECT n FROM evidence WHERE id IN (SELECT unnest(?)) ORDER BY n DESC"
        gone = self._connection.execute(asked, [[e.before.id for e in edits]]).fetchall()
        for (n,) in gone if edits else ():
            for table, column in (("evidence", "n"), *_POINTED_INTO["evidence"]):
                self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", [n])
            self._shift("evidence", n, -1)
        for edit in edits:
            self._keep_attributes("evidence", edit.before)

    def _make_room(self, edits: Sequence[Edit]) -> None:
        """Give new records of evidence their numbers, in rows that are filled in afterwards."""
        for edit in sorted(edits, key=_place):
            (count,) = first_row(self._connection, "SELECT count(*) FROM evidence") or (0,)
            n = count if edit.at is None else min(edit.at, count)
            if n < count:
                self._shift("evidence", n, 1)
            self._connection.execute(
                "INSERT INTO evidence (n, id) VALUES (?, ?)", [n, edit.after.id]
            )

    def _write_evidence(
        self, after: Debate, renamed: Mapping[str, str], new: Collection[str]
    ) -> None:
        """Write the rows of records anew, each under the number that it has."""
        if not after.evidence:
            return
        numbers = self._numbers(after.evidence, renamed)
        columns = columns_of_evidence(after, self._reference, Numbers.of(self._connection))
        gist = columns.evidence["gist"]
        gist[gist == ""] = None
        self._connection.execute(
            "CREATE TEMP TABLE time_of AS SELECT n, time, not_before, not_after FROM evidence "
            "WHERE n IN (SELECT unnest(?::INTEGER[]))",
            [numbers],
        )
        for table, column in (("evidence", "n"), ("stance", "evidence")):
            self._connection.execute(
                f"DELETE FROM {table} WHERE {column} IN (SELECT unnest(?::INTEGER[]))", [numbers]
            )
        self._insert(columns, numbers)
        self._connection.execute(_SAME_TIME)
        self._connection.execute("DROP TABLE time_of")

    def _numbers(self, evidence: Sequence[Evidence], renamed: Mapping[str, str]) -> list[int]:
        was = [renamed.get(e.id, e.id) for e in evidence]
        asked = "SELECT id, n FROM evidence WHERE id IN (SELECT unnest(?::VARCHAR[]))"
        n_of = dict(self._connection.execute(asked, [was]).fetchall())
        return [n_of[id] for id in was]

    def _insert(self, columns: Columns, numbers: Sequence[int]) -> None:
        import numpy as np

        fresh = {"seq": np.arange(len(numbers)), "n": np.array(numbers, dtype=np.int32)}
        self._connection.register("fresh", fresh)
        self._connection.register("new_evidence", columns.evidence)
        self._connection.register("new_stance", columns.stance)
        self._connection.execute(EVIDENCE)
        self._connection.execute(STANCES)
        for name in ("fresh", "new_evidence", "new_stance"):
            self._connection.unregister(name)


_HEADER = ("id", "title", "description", "language", "alliance")

_SAME_TIME = """
UPDATE evidence SET time = time_of.time FROM time_of WHERE evidence.n = time_of.n
AND (evidence.not_before, evidence.not_after)
    IS NOT DISTINCT FROM (time_of.not_before, time_of.not_after)
"""
"""A record knows its day, a row perhaps the minute: it stays as long as the day does."""


def _place(edit: Edit) -> int:
    return 2**31 if edit.at is None else edit.at


def _name(record: Any) -> str | None:
    return getattr(record, "name", None) or getattr(record, "title", None)
