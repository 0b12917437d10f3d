"""Dated spells: who was a member of what, and who held which office, from when to when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from stancegraph.dates import span
from stancegraph.model import ActorKind, Membership, Office, Tenure
from stancegraph.read.countries import country_of_code, country_of_name
from stancegraph.read.imported import Imported, InvalidFile
from stancegraph.read.naming import Naming, slug_of
from stancegraph.read.tabular import Progress, Table, open_table
from stancegraph.read.votes import refusal
from stancegraph.suggest import did_you_mean

MEMBERSHIP: Mapping[str, tuple[str, ...]] = {
    "member": ("member", "state", "country", "stateabb"),
    "organization": ("organization", "organisation", "org", "alliance"),
    "name": ("org_name", "organization_name"),
    "status": ("membership", "status"),
    "since": ("since", "start", "from", "start_date", "startdate", "start_year"),
    "until": ("until", "end", "to", "end_date", "enddate", "end_year"),
    "limit": ("end_is_data_limit",),
}
OFFICE: Mapping[str, tuple[str, ...]] = {
    "person": ("leader", "officeholderlabel", "name", "holder", "person"),
    "office": ("office", "positionlabel", "position", "post"),
    "country": ("country_name", "countrylabel", "country", "jurisdictionlabel"),
    "since": MEMBERSHIP["since"],
    "until": MEMBERSHIP["until"],
}
"""By role, the columns by which it is guessed."""

_FULL = ("full", "full member", "member", "")
_LEADER = "Leader"


def read_memberships(
    path: Path,
    naming: Naming,
    *,
    mapping: Mapping[str, str] | None = None,
    skip_bad: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Read memberships of countries in alliances and organisations, a row a spell.

    Only full members become members; others are counted. A country is found by its exact name or
    ISO code, or else is one of its own under its name. An end that the file says to be the limit of
    its data is kept: beyond it nothing is claimed.
    """
    table = open_table(path, encoding=encoding, delimiter=delimiter, sheet=sheet, progress=progress)
    roles = _roles(table, MEMBERSHIP, mapping or {}, needed=("member", "organization", "since"))
    bad: list[str] = []
    others: Counter[str] = Counter()
    found: dict[Membership, None] = {}
    limits = 0
    for number, row in _rows(table, roles, bad):
        status = row.get("status", "").lower()
        if status not in _FULL:
            others[status] += 1
            continue
        try:
            since, until = _spell(row)
        except ValueError as error:
            bad.append(table.error(number, str(error)))
            continue
        limits += row.get("limit") == "1"
        found[
            Membership(
                member=_country(row["member"], naming),
                organization=_organization(row, naming),
                since=since,
                until=until,
            )
        ] = None
    notes = [f"{n} spells as {status} are no full memberships: left out" for status, n in
             others.items()]  # fmt: skip
    notes += [f"{limits} spells end where the file's data end; nothing is claimed beyond"] * (
        limits > 0
    )
    return _imported(table, naming, bad, notes, skip_bad=skip_bad, memberships=tuple(found))


