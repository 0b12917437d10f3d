"""Whether the rows of a graph's file agree: what they point to, and what is derived in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from stancegraph.errors import StanceError
from stancegraph.model import ActorKind, Capacity, Certainty, EvidenceKind, Mode
from stancegraph.positions import OWN_TIERS, TOLD_TIERS

if TYPE_CHECKING:
    from stancegraph.graph import Graph

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Answers a question in SQL with its rows."""

SHOWN = 5
"""So many rows that break one rule are named; the others are counted."""

TABLES = ("record", "attribute", "evidence", "stance", "variable", "label", "coded")
"""The tables that the rules are about."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of every row of a table."""

    broken: str
    """SQL for the rows that break it: what one is called, what it holds, what is due."""
    message: str
    """What is wrong with one of them."""


def broken_rules(ask: Ask) -> Iterator[str]:
    """Yield a line for each row that breaks a rule, the first of each kind, and count the rest.

    Where rows point nowhere or hold no JSON, nothing is said of what would be derived from them.
    """
    wrong = [line for rule in _SOUND for line in _broken(ask, rule)]
    yield from wrong or (line for rule in _DERIVED for line in _broken(ask, rule))


def _broken(ask: Ask, rule: Rule) -> Iterator[str]:
    asked = "SELECT *, count(*) OVER () FROM ({}) AS t (name, found, due) ORDER BY ALL LIMIT {}"
    rows = ask(asked.format(rule.broken, SHOWN))
    for name, found, due, _ in rows:
        yield f"{name}: {rule.message.format(found=_word(found), due=_word(due))}"
    if rows and (rest := rows[0][-1] - len(rows)):
        yield f"and {rest:,} more rows like the last"


def _word(value: Any) -> str:
    return "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)


@contextmanager
def blaming(graph: Graph) -> Iterator[None]:
    """Say so where a question fails because a graph's file is broken, and not we."""
    try:
        yield
    except StanceError:
        raise
    except _FAILURES:
        store = getattr(graph, "store", None)
        broken = next(broken_rules(store.rows), None) if store else None
        if broken is None:
            raise
        raise StanceError(
            f"{graph.name} is damaged: {broken}; 'stancegraph verify {graph.name}' says all"
        ) from None


_FAILURES = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)


def rows_of(ask: Ask) -> int:
    """Return how many rows the rules are about."""
    return sum(int(ask(f"SELECT count(*) FROM {table}")[0][0]) for table in TABLES)


_STANCE = "(SELECT id FROM evidence WHERE n = stance.evidence LIMIT 1) || ', stance ' || place"
_RECORD = "register || ' ' || coalesce(id, 'number ' || n)"


def _one_of(table: str, name: str, column: str, kind: type[StrEnum]) -> Rule:
    values = ", ".join(f"'{member.value}'" for member in kind)
    return Rule(
        f"SELECT {name}, {column}, NULL FROM {table} "
        f"WHERE {column} IS NULL OR {column} NOT IN ({values})",
        f"{column} {{found}} is none of {', '.join(member.value for member in kind)}",
    )


def _points(table: str, name: str, column: str, register: str, *, may_lack: bool = False) -> Rule:
    lacking = f" AND {column} IS NOT NULL" if may_lack else ""
    return Rule(
        f"SELECT {name}, {column}, NULL FROM {table} WHERE NOT EXISTS (SELECT 1 FROM record AS r "
        f"WHERE r.register = '{register}' AND r.n = {table}.{column}){lacking}",
        f"{column} {{found}} is the number of no record of {register}",
    )


def _json(table: str, name: str, column: str, *, may_lack: bool) -> Rule:
    lacking = f"{column} IS NOT NULL AND NOT" if may_lack else f"{column} IS NULL OR NOT"
    return Rule(
        f"SELECT {name}, left({column}, 40), NULL FROM {table} "
        f"WHERE {lacking} coalesce(json_valid({column}), false)",
        f"{column} {{found}} is no JSON",
    )


def _once(table: str, name: str, columns: str, what: str) -> Rule:
    return Rule(
        f"SELECT {name}, count(*), NULL FROM {table} GROUP BY {columns} HAVING count(*) > 1",
        f"{what} is there {{found}} times",
    )


