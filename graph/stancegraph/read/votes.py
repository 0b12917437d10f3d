"""Votes of the United Nations, in the two shapes in which they are published."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stancegraph.model import (
    ActorKind,
    Bounds,
    Capacity,
    EvidenceKind,
    Mode,
    Option,
    Source,
)
from stancegraph.read.countries import country_of_code
from stancegraph.read.imported import Attribute, Imported, InvalidFile, Names, Rows, Stances
from stancegraph.read.naming import Naming, slug_of
from stancegraph.read.tabular import Progress, Table, open_table


@dataclass(frozen=True, slots=True)
class Shape:
    """How one publisher writes votes."""

    prefix: str
    """Begins the slugs of its roll calls."""
    issue: str
    key: str
    """The column that tells roll calls apart, in all its files."""
    country: str
    """The column of the country's name as printed."""
    votes: frozenset[str]
    roll_calls: frozenset[str]
    topics: frozenset[str]
    names: tuple[str, ...]
    """Columns of roll calls that make their name."""
    definition: tuple[str, ...]


SHAPES = (
    Shape(
        prefix="unga",
        issue="UN General Assembly",
        key="rcid",
        country="country",
        votes=frozenset({"rcid", "country", "country_code", "vote"}),
        roll_calls=frozenset({"rcid", "session", "date"}),
        topics=frozenset({"rcid", "issue"}),
        names=("unres", "short"),
        definition=("descr", "short", "unres"),
    ),
    Shape(
        prefix="undl",
        issue="United Nations",
        key="undl_id",
        country="name_printed",
        votes=frozenset({"undl_id", "country_code", "name_printed", "vote"}),
        roll_calls=frozenset({"undl_id", "resolution", "title"}),
        topics=frozenset({"undl_id", "issue"}),
        names=("resolution", "title"),
        definition=("title", "resolution"),
    ),
)

_YES, _NO, _ABSTAIN = 2, -2, 0
LEVELS = {
    **dict.fromkeys(("yes", "y"), _YES),
    **dict.fromkeys(("no", "n"), _NO),
    **dict.fromkeys(("abstain", "a", "an"), _ABSTAIN),
}
SILENT = ("x", "absent", "non-voting", "")
_LONGEST_NAME = 90


@dataclass(slots=True)
class _Files:
    """The files of one shape, by what they hold."""

    votes: list[Table] = field(default_factory=list)
    roll_calls: list[Table] = field(default_factory=list)
    topics: list[Table] = field(default_factory=list)