def read_offices(
    path: Path,
    naming: Naming,
    *,
    mapping: Mapping[str, str] | None = None,
    skip_bad: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Read who held which office of which country, a row a spell.

    A person is known by name and country: two of one name in one country are taken for one. Without
    a column for the office it is that of leader; without one for the country, the file's name is
    taken where a country is called so.
    """
    table = open_table(path, encoding=encoding, delimiter=delimiter, sheet=sheet, progress=progress)
    roles = _roles(table, OFFICE, mapping or {}, needed=("person", "since"))
    bad: list[str] = []
    offices: dict[str, Office] = {}
    found: dict[Tenure, None] = {}
    for number, row in _rows(table, roles, bad):
        if not row["person"]:
            bad.append(table.error(number, "nobody is named who holds the office"))
            continue
        try:
            since, until = _spell(row)
        except ValueError as error:
            bad.append(table.error(number, str(error)))
            continue
        country = _country(row.get("country") or table.path.name.split("_")[0].title(), naming)
        title = row.get("office") or _LEADER
        office = slug_of(f"{country}-{title}")
        offices.setdefault(office, Office(id=office, name=title, of=country))
        slug = slug_of(f"{country}-{row['person']}")
        person = naming.actor(f"{row['person']} ({country.upper()})", ActorKind.PERSON, slug=slug,
                              country=country)  # fmt: skip
        found[Tenure(holder=person, office=office, since=since, until=until)] = None
    return _imported(
        table,
        naming,
        bad,
        [],
        skip_bad=skip_bad,
        offices=tuple(offices.values()),
        tenures=tuple(found),
    )


def _imported(
    table: Table,
    naming: Naming,
    bad: Sequence[str],
    notes: Sequence[str],
    *,
    skip_bad: bool,
    **registers: tuple[Membership | Office | Tenure, ...],
) -> Imported:
    if bad and not skip_bad:
        raise InvalidFile(refusal(bad))
    stem = slug_of(table.path.name.split(".")[0], "spells")
    debate = naming.debate(stem, table.path.name)
    return Imported(
        debate=replace(debate, **registers),  # type: ignore[arg-type]
        skipped=tuple(bad),
        notes=(*table.told, *notes),
    )


def _roles(
    table: Table,
    known: Mapping[str, Sequence[str]],
    mapping: Mapping[str, str],
    *,
    needed: Sequence[str],
) -> dict[str, str]:
    for role, column in mapping.items():
        for what, name, names in (("role", role, known), ("column", column, table.header)):
            if name not in names:
                hint = did_you_mean(name, names) or f"; there are {', '.join(names)}"
                raise InvalidFile(f"{table.path}: no {what} is called {name!r}{hint}")
    plain = {column.lower(): column for column in table.header}
    guessed = {
        role: next((plain[n] for n in names if n in plain), None) for role, names in known.items()
    }
    roles = {role: column for role, column in guessed.items() if column} | dict(mapping)
    if missing := [role for role in needed if role not in roles]:
        raise InvalidFile(
            f"{table.path}: no column is known to be the {' or the '.join(missing)}; state it as "
            f"--map {missing[0]}=COLUMN, COLUMN being one of {', '.join(table.header)}"
        )
    return roles


def _rows(
    table: Table, roles: Mapping[str, str], bad: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows by role, telling of those of another width."""
    for number, cells in table.rows():
        if len(cells) != len(table.header):
            bad.append(
                table.error(number, f"{len(cells)} cells where the header has {len(table.header)}")
            )
            continue
        row = dict(zip(table.header, cells, strict=True))
        yield number, {role: row[column].strip() for role, column in roles.items()}


def _spell(row: Mapping[str, str]) -> tuple[date | None, date | None]:
    """Return the first and last day; ValueError for what is no date, or ends before it begins."""
    ends: list[date | None] = []
    for role, which in (("since", 0), ("until", 1)):
        text = row.get(role, "")[:10]
        try:
            ends.append(span(text)[which] if text else None)
        except ValueError:
            raise ValueError(f"{text!r} is no date such as 1949-04-04, 1949-04 or 1949") from None
    since, until = ends
    if since and until and until < since:
        raise ValueError(f"it ends on {until}, before it begins on {since}")
    return since, until


def _country(name: str, naming: Naming) -> str:
    coded = country_of_code(name) if name.isupper() and len(name) <= 3 else None
    if coded:
        return naming.country(coded.slug, coded.name or name, coded.iso2)
    return country_of_name(name, naming) or naming.actor(name, ActorKind.COUNTRY)


def _organization(row: Mapping[str, str], naming: Naming) -> str:
    """Return the organisation of that name or short name; a new one has the long name."""
    kinds = (ActorKind.ALLIANCE, ActorKind.INSTITUTION)
    names = [row["organization"], row.get("name") or row["organization"]]
    known = [slug for name in names if (slug := naming.known_actor(name, kinds))]
    if known:
        return known[0]
    slug = slug_of(names[0], "body")
    return naming.actor(names[1], ActorKind.INSTITUTION, slug=slug)