_SOUND = (
    Rule(
        f"SELECT {_RECORD}, n, due FROM (SELECT *, row_number() OVER "
        "(PARTITION BY register ORDER BY n) - 1 AS due FROM record) WHERE n IS DISTINCT FROM due",
        "number {found} stands where {due} is due",
    ),
    Rule(
        "SELECT register || ' ' || id, count(*), NULL FROM record WHERE id IS NOT NULL "
        "GROUP BY register, id HAVING count(*) > 1",
        "the id is there {found} times",
    ),
    _json("record", _RECORD, "record", may_lack=False),
    _once("evidence", "'evidence ' || coalesce(id, 'without id')", "id", "the id"),
    _once("evidence", "'evidence number ' || coalesce(n::VARCHAR, 'none')", "n", "the number"),
    Rule(
        "SELECT 'evidence number ' || n, id, NULL FROM evidence WHERE id IS NULL OR n IS NULL",
        "id {found} can be no record's",
    ),
    _points("evidence", "id", "source", "sources"),
    _points("evidence", "id", "speaker", "actors"),
    _points("evidence", "id", "principal", "actors", may_lack=True),
    _one_of("evidence", "id", "kind", EvidenceKind),
    _one_of("evidence", "id", "capacity", Capacity),
    _one_of("evidence", "id", "mode", Mode),
    _json("evidence", "id", "more", may_lack=True),
    Rule(
        "SELECT 'stance', evidence, NULL FROM stance "
        "WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE n = stance.evidence)",
        "evidence {found} is the number of no record of evidence",
    ),
    _once("stance", "'evidence number ' || evidence", "evidence, place", "a stance's place"),
    _points("stance", _STANCE, "holder", "actors"),
    _points("stance", _STANCE, "option", "options"),
    _one_of("stance", _STANCE, "certainty", Certainty),
    Rule(
        f"SELECT {_STANCE}, level, NULL FROM stance WHERE abs(level) > 2",
        "level {found} is none of -2 to 2",
    ),
    _json("stance", _STANCE, "more", may_lack=True),
    Rule(
        "SELECT 'coded', evidence, NULL FROM coded "
        "WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE n = coded.evidence)",
        "evidence {found} is the number of no record of evidence",
    ),
    Rule(
        "SELECT 'coded of evidence number ' || evidence, variable, NULL FROM coded "
        "WHERE NOT EXISTS (SELECT 1 FROM variable WHERE n = coded.variable)",
        "variable {found} is the number of no variable",
    ),
    Rule(
        "SELECT 'coded of evidence number ' || evidence, label, NULL FROM coded WHERE NOT EXISTS "
        "(SELECT 1 FROM label WHERE label.variable = coded.variable AND label.n = coded.label)",
        "label {found} is the number of no label of its variable",
    ),
    Rule(
        "SELECT 'attribute ' || name, register || ' ' || id, NULL FROM attribute "
        "WHERE register <> 'graph' AND NOT EXISTS (SELECT 1 FROM record "
        "WHERE record.register = attribute.register AND record.id = attribute.id)",
        "it is of {found}, which is not there",
    ),
)
"""What must hold before anything can be derived."""

_TOLD = f"""
SELECT e.id || ', stance ' || s.place AS name, s.tier, s.counts, s.not_before, s.not_after,
    e.counts AS due_counts,
    CASE WHEN s.holder = e.speaker OR s.holder = e.principal
        THEN CASE e.kind {" ".join(f"WHEN '{k.value}' THEN {n}" for k, n in OWN_TIERS.items())} END
        WHEN e.capacity = '{Capacity.AUTHOR.value}' AND e.mode = '{Mode.NARRATIVE.value}'
        THEN {TOLD_TIERS[0]}
        WHEN speaker.record->>'kind' = '{ActorKind.UNNAMED.value}' THEN {TOLD_TIERS[2]}
        ELSE {TOLD_TIERS[1]} END AS due_tier,
    CASE WHEN e.not_after IS NULL AND e.capacity = '{Capacity.AUTHOR.value}'
        THEN coalesce(e.not_before, source.first) ELSE e.not_before END AS due_not_before,
    coalesce(e.not_after, source.last) AS due_not_after
FROM stance AS s JOIN evidence AS e ON e.n = s.evidence
JOIN record AS speaker ON speaker.register = 'actors' AND speaker.n = e.speaker
JOIN (SELECT n, TRY_CAST(record->'when'->>'not_before' AS DATE) AS first,
    TRY_CAST(record->'when'->>'not_after' AS DATE) AS last
    FROM record WHERE register = 'sources') AS source ON source.n = e.source
"""
"""Stances with what `positions.readings_of` and `dates.when_of` would say of them."""


def _derived(column: str, what: str) -> Rule:
    return Rule(
        f"SELECT name, {column}, due_{column} FROM ({_TOLD}) "
        f"WHERE {column} IS DISTINCT FROM due_{column} AND (due_counts OR '{column}' = 'counts')",
        f"{what} {{found}} is kept and {{due}} follows from its record",
    )


def _kept(column: str, due: str, table: str, name: str) -> Rule:
    return Rule(
        f"SELECT {name}, {column}, {due} FROM {table} WHERE {column} IS DISTINCT FROM {due}",
        f"{column} {{found}} is kept beside the record, which says {{due}}",
    )


_WHEN = "TRY_CAST(more->'when'->>'{}' AS DATE)"
_DERIVED = (
    _kept("id", "record->>'id'", "record", _RECORD),
    _kept("name", "coalesce(record->>'name', record->>'title')", "record", _RECORD),
    *(
        _kept(end, _WHEN.format(end), "(SELECT * FROM evidence WHERE more IS NOT NULL)", "id")
        for end in ("not_before", "not_after")
    ),
    _kept("counts", "coalesce(more->>'deprecated', '') = ''", "evidence", "id"),
    _derived("counts", "counts"),
    _derived("tier", "tier"),
    _derived("not_before", "not-before"),
    _derived("not_after", "not-after"),
)
"""What must follow from the records."""
