"""Tables of coded statements: one row a statement, whatever the columns are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from stancegraph.dates import span
from stancegraph.measure.levels import MISSING
from stancegraph.model import ActorKind, Capacity, EvidenceKind, Mode, Polarity, Source
from stancegraph.read.countries import country_of_code, country_of_name
from stancegraph.read.imported import Imported, InvalidFile, Names, Rows, Stances, Variable
from stancegraph.read.naming import Naming, slug_of
from stancegraph.read.tabular import Progress, Table, open_table
from stancegraph.suggest import did_you_mean

ROLES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "statement id", "statement", "nr", "no"),
    "date": ("date", "time", "day", "datetime", "document date", "published"),
    "document": ("document", "document id", "doc", "doc id", "article", "speech", "source id"),
    "person": ("person", "speaker", "actor", "name", "politician", "mp", "member"),
    "organization": ("organization", "organisation", "org", "party", "institution", "group"),
    "country": ("country", "state", "nation", "country code", "iso"),
    "concept": ("concept", "option", "category", "claim", "policy", "frame", "issue", "code"),
    "agreement": ("agreement", "stance", "position", "qualifier", "polarity", "agree", "support"),
}
"""What a column can be, and the names by which that is guessed."""

_WORDS = {
    **dict.fromkeys(("supports", "support", "yes", "y", "true", "agree", "agrees", "for"), 2),
    **dict.fromkeys(("pro", "+", "in favour", "in favor", "favours", "favors"), 2),
    **dict.fromkeys(("opposes", "oppose", "no", "n", "false", "disagree", "disagrees"), -2),
    **dict.fromkeys(("against", "contra", "-"), -2),
    **dict.fromkeys(("undecided", "neutral", "abstain", "abstains", "mixed", "0.0"), 0),
    "leans-support": 1,
    "leans-oppose": -1,
}
_NUMBER = re.compile(r"[+-]?[0-2](\.0)?")
_AMBIGUOUS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})")
_SCALE = 2
_LONGEST_SLUG = 40


def guess_mapping(header: Iterable[str]) -> dict[str, str]:
    """Return, by role, the column that is called what the role is commonly called.

    >>> guess_mapping(["statement_id", "DocumentId", "Speaker", "concept", "agreement"])["person"]
    'Speaker'
    """
    plain = {_plain(column): column for column in reversed(tuple(header))}
    found: dict[str, str] = {}
    for role, names in ROLES.items():
        column = next((plain[n] for n in names if n in plain), None)
        if column and column not in found.values():
            found[role] = column
    return found


def _plain(column: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return " ".join(re.split(r"[\s_.-]+", apart.strip().lower()))


@dataclass(slots=True)
class _Coded:
    """The rows that can be read, column by column."""

    number: list[int] = field(default_factory=list)
    id: list[str] = field(default_factory=list)
    first: list[np.datetime64] = field(default_factory=list)
    last: list[np.datetime64] = field(default_factory=list)
    cells: list[dict[str, str]] = field(default_factory=list)


def read_coded_table(
    path: Path,
    naming: Naming,
    *,
    mapping: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    dates: str | None = None,
    skip_bad: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Read a table of coded statements.

    `mapping` says which column has which role; the others are guessed. `words` say what words of
    the agreement column mean, beside those that are known. Persons and organisations both hold
    what they say; a row that cannot be read ends the import, or is left out and told of.
    """
    table = open_table(path, encoding=encoding, delimiter=delimiter, sheet=sheet, progress=progress)
    roles = _roles(table, mapping or {})
    reader = _Reader(table, roles, levels_of(words or {}), dates)
    coded = reader.read()
    if reader.bad and not skip_bad:
        from stancegraph.read.votes import refusal

        raise InvalidFile(refusal(reader.bad))
    stem = slug_of(path.name.split(".")[0], "table")
    rows = _rows(table, naming, roles, coded, reader.levels, stem)
    told = ", ".join(f"{role} from {column!r}" for role, column in roles.items())
    return Imported(
        debate=naming.debate(stem, path.name),
        rows=rows,
        skipped=tuple(reader.bad),
        notes=(*table.told, f"{path.name}: {told}; --map ROLE=COLUMN states it otherwise"),
    )


def _roles(table: Table, mapping: Mapping[str, str]) -> dict[str, str]:
    for role, column in mapping.items():
        if role not in ROLES:
            hint = did_you_mean(role, ROLES) or f"; there are {', '.join(ROLES)}"
            raise InvalidFile(f"{table.path}: no role is called {role!r}{hint}")
        if column not in table.header:
            hint = did_you_mean(column, table.header) or f"; there are {', '.join(table.header)}"
            raise InvalidFile(f"{table.path}: no column is called {column!r}{hint}")
    rest = [c for c in table.header if c not in mapping.values()]
    roles = {r: c for r, c in guess_mapping(rest).items() if r not in mapping} | dict(mapping)
    needed = [r for r in ("concept", "agreement") if r not in roles]
    if not {"person", "organization", "country"} & set(roles):
        needed.append("person")
    if needed:
        raise InvalidFile(
            f"{table.path}: no column is known to be the {' or the '.join(needed)}; state it as "
            f"--map {needed[0]}=COLUMN, COLUMN being one of {', '.join(table.header)}"
        )
    return {role: roles[role] for role in ROLES if role in roles}


