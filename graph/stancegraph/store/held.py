"""Positions of a graph's file as arrays, by the same rules as `positions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.columns import Held, held_of
from stancegraph.measure.levels import MISSING
from stancegraph.model import Certainty
from stancegraph.positions import RULES, Position
from stancegraph.scope import Scope
from stancegraph.store.read import EVERYTHING, Condition, Store

_Pairs = NDArray[np.int64]
Told = Mapping[str, NDArray[Any]]
"""Stances as columns."""
Derive = Callable[[NDArray[np.int32]], Mapping[Any, Position]]


def held(store: Store, scope: Scope, derive: Derive) -> Held:
    """Derive the positions of a scope.

    Pairs of holder and option with one record, and those whose records are all the holder's own and
    of a day each, are decided here, in arrays; for the others `derive` is given the numbers of
    their records and decides by the rules in full.
    """
    return compact(decided(_counted(_told(store, scope), scope), store, scope, derive))


def decided(found: Told, store: Store, scope: Scope, derive: Derive) -> Held:
    """Decide the pairs of some stances that count; codes point into the registers."""
    actors, options = store.slugs("actors"), store.slugs("options")
    simple, is_left = settled(found, scope.as_of, (len(actors), len(options)))
    rest = np.unique(found["evidence"][is_left])
    wanted = {
        (actors[h], options[o])
        for h, o in zip(found["holder"][is_left], found["option"][is_left], strict=True)
    }
    slow = [p for key, p in derive(rest).items() if key in wanted] if len(rest) else []
    return joined((simple, held_of(slow, actors, options)), actors, options)


def told_on(store: Store, scope: Scope, pairs: NDArray[np.int64]) -> Told:
    """Read the stances of some pairs of holder and option, numbered as `pairs_of` does.

    `scope` is to count all that is known: what is undated is not compared with the others.
    """
    width = len(store.slugs("options"))
    numbers = np.divmod(pairs, width)
    among = Condition(
        "holder IN (SELECT unnest(?::INTEGER[])) AND option IN (SELECT unnest(?::INTEGER[]))",
        tuple(np.unique(part).tolist() for part in numbers),
    )
    found = _told(store, scope, among)
    return _counted(_masked(found, np.isin(pairs_of(found, width), pairs)), scope)


def pairs_of(found: Told, width: int) -> NDArray[np.int64]:
    """Give each stance the number of its pair of holder and option, of so many options."""
    numbers: NDArray[np.int64] = found["holder"].astype(np.int64) * width + found["option"]
    return numbers


def settled(
    found: Mapping[str, NDArray[Any]], as_of: date | None, space: tuple[int, int]
) -> tuple[Held, NDArray[np.bool_]]:
    """Decide what arrays can; return positions, by number, and which stances are left.

    `found` has what `TOLD` selects, of pairs of holder and option that are there with all their
    stances; `space` is how many holders and options there can be.
    """
    holders, options = space
    pair = pairs_of(found, max(1, options))
    number, count = _groups(pair, holders * options)
    is_alone = count[number] == 1
    odd = np.bincount(number, weights=_is_odd(found), minlength=len(count))
    is_plain = ~is_alone & (odd[number] == 0)
    parts = (
        _alone(_masked(found, is_alone), as_of),
        _decided(pair[is_plain], _masked(found, is_plain), as_of),
    )
    return joined(parts, (), ()), ~(is_alone | is_plain)


def _masked(
    found: Mapping[str, NDArray[Any]], kept: NDArray[np.bool_]
) -> Mapping[str, NDArray[Any]]:
    return found if kept.all() else {name: part[kept] for name, part in found.items()}


def _groups(pair: _Pairs, space: int) -> tuple[_Pairs, _Pairs]:
    """Give every pair a number, and count each; without sorting where few are possible."""
    if space <= _FEW_PER_STANCE * len(pair):
        return pair, np.bincount(pair, minlength=space)
    _, number, count = np.unique(pair, return_inverse=True, return_counts=True)
    return number.astype(np.int64), count


_FEW_PER_STANCE = 16
"""Up to so many possible pairs for each stance, counting them all is quicker than sorting."""


def _told(store: Store, scope: Scope, among: Condition = EVERYTHING) -> Told:
    """Read the stances that a scope's dates and filters let count."""
    conditions = [among, *store.within(scope)]
    read = store.arrays(
        f"{TOLD} WHERE {' AND '.join(c.text for c in conditions)}",
        [value for c in conditions for value in c.values],
    )
    plain = {name: _filled(part) for name, part in read.items()}
    days = {name: plain[name].astype("datetime64[D]") for name in DAYS}
    return plain | days


_PLACES = " ".join(f"WHEN '{c.value}' THEN {n}" for n, c in enumerate(Certainty))
TOLD = (
    "SELECT evidence, holder, option, coalesce(level, -128)::TINYINT AS level, tier, "
    f"(CASE certainty {_PLACES} END)::TINYINT AS certainty, not_before, not_after, until "
    "FROM stance"
)
"""What positions are derived from; DuckDB and Spark both read it."""
DAYS = ("not_before", "not_after", "until")
"""The columns of it that are days."""


def _filled(part: NDArray[Any]) -> NDArray[Any]:
    """Return a column with NaT where it is null."""
    if not isinstance(part, np.ma.MaskedArray):
        return part
    filled: NDArray[Any] = part.filled(np.datetime64("NaT") if part.dtype.kind == "M" else 0)
    return filled


