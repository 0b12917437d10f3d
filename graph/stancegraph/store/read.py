"""Reading a graph's file: registers, the records asked for, and stances as arrays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from stancegraph.answer.words import stands_on
from stancegraph.errors import UnknownName
from stancegraph.model import (
    REGISTERS,
    Bounds,
    Capacity,
    Certainty,
    Debate,
    Evidence,
    EvidenceKind,
    Mode,
    Polarity,
    Stance,
)
from stancegraph.scope import FIELDS, Scope, unknown_field, unknown_weight
from stancegraph.store.codec import from_json
from stancegraph.store.file import in_our_words, opened, state_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

POLARITY_OF = {p.level: p for p in Polarity}


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of an SQL question's WHERE, with the values for its question marks."""

    text: str
    values: tuple[Any, ...] = ()


_FEW_BY_NUMBER = 1_000
EVERYTHING = Condition("true")
"""The condition that every record meets."""


SHIPPED: Mapping[str, Any] = MappingProxyType(
    {
        "id": "reference",
        "title": "Countries and organisations",
        "description": "Countries, NATO and the EU, with the days on which members joined and "
        "left. Every debate can name them without defining them.",
    }
)
"""What the shipped registers say of themselves, data/reference/debate.yaml."""


class Store:
    """A graph's file as it was when it was opened, whoever changes it since; for any thread."""

    def __init__(self, path: Path, connection: DuckDBPyConnection | None = None) -> None:
        self.path = path
        self.state = state_of(path)
        self._connection = connection or opened(path)
        self._one_at_a_time = Lock()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def rows(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that answer a question."""
        with self._one_at_a_time, in_our_words(self.path):
            return self._connection.execute(question, values).fetchall()

    def arrays(self, question: str, values: Sequence[Any] = ()) -> dict[str, NDArray[Any]]:
        """Return the columns that answer a question, where null is masked."""
        with self._one_at_a_time, in_our_words(self.path):
            found: dict[str, Any] = self._connection.execute(question, values).fetchnumpy()
            return found

    @cached_property
    def header(self) -> dict[str, Any]:
        """What is said of the whole graph: id, title and the like."""
        return dict(self.rows("SELECT name, value FROM graph WHERE name <> 'format'"))

    @cached_property
    def size(self) -> int:
        """How many stances there are."""
        return int(self.rows("SELECT count(*) FROM stance")[0][0])

    @cached_property
    def last_day(self) -> date | None:
        """The latest day of any record."""
        day: date | None = self.rows(LAST_DAY)[0][0]
        return day

    def undated_from(self, scope: Scope) -> date | None:
        """Return the last day of what a scope lets count: from then on the undated does, too."""
        within = self.within(scope)
        asked = f"SELECT max(not_after) FROM stance WHERE {' AND '.join(c.text for c in within)}"
        day: date | None = self.rows(asked, [v for c in within for v in c.values])[0][0]
        return day

    def slugs(self, register: str) -> tuple[str, ...]:
        """Return the ids of a register, each at its number."""
        if register not in self._slugs:
            asked = "SELECT id FROM record WHERE register = ? ORDER BY n"
            self._slugs[register] = tuple(id for (id,) in self.rows(asked, [register]))
        return self._slugs[register]

    @cached_property
    def _slugs(self) -> dict[str, tuple[str, ...]]:
        return {}

    def register(self, name: str, *, is_reference: bool | None = None) -> tuple[Any, ...]:
        """Return the records of a register; of the shipped or the imported ones only, if asked."""
        asked = "SELECT record FROM record WHERE register = ? AND is_reference IS NOT DISTINCT FROM"
        asked = f"{asked} coalesce(?, is_reference) ORDER BY n"
        found = self.rows(asked, [name, is_reference])
        return tuple(from_json(REGISTERS[name], text) for (text,) in found)

    def some(self, name: str, ids: Iterable[str]) -> tuple[Any, ...]:
        """Return the records of a register that have one of some ids."""
        asked = (
            "SELECT record FROM record WHERE register = ? AND id IN (SELECT unnest(?::VARCHAR[])) "
            "ORDER BY n"
        )
        found = self.rows(asked, [name, sorted(ids)])
        return tuple(from_json(REGISTERS[name], text) for (text,) in found)

    def registers(self, *, is_reference: bool | None = None) -> Debate:
        """Return all registers as a debate without evidence."""
        names = [name for name in REGISTERS if name != "evidence"]
        parts: dict[str, Any] = {
            name: self.register(name, is_reference=is_reference) for name in names
        }
        return Debate(**parts, **(SHIPPED if is_reference else self.header))

    def evidence(self, where: Condition) -> tuple[Evidence, ...]:
        """Return the records of which a condition holds, in their order."""
        found = self.rows(
            "SELECT n, id, kind, source, paragraph, speaker, capacity, principal, mode, gist, "
            f"not_before, not_after, more FROM evidence WHERE {where.text} ORDER BY n",
            where.values,
        )
        few = len(found) <= _FEW_BY_NUMBER  # whose numbers are quicker than the question again
        stances = self._stances(self.numbered(row[0] for row in found) if few else where)
        return tuple(self._evidence(row, stances.get(row[0], ())) for row in found)

    def _evidence(self, row: tuple[Any, ...], stances: Sequence[Stance]) -> Evidence:
        _, id, kind, source, paragraph, speaker, capacity, principal, mode, gist, *rest = row
        not_before, not_after, more = rest
        read = from_json(
            Evidence,
            more,
            id=id,
            kind=EvidenceKind(kind),
            source=self._sources[source],
            paragraph=paragraph,
            speaker=self._actors[speaker],
            capacity=Capacity(capacity),
            principal=None if principal is None else self._actors[principal],
            mode=Mode(mode),
            gist=gist if gist is not None else self.gist(kind, speaker, stances),
            stances=tuple(stances),
        )
        return (
            read if more else replace(read, when=Bounds(not_before=not_before, not_after=not_after))
        )

    def gist(self, kind: str, speaker: int, stances: Sequence[Stance]) -> str:
        """Say what a row says that has no words of its own."""
        name = self._names_of("actors")[speaker]
        if not stances:
            return f"A {kind} of {name} that conveys no stance."
        option, polarity = self._option_names[stances[0].option], stances[0].polarity
        if kind == EvidenceKind.VOTE and polarity in _VOTED:
            return f"{name} {_VOTED[polarity]} {option}."
        return f"{name} {stands_on(polarity, repr(option))}."

    @cached_property
    def _actors(self) -> tuple[str, ...]:
        return self.slugs("actors")

    @cached_property
    def _options(self) -> tuple[str, ...]:
        return self.slugs("options")

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        return self.slugs("sources")

    @cached_property
    def _option_names(self) -> Mapping[str, str]:
        return dict(zip(self._options, self._names_of("options"), strict=True))

    def _names_of(self, register: str) -> tuple[str, ...]:
        if register not in self._names:
            asked = "SELECT name FROM record WHERE register = ? ORDER BY n"
            self._names[register] = tuple(name for (name,) in self.rows(asked, [register]))
        return self._names[register]

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        return {}

    def _stances(self, where: Condition) -> dict[int, list[Stance]]:
        found = self.rows(
            "SELECT evidence, holder, option, level, certainty, until, more FROM stance WHERE "
            f"evidence IN (SELECT n FROM evidence WHERE {where.text}) ORDER BY evidence, place",
            where.values,
        )
        stances: dict[int, list[Stance]] = {}
        for evidence, holder, option, level, certainty, until, more in found:
            stances.setdefault(evidence, []).append(
                from_json(
                    Stance,
                    more,
                    holder=self._actors[holder],
                    option=self._options[option],
                    polarity=POLARITY_OF[level],
                    certainty=Certainty(certainty),
                    until=until,
                )
            )
        return stances

    def about(
        self,
        holders: Collection[str] | None,
        options: Collection[str] | None,
        records: Collection[str] | None,
    ) -> Condition:
        """Return the condition of records of or about some actors, on some options, of some ids.

        Records that convey more than stances always meet it: what they touch is not in columns.
        """
        texts: list[str] = []
        values: list[Any] = []
        if holders is not None:
            who = self._numbers("actors", holders)
            texts.append(
                f"n IN (SELECT n FROM evidence WHERE speaker IN ({_marks(who)}) OR "
                f"principal IN ({_marks(who)}) UNION ALL "
                f"SELECT evidence FROM stance WHERE holder IN ({_marks(who)}))"
            )
            values += [*who, *who, *who]
        if options is not None:
            what = self._numbers("options", options)
            texts.append(f"n IN (SELECT evidence FROM stance WHERE option IN ({_marks(what)}))")
            values += what
        if records is not None:
            texts.append(f"id IN ({_marks(records)})")
            values += records
        if not texts:
            return EVERYTHING
        # Joined with OR, each would be put to every record; so the few that fit are found.
        found = f"SELECT n FROM evidence WHERE {' AND '.join(texts)}"
        rich = f"SELECT n FROM evidence WHERE more IS NOT NULL AND {_IS_RICH}"
        return Condition(f"n IN ({found} UNION ALL {rich})", tuple(values))

    def numbered(self, numbers: Iterable[int]) -> Condition:
        """Return the condition of records of some numbers."""
        listed = [int(n) for n in numbers]
        return Condition("n IN (SELECT unnest(?::INTEGER[]))", (listed,))

    def disputed(self) -> Condition:
        """Return the condition of records that may disagree.

        They speak of a holder and an option of which others say another side, or of an option on
        which a person of some country has a stance of its own.
        """
        return Condition(
            "n IN (SELECT evidence FROM stance WHERE (holder, option) IN (SELECT (holder, option) "
            "FROM stance WHERE counts GROUP BY ALL HAVING min(sign(level)) <> max(sign(level)) "
            "OR count(level) < count(*)) "
            "OR option IN (SELECT option FROM stance JOIN record ON holder = n WHERE "
            "register = 'actors' AND (record->>'country') IS NOT NULL))"
        )

    def matching(self, where: Condition, scope: Scope) -> set[tuple[str, str, str]]:
        """Return record, holder and option of the stances that a scope lets count."""
        within = self.within(scope)
        found = self.rows(
            "SELECT evidence.id, holder, option FROM stance "
            "JOIN evidence ON evidence.n = stance.evidence WHERE stance.evidence IN "
            f"(SELECT n FROM evidence WHERE {where.text}) AND stance.evidence IN "
            f"(SELECT evidence FROM stance WHERE {' AND '.join(c.text for c in within)})",
            [*where.values, *(value for c in within for value in c.values)],
        )
        return {(id, self._actors[h], self._options[o]) for id, h, o in found}

    def heard(self, as_of: date | None) -> tuple[str, ...]:
        """Return the slugs of those of whom a stance is known at a date."""
        found = self.rows(HEARD, [as_of, self.last_day, as_of])
        return tuple(self._actors[n] for (n,) in found)

    def _numbers(self, register: str, slugs: Iterable[str]) -> list[int]:
        at = {slug: n for n, slug in enumerate(self.slugs(register))}
        return [at[slug] for slug in slugs if slug in at]

    def within(self, scope: Scope) -> list[Condition]:
        """Return the conditions, on stances, of a scope's dates and filters."""
        found = [Condition("counts")]
        if scope.since:
            found.append(Condition("coalesce(not_before, DATE '0001-01-01') >= ?", (scope.since,)))
        if scope.own_words:
            found.append(Condition("tier <= 3"))
        found += [self._filter(name, tuple(wanted)) for name, wanted in scope.filters.items()]
        return found

    def _filter(self, name: str, wanted: tuple[str, ...]) -> Condition:
        tests = [(test, wanted) for test in _STANCE_FIELDS.get(name, ())]
        named = (test for test, names in self._fields.items() if name in names)
        tests += [(test, (name, *wanted)) for test in named]
        if not tests:
            raise UnknownName(unknown_field(name, self.fields))
        text = " OR ".join(
            test.format(
                " OR ".join([_NAMES] * len(wanted))
                if test in _BY_ATTRIBUTE.values()
                else _marks(wanted)
            )
            for test, _ in tests
        )
        return Condition(f"({text})", tuple(v for _, values in tests for v in values))

    @property
    def fields(self) -> tuple[str, ...]:
        """What the records can be filtered by."""
        return (*FIELDS, *sorted({n for names in self._fields.values() for n in names}))

    @cached_property
    def _fields(self) -> Mapping[str, frozenset[str]]:
        """The names of what was imported beside the model, by the test that looks there."""
        named = {
            test: self.rows("SELECT DISTINCT name FROM attribute WHERE register = ?", [register])
            for register, test in _BY_ATTRIBUTE.items()
        }
        named[_BY_VARIABLE] = self.rows("SELECT name FROM variable")
        return {test: frozenset(name for (name,) in names) for test, names in named.items()}

    def weights(self, field: str) -> dict[str, float]:
        """Return the numbers that options have as an attribute; UnknownName where there is none."""
        found = self.rows(
            "SELECT id, TRY_CAST(value AS DOUBLE) FROM attribute "
            "WHERE register = 'options' AND name = ?",
            [field],
        )
        numbers = {id: value for id, value in found if value is not None}
        if not numbers:
            raise UnknownName(
                unknown_weight(field, self._fields[_BY_ATTRIBUTE["options"]])
                if not found
                else f"field {field!r} holds no numbers, so it cannot weigh"
            )
        return numbers


_IS_RICH = (
    "(more LIKE '%\"claims\"%' OR more LIKE '%\"figures\"%' OR more LIKE '%\"framings\"%' "
    "OR more LIKE '%\"influences\"%' OR more LIKE '%\"predictions\"%')"
)

# Spark is asked in these words too: so they are of the SQL that DuckDB and Spark have in common.
LAST_DAY = (
    "SELECT max(d) FROM (SELECT max(not_after) AS d FROM stance "
    "UNION ALL SELECT max(not_after) FROM evidence)"
)
HEARD = (
    "SELECT DISTINCT holder FROM stance WHERE counts AND "
    "(?::DATE IS NULL OR coalesce(not_after, ?) <= ?)"
)
_ISSUE = "json_extract_string(record, '$.issue')"
_RECORD_IN = "(SELECT n FROM record WHERE register = '{}' AND {} IN ({{}}))"
_EVIDENCE_IN = "evidence IN (SELECT n FROM evidence WHERE {} IN {})"
_ACTOR, _OPTION = _RECORD_IN.format("actors", "id"), _RECORD_IN.format("options", "id")
_STANCE_FIELDS = {
    "kind": (_EVIDENCE_IN.format("kind", "({})"),),
    "capacity": (_EVIDENCE_IN.format("capacity", "({})"),),
    "mode": (_EVIDENCE_IN.format("mode", "({})"),),
    "certainty": ("certainty IN ({})",),
    "holder": (f"holder IN {_ACTOR}",),
    "option": (f"option IN {_OPTION}",),
    "speaker": (_EVIDENCE_IN.format("speaker", _ACTOR),),
    "principal": (_EVIDENCE_IN.format("principal", _ACTOR),),
    "source": (_EVIDENCE_IN.format("source", _RECORD_IN.format("sources", "id")),),
    "issue": ("option IN " + _RECORD_IN.format("options", _ISSUE),),
}
_HAVE = (
    "(SELECT record.n FROM record JOIN attribute USING (register, id) WHERE register = '{}' "
    "AND attribute.name = ? AND ({{}}))"
)
_NAMES = "contains('; ' || value || '; ', '; ' || ? || '; ')"
"""The test whether an attribute has a value, alone or among others."""
_BY_ATTRIBUTE = {
    "options": f"option IN {_HAVE.format('options')}",
    "sources": _EVIDENCE_IN.format("source", _HAVE.format("sources")),
    "actors": f"holder IN {_HAVE.format('actors')}",
}
_BY_VARIABLE = (
    "evidence IN (SELECT evidence FROM coded JOIN variable ON variable.n = coded.variable "
    "JOIN label ON label.variable = coded.variable AND label.n = coded.label "
    "WHERE variable.name = ? AND label.label IN ({}))"
)
_VOTED = {
    Polarity.SUPPORTS: "voted for",
    Polarity.UNDECIDED: "abstained on",
    Polarity.OPPOSES: "voted against",
}


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values)) or "NULL"