def levels_of(words: Mapping[str, str]) -> dict[str, int]:
    """Return the level that each word means; StanceError for what is no polarity."""
    levels = dict(_WORDS)
    for word, polarity in words.items():
        if polarity not in {p.value for p in Polarity}:
            hint = did_you_mean(polarity, [p.value for p in Polarity])
            raise InvalidFile(f"{word}={polarity}: {polarity!r} is no polarity{hint}")
        level = Polarity(polarity).level
        levels[word.strip().lower()] = MISSING if level is None else level
    return levels


class _Reader:
    """Reads rows, and tells of those that cannot be read."""

    def __init__(
        self, table: Table, roles: Mapping[str, str], words: Mapping[str, int], dates: str | None
    ) -> None:
        self.bad: list[str] = []
        self.levels: list[int] = []
        self._table = table
        self._roles = roles
        self._words = words
        self._dates = dates
        self._seen: set[str] = set()

    def read(self) -> _Coded:
        """Return what can be read."""
        coded = _Coded()
        numbers: list[str] = []
        for number, cells in self._table.rows():
            problem, row, days = self._checked(number, cells)
            if problem or row is None or days is None:
                self.bad.append(self._table.error(number, problem or "it cannot be read"))
                continue
            coded.number.append(number)
            coded.id.append(row[self._roles["id"]] if "id" in self._roles else str(number))
            coded.first.append(days[0])
            coded.last.append(days[1])
            coded.cells.append(row)
            numbers.append(row[self._roles["agreement"]].strip().lower())
        self.levels = self._scaled(numbers)
        return coded

    def _checked(
        self, number: int, cells: Sequence[str]
    ) -> tuple[str | None, dict[str, str] | None, tuple[np.datetime64, np.datetime64] | None]:
        header = self._table.header
        if len(cells) < len(header) or any(cells[len(header) :]):
            return f"{len(cells)} cells where the header has {len(header)}", None, None
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        if not row[self._roles["concept"]]:
            return f"no concept in {self._roles['concept']!r}", None, None
        if not any(row[self._roles[r]] for r in _WHO if r in self._roles):
            return "nobody is named who says it", None, None
        word = row[self._roles["agreement"]].lower()
        if word not in self._words and not _NUMBER.fullmatch(word):
            return (
                f"{word!r} in {self._roles['agreement']!r} is no agreement; "
                f"if it is one, say --agree '{word}=supports'",
                None,
                None,
            )
        try:
            days = self._days(row.get(self._roles.get("date", ""), ""))
        except ValueError as error:
            return str(error), None, None
        return self._repeated(row), row, days

    def _repeated(self, row: Mapping[str, str]) -> str | None:
        if "id" not in self._roles:
            return None
        id = row[self._roles["id"]]
        if not id or id in self._seen:
            return f"id {id!r} is {'there twice' if id else 'empty'}"
        self._seen.add(id)
        return None

    def _days(self, text: str) -> tuple[np.datetime64, np.datetime64]:
        """Return the first moment and the last day of a date; ValueError with the remedy."""
        if not text:
            return np.datetime64("NaT", "s"), np.datetime64("NaT", "D")
        if self._dates:
            try:
                moment = datetime.strptime(text, self._dates)
            except ValueError:
                raise ValueError(f"{text!r} is no date as {self._dates!r} has it") from None
            return _moment(moment)
        try:
            first, last = span(text)
            return np.datetime64(first, "s"), np.datetime64(last, "D")
        except ValueError:
            pass
        try:
            return _moment(datetime.fromisoformat(text))
        except ValueError:
            format = _likely(text)
            raise ValueError(
                f"{text!r} is no date as 2003-03-18 is; say how dates are written, as in "
                f"--dates '{format}'"
            ) from None

    def _scaled(self, words: Sequence[str]) -> list[int]:
        """Return levels; 0 and 1 mean against and for, unless a number below 0 or a 2 occurs."""
        values = {float(w) for w in words if w not in self._words}
        is_signed = any(v < 0 for v in values) or _SCALE in values
        factor = 1 if _SCALE in {abs(v) for v in values} else _SCALE

        def level(word: str) -> int:
            if word in self._words:
                return self._words[word]
            value = float(word)
            return int(value * factor) if is_signed else (_SCALE if value else -_SCALE)

        return [level(word) for word in words]


_WHO = ("person", "organization", "country")


def _moment(moment: datetime) -> tuple[np.datetime64, np.datetime64]:
    bare = moment.replace(tzinfo=None)
    return np.datetime64(bare, "s"), np.datetime64(bare.date(), "D")