def _counted(found: Told, scope: Scope) -> Told:
    """Return the stances that are known, and still stand, on the day of the question."""
    if scope.as_of is None:
        return found
    day, last = np.datetime64(scope.as_of, "D"), found["not_after"]
    dated = last[~np.isnat(last)]
    undated_from = dated.max() if len(dated) else np.datetime64(date.min, "D")
    known = np.where(np.isnat(last), undated_from, last) <= day
    return _masked(found, known & (np.isnat(found["until"]) | (found["until"] >= day)))


def _is_odd(found: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Tell which stances need the rules in full: hearsay, of no one day, not disclosed."""
    plain: NDArray[np.bool_] = (
        (found["tier"] <= RULES.last_own_tier)
        & (found["not_before"] == found["not_after"])
        & (found["level"] != MISSING)
    )
    return ~plain


def _alone(found: Mapping[str, NDArray[Any]], as_of: date | None) -> Held:
    """Return the stances that are the only ones of their holder on their option."""
    day, sure = found["not_after"], _SURE[found["certainty"]]
    return Held(
        (),
        (),
        found["holder"],
        found["option"],
        found["level"],
        found["tier"],
        day,
        _confidence(found["tier"], sure, day, as_of),
    )


def _decided(pair: _Pairs, found: Mapping[str, NDArray[Any]], as_of: date | None) -> Held:
    """Decide pairs of own records of a day each: the latest day, then the nearest tier."""
    day = found["not_after"]
    order = np.lexsort((found["tier"], -day.astype(np.int64), pair))
    pair, day = pair[order], day[order]
    columns = {name: part[order] for name, part in found.items()}
    first = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]]) if len(pair) else pair.astype(int)
    group = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(pair)]))
    level, tier = columns["level"], columns["tier"]
    same_day = (day == day[first][group]) | np.isnat(day)
    decides = same_day & (tier == tier[first][group])
    final = _cautious(level, group, decides, len(first))
    differs = same_day & (np.sign(level) != np.sign(final)[group]) & (level != MISSING)
    contested = np.bincount(group, weights=differs, minlength=len(first)) > 0
    return Held(
        (),
        (),
        columns["holder"][first],
        columns["option"][first],
        final,
        tier[first],
        day[first],
        _confidence(tier[first], _surest(columns, group, decides, len(first)), day[first], as_of)
        * np.where(contested, RULES.contested_weight, 1),
    )


def _cautious(
    level: NDArray[np.int8], group: NDArray[np.int64], decides: NDArray[np.bool_], count: int
) -> NDArray[np.int8]:
    """Return of each group the deciding level nearest to 0, and 0 where they are on both sides."""
    least = np.full(count, 127, dtype=np.int16)
    np.minimum.at(least, group[decides], np.abs(level[decides].astype(np.int16)))
    has_for = np.bincount(group, weights=decides & (level > 0), minlength=count) > 0
    has_against = np.bincount(group, weights=decides & (level < 0), minlength=count) > 0
    sign = has_for.astype(np.int16) - has_against
    final: NDArray[np.int8] = np.where(least > 2, MISSING, least * sign).astype(np.int8)
    return final


def _surest(
    columns: Mapping[str, NDArray[Any]],
    group: NDArray[np.int64],
    decides: NDArray[np.bool_],
    count: int,
) -> NDArray[np.float64]:
    """Return of each group the least sure of those that decide."""
    least = np.full(count, np.inf)
    np.minimum.at(least, group[decides], _SURE[columns["certainty"][decides]])
    return least


def _confidence(
    tier: NDArray[np.int8],
    sure: NDArray[np.float64],
    day: NDArray[np.datetime64],
    as_of: date | None,
) -> NDArray[np.float64]:
    """Weigh tier, certainty and age by the rule set's numbers."""
    weight: NDArray[np.float64] = _TIERS[tier] * sure
    if as_of is None:
        return weight
    passed = (np.datetime64(as_of, "D") - day).astype(np.int64)
    age = np.where(np.isnat(day), 0, passed)
    # A power for each age that can be, not for each position: there are a thousand times fewer.
    faded = 2.0 ** (-np.arange(age.max(initial=0) + 1) / RULES.half_life_days)
    weight *= faded[age]
    return weight


_TIERS = np.array([0.0, *(RULES.tier_weight[t] for t in range(1, 7))])
_SURE = np.array([RULES.certainty_weight[c] for c in Certainty])


def joined(parts: Iterable[Held], actors: tuple[str, ...], options: tuple[str, ...]) -> Held:
    """Put the positions together; those that are not disclosed are left out."""
    filled = [part for part in parts if len(part)]
    if len(filled) == 1:
        whole = replace(filled[0], actors=actors, options=options)
    else:
        names = ("actor", "option", "level", "tier", "day", "confidence")
        empty = held_of((), actors, options)
        columns = {n: np.concatenate([getattr(p, n) for p in [empty, *filled]]) for n in names}
        whole = Held(actors, options, **columns)
    told = whole.level != MISSING
    return whole if told.all() else whole.where(told)


def compact(found: Held) -> Held:
    """Keep the actors that hold something, sorted; the options stay all."""
    present = np.flatnonzero(np.bincount(found.actor, minlength=len(found.actors)))
    names = sorted((found.actors[n], n) for n in present.tolist())
    number = np.zeros(len(found.actors), dtype=np.int32)
    number[[n for _, n in names]] = np.arange(len(names))
    return replace(found, actors=tuple(slug for slug, _ in names), actor=number[found.actor])
