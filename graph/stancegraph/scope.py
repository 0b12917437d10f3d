"""Which records an answer counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypedDict

from stancegraph.errors import StanceError, UnknownName
from stancegraph.model import Option
from stancegraph.positions import Reading
from stancegraph.suggest import did_you_mean


class Which(TypedDict, total=False):
    """The options by which every question that counts can be narrowed."""

    as_of: date | None
    """The day to answer for; by default that of the last record."""
    since: date | None
    """Count only records that are surely of that day or later."""
    filters: Mapping[str, Collection[str]]
    """By field, the values that count: one of each field's."""
    roll_up: bool
    """Let stances on narrower options count for the broader ones."""
    own_words: bool
    """Leave hearsay out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which records count, with every default filled in."""

    as_of: date | None = None
    since: date | None = None
    filters: Mapping[str, Collection[str]] = field(default_factory=lambda: MappingProxyType({}))
    roll_up: bool = False
    own_words: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether records are left out by their date or by a field."""
        return self.since is not None or bool(self.filters)


FIELDS = (
    *("kind", "source", "speaker", "capacity", "mode", "principal"),
    *("holder", "option", "issue", "certainty"),
)
"""What the records of every graph can be filtered by; imported ones have attributes besides."""


def narrowed(
    readings: Iterable[Reading], scope: Scope, options: Mapping[str, Option]
) -> Iterator[Reading]:
    """Yield the readings that the dates and filters of a scope let count.

    Raises UnknownName for a field that records do not have.
    """
    for name in scope.filters:
        if name not in FIELDS:
            raise UnknownName(unknown_field(name, FIELDS))
    for reading in readings:
        fields = _fields_of(reading, options)
        if _is_since(reading, scope.since) and all(
            fields[name] in wanted for name, wanted in scope.filters.items()
        ):
            yield reading


def unknown_field(name: str, fields: Iterable[str]) -> str:
    """Say that there is no such field, and which there are."""
    known = sorted(fields)
    hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
    return f"records have no field {name!r}{hint}"


def unknown_weight(name: str, fields: Iterable[str] = ()) -> str:
    """Say that nothing weighs by this name, and what can."""
    known = ["confidence", *sorted(fields)]
    hint = did_you_mean(name, known) or f"; positions weigh by {', '.join(known)}"
    return f"options have no field {name!r}{hint}"


def _is_since(reading: Reading, since: date | None) -> bool:
    return since is None or (reading.when.not_before or date.min) >= since


def _fields_of(reading: Reading, options: Mapping[str, Option]) -> dict[str, str | None]:
    e, s = reading.evidence, reading.stance
    return {
        "kind": e.kind.value,
        "source": e.source,
        "speaker": e.speaker,
        "capacity": e.capacity.value,
        "mode": e.mode.value,
        "principal": e.principal,
        "holder": s.holder,
        "option": s.option,
        "issue": options[s.option].issue,
        "certainty": s.certainty.value,
    }


def filters_of(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Read "field=value" texts; values of one field are alternatives.

    >>> filters_of(["body=GA", "session=70", "session=71"])
    {'body': ('GA',), 'session': ('70', '71')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise StanceError(f"a filter is field=value, as in kind=vote, not {text!r}")
        found[name.strip()] = (*found.get(name.strip(), ()), value.strip())
    return found
