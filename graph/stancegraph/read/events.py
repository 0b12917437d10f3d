"""Dated events: an actor does something to another."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from stancegraph.dates import span
from stancegraph.measure.levels import MISSING
from stancegraph.model import ActorKind, Bounds, Capacity, EvidenceKind, Mode, Option, Source
from stancegraph.read.coded_table import levels_of
from stancegraph.read.countries import country_of_name
from stancegraph.read.imported import Imported, InvalidFile, Names, Rows, Stances, Variable
from stancegraph.read.naming import Naming, slug_of
from stancegraph.read.tabular import Progress, Table, open_table
from stancegraph.read.votes import refusal
from stancegraph.suggest import did_you_mean

ROLES: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "day", "event date", "time"),
    "subject": ("subject", "source", "source name", "actor", "actor1", "from"),
    "relation": ("relation", "event", "event text", "action", "type", "predicate"),
    "object": ("object", "target", "target name", "actor2", "to"),
}

# CAMEO's labels begin with a verb that says for or against; the others convey no stance.
_FOR = re.compile(
    r"(praise|endorse|rally support|grant|provide|cooperate|engage in .*cooperation|sign formal|"
    r"express intent to (cooperate|provide|meet|settle|engage|yield)|ease|return|release|forgive|"
    r"accede|apologize|express accord|defend verbally|share|accommodate|yield|de-escalate|"
    r"retreat|allow|declare truce|appeal for .*(cooperation|aid))"
)
_AGAINST = re.compile(
    r"(criticize|denounce|reject|refuse|threaten|demonstrate|protest|impose|embargo|sanction|"
    r"accuse|complain|blame|obstruct|veto|defy|violate|demand|give ultimatum|expel|arrest|detain|"
    r"abduct|torture|assault|attack|fight|use |kill|assassinate|bomb|occupy|blockade|coerce|seize|"
    r"destroy|confiscate|ban|reduce|halt|break relations|withdraw|suicide|conduct|engage in "
    r"(ethnic|mass)|deport|intimidate|mobilize|violently)"
)
_IN_BRACKETS = re.compile(r".*\(([^()]+)\)")
_STEP = 3


def read_events(
    path: Path,
    naming: Naming,
    *,
    mapping: Mapping[str, str] | None = None,
    relations: Mapping[str, str] | None = None,
    skip_bad: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Read events: date, subject, relation, object, a row each.

    What is done for or against somebody is an action, and a stance on siding with them; the option
    is named by the object. `relations` say what relations mean beside those of CAMEO that are
    known; one that is neither for nor against conveys no stance and is kept as a variable. A name
    that is exactly a country's is the country; all others are institutions, of the country in
    brackets behind the name: what they are the file does not say.
    """
    table = open_table(path, encoding=encoding, delimiter=delimiter, sheet=sheet, progress=progress)
    at = {role: table.header.index(column) for role, column in _roles(table, mapping or {}).items()}
    stated = levels_of(relations or {})
    bad: list[str] = []
    numbers = array("i")
    columns: dict[str, list[str]] = {role: [] for role in at}
    for number, cells in table.rows():
        problem = _problem(table, cells, at)
        if problem:
            bad.append(table.error(number, problem))
            continue
        numbers.append(number)
        for role, index in at.items():
            columns[role].append(cells[index].strip())
    if bad and not skip_bad:
        raise InvalidFile(refusal(bad))
    level_of = {r: _level(r, stated) for r in dict.fromkeys(columns["relation"])}
    stem = slug_of(path.name.split(".")[0], "events")
    rows = _rows(table, naming, columns, numbers, level_of, stem)
    return Imported(
        debate=naming.debate(stem, path.name),
        rows=rows,
        skipped=tuple(bad),
        notes=(*table.told, *_notes(columns["relation"], level_of)),
    )


