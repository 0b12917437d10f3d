"""The words of answers: people, sides, dates and counts in plain English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from stancegraph.model import Actor, ActorKind, Bounds, Capacity, Polarity

STANDS = {
    Polarity.SUPPORTS: "supports",
    Polarity.LEANS_SUPPORT: "leans to support",
    Polarity.UNDECIDED: "undecided",
    Polarity.LEANS_OPPOSE: "leans against",
    Polarity.OPPOSES: "opposes",
    Polarity.NOT_DISCLOSED: "not disclosed",
}
"""A polarity as a label."""

LEVEL_TICKS = tuple((float(p.level), STANDS[p]) for p in reversed(Polarity) if p.level is not None)
"""The places of stances on an axis, from -2 opposes to 2 supports."""

_VERBS = {
    Polarity.SUPPORTS: ("supports", "support"),
    Polarity.LEANS_SUPPORT: ("leans to support", "lean to support"),
    Polarity.UNDECIDED: ("is undecided on", "are undecided on"),
    Polarity.LEANS_OPPOSE: ("leans against", "lean against"),
    Polarity.OPPOSES: ("opposes", "oppose"),
    Polarity.NOT_DISCLOSED: ("keeps to itself its view of", "keep to themselves their view of"),
}

TIERS = {
    1: "own vote",
    2: "own action",
    3: "own words",
    4: "the source's account",
    5: "a third party's word",
    6: "an unnamed third party's word",
}
"""Whose word a position of each tier rests on."""

CAPACITIES = {
    Capacity.GOVERNMENT: "for the government",
    Capacity.INSTITUTION: "for the institution",
    Capacity.LEGISLATOR: "member of parliament",
    Capacity.OWN: "in own name",
    Capacity.FORMER_OFFICIAL: "former official",
    Capacity.UNNAMED_OFFICIAL: "unnamed official",
    Capacity.AUTHOR: "in its own voice",
}
"""A capacity as a label."""


def stands_on(polarity: Polarity, what: str = "it", *, subjects: int = 1) -> str:
    """Return what so many subjects do about an option.

    >>> stands_on(Polarity.LEANS_OPPOSE), stands_on(Polarity.UNDECIDED, "'x'", subjects=2)
    ('leans against it', "are undecided on 'x'")
    """
    return f"{_VERBS[polarity][subjects != 1]} {what}"


def listed(things: Iterable[str], last: str = "and") -> str:
    """Join things as prose does.

    >>> listed(["Poland"]), listed(["Poland", "Romania", "Spain"])
    ('Poland', 'Poland, Romania and Spain')
    """
    *head, tail = [*things] or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def some(things: Sequence[str], most: int = 8) -> str:
    """Join things as prose does, of too many the first, and say how many others there are.

    >>> some(["a", "b", "c"]), some(["a", "b", "c"], most=1)
    ('a, b and c', 'a and 2 others')
    """
    if len(things) <= most + 1:
        return listed(things)
    return listed([*things[:most], f"{len(things) - most} others"])


def count(n: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> count(1, "option"), count(0, "option"), count(2, "country", "countries")
    ('1 option', 'no option', '2 countries')
    """
    if n == 0:
        return f"no {one}"
    return f"{n} {one if n == 1 else many or one + 's'}"


def named(actor: Actor) -> str:
    """Return an actor's name as it stands in a sentence.

    >>> from stancegraph.model import ActorKind
    >>> named(Actor(id="usa", kind=ActorKind.COUNTRY, name="United States"))
    'the United States'
    """
    return with_article(actor.name)


def size_of(actor: Actor) -> int:
    """Return 1, or 2 for an actor that takes a verb in the plural."""
    return 2 if actor.kind is ActorKind.GROUP else 1


def with_article(name: str) -> str:
    """Put "the" before the names that take it in a sentence."""
    return f"the {name}" if name in _WITH_ARTICLE else name


_WITH_ARTICLE = ("European Union", "Netherlands", "United Kingdom", "United States")


def sentence(text: str) -> str:
    """Make the first letter upper case.

    >>> sentence("the United States opposes it.")
    'The United States opposes it.'
    """
    return text[:1].upper() + text[1:]


def day(when: date) -> str:
    """Return a day as people write it.

    >>> day(date(2024, 5, 3))
    '3 May 2024'
    """
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def dated(when: Bounds) -> str:
    """Return a day or its bounds as people write them.

    >>> dated(Bounds(not_before=date(2024, 5, 30), not_after=date(2024, 6, 2)))
    '30 May to 2 June 2024'
    >>> dated(Bounds(not_after=date(2024, 6, 2))), dated(Bounds())
    ('by 2 June 2024', 'no date')
    """
    if when.not_before and when.not_after:
        if when.day:
            return day(when.day)
        return f"{_start(when.not_before, when.not_after)} to {day(when.not_after)}"
    if when.not_after:
        return f"by {day(when.not_after)}"
    return f"after {day(when.not_before)}" if when.not_before else "no date"


def in_figures(when: Bounds) -> str:
    """Return a day or its bounds in few letters, for tables.

    >>> in_figures(Bounds(not_before=date(2024, 5, 30), not_after=date(2024, 6, 2)))
    '2024-05-30 to 06-02'
    >>> in_figures(Bounds(not_after=date(2024, 6, 2))), in_figures(Bounds())
    ('by 2024-06-02', 'no date')
    """
    first, last = when.not_before, when.not_after
    if first and last:
        if first == last:
            return last.isoformat()
        is_one_year = first.year == last.year
        return f"{first} to {last:%m-%d}" if is_one_year else f"{first} to {last}"
    if last:
        return f"by {last}"
    return f"after {first}" if first else "no date"


def _start(first: date, last: date) -> str:
    """Return the first day of a span without what its last day says again."""
    if first.year != last.year:
        return day(first)
    month = "" if first.month == last.month else f" {_MONTHS[first.month - 1]}"
    return f"{first.day}{month}"


def percent(share: float, interval: Sequence[float]) -> str:
    """Return a share with its interval.

    >>> percent(0.75, (0.3, 0.966))
    '75% (30 to 97%)'
    """
    return f"{share:.0%} ({interval[0] * 100:.0f} to {interval[1]:.0%})"


def first_of(records: Sequence[str]) -> str:
    """Name the first of some records, and how many more there are.

    >>> first_of(["s07", "s13"]), first_of(["s07"])
    ('s07 +1', 's07')
    """
    more = f" +{len(records) - 1}" if len(records) > 1 else ""
    return f"{records[0]}{more}" if records else ""