def _likely(text: str) -> str:
    """Return the format that a date of numbers most likely has."""
    found = _AMBIGUOUS.fullmatch(text)
    if not found:
        return "%d %B %Y"
    apart = text[len(found[1])]
    year = "%Y" if len(found[3]) > 2 else "%y"
    day_first = int(found[2]) <= 12
    return apart.join(["%d", "%m", year] if day_first else ["%m", "%d", year])


def _rows(
    table: Table,
    naming: Naming,
    roles: Mapping[str, str],
    coded: _Coded,
    levels: Sequence[int],
    stem: str,
) -> Rows:
    issue = naming.issue(stem, table.path.name, f"What {table.path.name} codes.")
    holders = {
        role: _column(coded, roles[role], _actor_of(naming, role)) for role in _WHO if role in roles
    }
    nobody: list[str | None] = [None] * len(coded.number)
    people = holders.get("person", nobody)
    countries, bodies = (holders.get(r, nobody) for r in ("country", "organization"))
    principal = [c or b for c, b in zip(countries, bodies, strict=True)]
    speaker = [p or q for p, q in zip(people, principal, strict=True)]
    option = Names.of(_column(coded, roles["concept"], lambda v: naming.option(v, issue)))
    level = np.array(levels, dtype=np.int8)
    return Rows(
        ids=[f"{stem}-{slug_of(i, 'row')}" if not i.isdigit() else f"{stem}-{i}" for i in coded.id],
        kind=EvidenceKind.STATEMENT,
        mode=Mode.DIRECT,
        source=Names.of(_sources(table, naming, roles, coded, stem)),
        paragraph=np.array(coded.number, dtype=np.int32),
        speaker=Names.of(speaker),
        capacity=Names.of(_capacity(c, b) for c, b in zip(countries, bodies, strict=True)),
        principal=Names.of(principal),
        time=np.array(coded.first, dtype="datetime64[s]"),
        last_day=np.array(coded.last, dtype="datetime64[D]"),
        stances=tuple(Stances(Names.of(held), option, level) for held in _in_order(holders)),
        variables=tuple(_variables(table, coded, roles)),
    )


def _in_order(holders: Mapping[str, list[str | None]]) -> list[list[str | None]]:
    """Return who holds stances, the most binding first."""
    return [holders[r] for r in ("country", "organization", "person") if r in holders]


def _capacity(country: str | None, body: str | None) -> str:
    found = Capacity.GOVERNMENT if country else Capacity.INSTITUTION if body else Capacity.OWN
    return found.value


def _actor_of(naming: Naming, role: str) -> Callable[[str], str]:
    """Return what makes an actor of a name in a column of a role."""
    if role == "country":
        return lambda name: _country(naming, name)
    kind = ActorKind.PERSON if role == "person" else ActorKind.INSTITUTION
    return lambda name: naming.actor(name, kind)


def _country(naming: Naming, name: str) -> str:
    found = country_of_code(name) if name.isupper() else None
    if found:
        return naming.country(found.slug, found.name or name, found.iso2)
    return country_of_name(name, naming) or naming.actor(name, ActorKind.COUNTRY)


def _column(coded: _Coded, column: str, slug_for: Callable[[str], str]) -> list[str | None]:
    """Return the slugs of a column; each name is looked up once."""
    values = [row[column] for row in coded.cells]
    slugs = {value: slug_for(value) for value in dict.fromkeys(values) if value}
    return [slugs.get(value) for value in values]


def _sources(
    table: Table, naming: Naming, roles: Mapping[str, str], coded: _Coded, stem: str
) -> list[str]:
    """Return a source for each row: its document, or else the file."""
    if "document" not in roles:
        slug = naming.source(Source(id=f"{stem}-file", title=table.path.name))
        return [slug] * len(coded.number)
    slugs: dict[str, str] = {}
    for row in coded.cells:
        document = row[roles["document"]] or "none"
        if document not in slugs:
            wanted = f"{stem}-doc-{slug_of(document)[:_LONGEST_SLUG]}"
            free = wanted if wanted not in slugs.values() else f"{wanted}-{len(slugs)}"
            slugs[document] = naming.source(Source(id=free, title=document))
    return [slugs[row[roles["document"]] or "none"] for row in coded.cells]


def _variables(table: Table, coded: _Coded, roles: Mapping[str, str]) -> list[Variable]:
    """Return every column as a variable under its own name, and under its role's."""
    named = {column: column for column in table.header}
    named |= {r: c for r, c in roles.items() if r in _CODED_ROLES and r not in named}
    return [_variable(name, [row[c] for row in coded.cells]) for name, c in named.items()]


_CODED_ROLES = ("person", "organization", "country", "concept", "agreement")


def _variable(name: str, values: Sequence[str]) -> Variable:
    filled = [v for v in values if v]
    is_whole = bool(filled) and all(re.fullmatch(r"-?\d{1,9}", v) for v in filled)
    if is_whole and {*map(int, filled)} <= {0, 1}:
        return Variable(name, "boolean", Names.of(str(int(v)) if v else None for v in values))
    if is_whole:
        return Variable(name, "integer", Names.of(str(int(v)) if v else None for v in values))
    return Variable(name, "text", Names.of(values))