def _roles(table: Table, mapping: Mapping[str, str]) -> dict[str, str]:
    for role, column in mapping.items():
        for what, name, names in (("role", role, ROLES), ("column", column, table.header)):
            if name not in names:
                hint = did_you_mean(name, names) or f"; there are {', '.join(names)}"
                raise InvalidFile(f"{table.path}: no {what} is called {name!r}{hint}")
    plain = {column.lower().replace("_", " "): column for column in table.header}
    roles = dict(mapping)
    for role, names in ROLES.items():
        guessed = next((plain[n] for n in names if n in plain), None)
        if role not in roles and guessed:
            roles[role] = guessed
    if missing := [role for role in ROLES if role not in roles]:
        raise InvalidFile(
            f"{table.path}: no column is known to be the {' or the '.join(missing)}; state it as "
            f"--map {missing[0]}=COLUMN, COLUMN being one of {', '.join(table.header)}"
        )
    return roles


def _problem(table: Table, cells: list[str], at: Mapping[str, int]) -> str | None:
    if len(cells) != len(table.header):
        return f"{len(cells)} cells where the header has {len(table.header)}"
    empty = [role for role, index in at.items() if not cells[index].strip()]
    if empty:
        return f"the {empty[0]} is empty"
    day = cells[at["date"]].strip()[:10]
    try:
        span(day)
    except ValueError:
        return f"{day!r} is no date such as 2014-01-31"
    return None


def _level(relation: str, stated: Mapping[str, int]) -> int:
    plain = relation.lower()
    if plain in stated:
        return stated[plain]
    return 2 if _FOR.match(plain) else -2 if _AGAINST.match(plain) else MISSING


def _rows(
    table: Table,
    naming: Naming,
    columns: Mapping[str, list[str]],
    numbers: array[int],
    level_of: Mapping[str, int],
    stem: str,
) -> Rows:
    count = len(numbers)
    named = dict.fromkeys([*columns["subject"], *columns["object"]])
    actors = {name: _actor(naming, name) for name in named}
    issue = naming.issue("siding", "Siding with others", "Whose side an actor takes by its deeds.")
    options = {
        name: naming.add_option(_siding(name, actors[name], issue))
        for name in dict.fromkeys(columns["object"])
    }
    spans = {d: span(d[:10]) for d in dict.fromkeys(columns["date"])}
    first = np.array([spans[d][0] for d in columns["date"]], dtype="datetime64[D]")
    last = np.array([spans[d][1] for d in columns["date"]], dtype="datetime64[D]")
    when = Bounds(not_after=last.max().item() if count else None)
    source = naming.source(Source(id=f"{stem}-file", title=table.path.name, when=when))
    subject = Names.of(actors[name] for name in columns["subject"])
    levels = np.array([level_of[r] for r in columns["relation"]], dtype=np.int8)
    option = Names.of(options[name] for name in columns["object"])
    return Rows(
        ids=[f"{stem}-{number}" for number in numbers],
        kind=EvidenceKind.ACTION,
        mode=Mode.DIRECT,
        source=Names.all_of(source, count),
        paragraph=np.array(numbers, dtype=np.int32),
        speaker=subject,
        capacity=Names.all_of(Capacity.GOVERNMENT.value, count),
        principal=subject,
        time=first.astype("datetime64[s]"),
        last_day=last,
        stances=(Stances(subject, option, levels),),
        variables=(
            Variable("relation", "text", Names.of(columns["relation"])),
            Variable("object", "text", Names.of(actors[name] for name in columns["object"])),
        ),
    )


def _actor(naming: Naming, name: str) -> str:
    country = country_of_name(name, naming)
    if country:
        return country
    of = _IN_BRACKETS.fullmatch(name)
    home = country_of_name(of[1], naming) if of else None
    return naming.actor(name, ActorKind.INSTITUTION, **({"country": home} if home else {}))


def _siding(name: str, slug: str, issue: str) -> Option:
    return Option(
        id=f"with-{slug}",
        name=f"Side with {name}",
        definition=f"Act for {name} rather than against.",
        issue=issue,
    )


def _notes(relations: list[str], level_of: Mapping[str, int]) -> list[str]:
    without = Counter(r for r in relations if level_of[r] == MISSING)
    if not without:
        return []
    most = ", ".join(f"{name} ({n:,})" for name, n in without.most_common(_STEP))
    return [
        f"{sum(without.values()):,} events are neither for nor against and convey no stance, most "
        f"often {most}; --relation 'NAME=supports' says otherwise"
    ]