def read_votes(
    paths: Sequence[Path],
    naming: Naming,
    *,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Read votes with the roll calls and topics that are given beside them.

    What a file holds is told by its columns; of a folder the files that are none of these are left
    alone. A vote is evidence of the country's position: yes, no, or between for an abstention;
    not voting is silence. A country is who its ISO code says; without a code, who is printed.
    """
    shape, files = _recognized(paths, progress)
    reading = _Reading(shape, naming)
    for table in files.roll_calls:
        reading.add_roll_calls(table)
    for table in files.topics:
        reading.add_topics(table)
    parts = [reading.votes_of(table) for table in files.votes]
    if reading.bad and not skip_bad:
        raise InvalidFile(refusal(reading.bad))
    rows = _one(parts)
    if not files.roll_calls and np.isnat(rows.time).all():
        reading.notes.append(
            "No vote is dated: give the file of roll calls too, and answers can go by date."
        )
    return Imported(
        debate=naming.debate("votes", f"Votes of the {shape.issue}"),
        rows=rows,
        attributes=tuple(reading.attributes()),
        skipped=tuple(reading.bad),
        notes=(*(t for table in files.votes for t in table.told), *reading.notes_in_order()),
    )


def refusal(bad: Sequence[str]) -> str:
    """Say which rows cannot be read, the first of them in full, and what to do."""
    shown, rest = bad[:10], len(bad) - 10
    more = [f"and {rest:,} more rows"] if rest > 0 else []
    return "\n".join([*shown, *more, "mend them, or give --skip-bad to leave them out"])


def _recognized(paths: Sequence[Path], progress: Progress | None) -> tuple[Shape, _Files]:
    """Open the files and sort them by what their columns say they hold."""
    found: dict[str, tuple[Shape, _Files]] = {s.prefix: (s, _Files()) for s in SHAPES}
    for path, is_asked_for in _inside(paths):
        table = _opened(path, progress, is_asked_for=is_asked_for)
        kind = _kind(table) if table else None
        if table and kind:
            getattr(found[kind[0].prefix][1], kind[1]).append(table)
        elif is_asked_for and table:
            raise InvalidFile(
                f"{path}: its columns {', '.join(table.header)} are none of those of votes; "
                + "; ".join(f"{', '.join(sorted(s.votes))}" for s in SHAPES)
            )
    with_votes = [pair for pair in found.values() if pair[1].votes]
    if len(with_votes) != 1:
        what = "votes of two publishers: import them apart" if with_votes else "no file with votes"
        raise InvalidFile(f"{', '.join(str(p) for p in paths)}: {what}")
    return with_votes[0]


def _inside(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield files, and whether each was asked for by name; of two of one name, the first."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        seen = set()
        for inside in sorted(path.iterdir()):
            stem = inside.name.split(".")[0]
            if inside.is_file() and stem not in seen:
                seen.add(stem)
                yield inside, False


def _opened(path: Path, progress: Progress | None, *, is_asked_for: bool) -> Table | None:
    try:
        return open_table(path, progress=progress)
    except InvalidFile:
        if is_asked_for:
            raise
        return None


def _kind(table: Table) -> tuple[Shape, str] | None:
    header = set(table.header)
    for shape in SHAPES:
        for kind in ("votes", "roll_calls", "topics"):
            if getattr(shape, kind) <= header:
                return shape, kind
    return None


class _Reading:
    """What is known while votes are read."""

    def __init__(self, shape: Shape, naming: Naming) -> None:
        self.shape = shape
        self.naming = naming
        self.bad: list[str] = []
        self.notes: list[str] = []
        self._issue = naming.issue(f"{shape.prefix}-votes", shape.issue, f"Votes, {shape.issue}.")
        self._days: dict[str, str] = {}
        self._slugs: dict[str, str] = {}
        self._said: dict[str, dict[str, str]] = {}
        self._uncoded: Counter[str] = Counter()
        self._silent = 0
        self._printed: dict[str, Counter[str]] = {}

    def add_roll_calls(self, table: Table) -> None:
        """Make an option of each roll call, its other columns attributes."""
        for number, cells in table.rows():
            if len(cells) != len(table.header):
                self.bad.append(table.error(number, _width(table, cells)))
                continue
            row = dict(zip(table.header, cells, strict=True))
            key = row.pop(self.shape.key)
            if key in self._slugs:
                self.bad.append(table.error(number, f"roll call {key!r} is there twice"))
                continue
            if not _is_day(row.get("date", "")):
                self.bad.append(
                    table.error(number, f"{row['date']!r} is no date such as 1946-01-24")
                )
                continue
            self._days[key] = row.get("date", "")
            self._add_option(key, row)

    def _add_option(self, key: str, row: Mapping[str, str]) -> str:
        names = [row[n] for n in self.shape.names if row.get(n)]
        told = [row[n] for n in self.shape.definition if row.get(n)]
        name = " ".join([*names[:1], *(f"({n})" for n in names[1:2])]) or f"Roll call {key}"
        slug = slug_of(f"{self.shape.prefix}-{key}")
        option = Option(
            id=slug,
            name=name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…",
            definition=(told or [f"Roll call {key}"])[0],
            issue=self._issue,
        )
        self._slugs[key] = self.naming.add_option(option)
        self._said[slug] = {name: value for name, value in row.items() if value}
        return slug

    def add_topics(self, table: Table) -> None:
        """Add what roll calls are about; several topics of one are joined by "; "."""
        columns = [c for c in table.header if c != self.shape.key]
        for number, cells in table.rows():
            if len(cells) != len(table.header):
                self.bad.append(table.error(number, _width(table, cells)))
                continue
            row = dict(zip(table.header, cells, strict=True))
            slug = self._slugs.get(row[self.shape.key])
            for column in columns if slug else ():
                said = self._said[slug or ""]
                said[column] = "; ".join(filter(None, (said.get(column), row[column])))

    def votes_of(self, table: Table) -> Rows:
        """Return the votes of one file as columns."""
        at = {name: table.header.index(name) for name in table.header}
        key, country, code, vote = (
            at[n] for n in (self.shape.key, self.shape.country, "country_code", "vote")
        )
        day, width = at.get("date"), len(table.header)
        calls, whos = _Coder(), _Coder()
        numbers, levels = array("i"), array("b")
        seen: set[tuple[int, int]] = set()
        bodies: dict[str, list[str]] = {}
        for number, cells in table.rows():
            if len(cells) != width:
                self.bad.append(table.error(number, _width(table, cells)))
                continue
            word = cells[vote].strip().lower()
            level = LEVELS.get(word)
            if level is None:
                self._not_cast(table, number, cells[vote])
                continue
            call, who = calls.code(cells[key]), whos.code(f"{cells[code]}\t{cells[country]}")
            if (call, who) in seen:
                self.bad.append(
                    table.error(number, f"{cells[country]!r} votes twice on {cells[key]!r}")
                )
                continue
            seen.add((call, who))
            if call == len(bodies):
                bodies[cells[key]] = cells
            calls.keep(call)
            whos.keep(who)
            numbers.append(number)
            levels.append(level)
        self._add_unlisted(table, bodies, day)
        return self._rows(table, calls, whos, numbers, levels)

    def _not_cast(self, table: Table, number: int, word: str) -> None:
        if word.strip().lower() in SILENT and word.strip():
            self._silent += 1
        else:
            self.bad.append(table.error(number, f"{word!r} is no vote: yes, no or abstain"))

    def _add_unlisted(
        self, table: Table, first: Mapping[str, Sequence[str]], day: int | None
    ) -> None:
        """Make options of roll calls of which only votes are given."""
        told = [n for n in table.header if n in ("body", "date")]
        for key, cells in first.items():
            row = {n: cells[table.header.index(n)] for n in told}
            if key not in self._slugs:
                self._add_option(key, row)
            if day is not None and _is_day(cells[day]):
                self._days.setdefault(key, cells[day])

    def _rows(
        self, table: Table, calls: _Coder, whos: _Coder, numbers: array[int], levels: array[int]
    ) -> Rows:
        slugs = self._countries(whos)
        options = [self._slugs[key] for key in calls.labels]
        call, who = np.array(calls.kept, dtype=np.int32), np.array(whos.kept, dtype=np.int32)
        distinct = tuple(dict.fromkeys(slugs))
        place = np.array([distinct.index(slug) for slug in slugs], dtype=np.int32)
        country = Names(place[who], distinct)
        days = np.array([self._days.get(k) or "NaT" for k in calls.labels], dtype="datetime64[s]")
        time = days[call] if len(call) else np.array([], dtype="datetime64[s]")
        source = self._source(table, time)
        return Rows(
            ids=[f"{options[c]}-{slugs[w]}" for c, w in zip(calls.kept, whos.kept, strict=True)],
            kind=EvidenceKind.VOTE,
            mode=Mode.DIRECT,
            source=Names.all_of(source, len(call)),
            paragraph=np.array(numbers, dtype=np.int32),
            speaker=country,
            capacity=Names.all_of(Capacity.GOVERNMENT.value, len(call)),
            principal=country,
            time=time,
            stances=(Stances(country, Names(call, tuple(options)), np.array(levels, np.int8)),),
        )

    def _source(self, table: Table, time: NDArray[np.datetime64]) -> str:
        dated = time[~np.isnat(time)].astype("datetime64[D]")
        last: date | None = dated.max().item() if len(dated) else None
        name = table.path.name.split(".")[0]
        return self.naming.source(
            Source(id=slug_of(name, "votes"), title=table.path.name, when=Bounds(not_after=last))
        )

    def _countries(self, whos: _Coder) -> list[str]:
        """Return the slug of each code and printed name; spellings of one code are one country."""
        pairs = [tuple(label.split("\t", 1)) for label in whos.labels]
        codes: dict[str, list[str]] = {}
        for code, printed in pairs:
            if code:
                codes.setdefault(code, []).append(printed)
        by_code = {code: self._coded(code, names) for code, names in codes.items()}
        votes = Counter(whos.kept)
        for at, (code, printed) in enumerate(pairs):
            if not code:
                self._uncoded[printed] += votes[at]
        return [
            by_code[code] if code else self.naming.actor(printed, ActorKind.COUNTRY)
            for code, printed in pairs
        ]

    def _coded(self, code: str, printed: Sequence[str]) -> str:
        """Return the slug of the country of a code, keeping all the ways it was printed."""
        slug, name, iso2 = country_of_code(code) or (slug_of(code, "country"), None, None)
        shown = printed[0].title() if printed[0].isupper() else printed[0]
        return self.naming.country(slug, name or shown, iso2, printed)

    def attributes(self) -> Iterator[Attribute]:
        """Yield what the files say of roll calls beside name and definition."""
        for slug, said in self._said.items():
            for name, value in said.items():
                yield Attribute("options", slug, name, value)

    def notes_in_order(self) -> Iterator[str]:
        """Yield what the reader of the summary should know."""
        if self._silent:
            yield f"{self._silent:,} rows say that no vote was cast: that is silence, not a record."
        if self._uncoded:
            named = ", ".join(f"{name} ({n:,})" for name, n in self._uncoded.most_common())
            yield (
                f"{sum(self._uncoded.values()):,} votes have no country code and go by the exact "
                f"printed name: {named}."
            )
        yield from self.notes


class _Coder:
    """Codes for texts, and the codes that were kept, row by row."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}
        self.kept = array("i")

    def code(self, text: str) -> int:
        """Return the code of a text, the next number for a new one."""
        return self._index.setdefault(text, len(self._index))

    def keep(self, code: int) -> None:
        """Add a row."""
        self.kept.append(code)

    @property
    def labels(self) -> tuple[str, ...]:
        """The texts, each at its code."""
        return tuple(self._index)


def _width(table: Table, cells: Sequence[str]) -> str:
    return f"{len(cells)} cells where the header has {len(table.header)}"


def _is_day(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _one(parts: Sequence[Rows]) -> Rows:
    if len(parts) != 1:
        raise InvalidFile(f"{len(parts)} files of votes: import them one after the other")
    return parts[0]
