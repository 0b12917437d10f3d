"""What a change of a graph's file leaves as it was, so that positions need not be derived again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.answer.meeting import Tally, tallied
from stancegraph.columns import Held
from stancegraph.model import REGISTERS
from stancegraph.positions import RULES
from stancegraph.scope import Scope
from stancegraph.store.held import Derive, compact, decided, joined, told_on
from stancegraph.store.read import Store

Pairs = frozenset[tuple[str, str]]
"""Holders and options, by slug."""

MANY = 2_000
"""From so many pairs on, deriving all positions again is as quick."""
SHIPPED = "reference"
"""The registers that come with the package, which only imports touch."""
_DECIDE = {"actors": ("id", "kind"), "sources": ("id", "when"), "options": ("id",)}
"""The fields of registers on which positions depend."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is other in a later state of a file."""

    pairs: Pairs
    """On whom and what records were added, changed or taken away."""
    registers: frozenset[str]
    """In which registers anything is other; the shipped ones together count as one more."""


def renewal(old: Store, new: Store) -> Renewal | None:
    """Compare two states of a file; None where the later one does not follow from the earlier.

    What the log and the list of imports do not account for is not compared: then all is new.
    """
    logged = "SELECT n, digest FROM change ORDER BY n"
    listed = "SELECT n, kind, digest, options, records FROM import ORDER BY n"
    changes, imports = _more(old, new, logged), _more(old, new, listed)
    if changes is None or imports is None or not (changes or imports) or (changes and imports):
        return None
    if imports:
        return _imported(old, new)
    return _changed(new, [n for n, _ in changes])


def _more(old: Store, new: Store, question: str) -> list[tuple[Any, ...]] | None:
    """Return the rows that came to a list; None where it is not the same list up to there."""
    before, after = old.rows(question), new.rows(question)
    return after[len(before) :] if after[: len(before)] == before else None


def _imported(old: Store, new: Store) -> Renewal | None:
    ((last, count),) = old.rows("SELECT coalesce(max(n), -1), count(*) FROM evidence")
    ((kept,),) = new.rows("SELECT count(*) FROM evidence WHERE n <= ?", [last])
    if kept != count:
        return None
    asked = "SELECT DISTINCT holder, option FROM stance WHERE evidence > ? LIMIT ?"
    return _few(_named(new, new.rows(asked, [last, MANY + 1])), {*REGISTERS, SHIPPED})


def _changed(new: Store, changes: Collection[int]) -> Renewal | None:
    asked = "SELECT register, before, after FROM edit WHERE change IN (SELECT unnest(?::INTEGER[]))"
    pairs: set[tuple[str, str]] = set()
    registers: set[str] = set()
    for register, *texts in new.rows(asked, [list(changes)]):
        records = [json.loads(text) for text in texts if text is not None]
        registers.add(register)
        if register == "evidence":
            pairs.update(pair for record in records for pair in _told(record))
        elif len(records) == 2 and _decides(register, *records):
            return None
    return _few(pairs, registers)


def _told(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((s["holder"], s["option"]) for s in record.get("stances", ()))


def _decides(register: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before.get(f) != after.get(f) for f in _DECIDE.get(register, ()))


def _few(pairs: Collection[tuple[str, str]], registers: Collection[str]) -> Renewal | None:
    return Renewal(frozenset(pairs), frozenset(registers)) if len(pairs) <= MANY else None


def _named(store: Store, numbers: Iterable[tuple[int, int]]) -> Collection[tuple[str, str]]:
    actors, options = store.slugs("actors"), store.slugs("options")
    return {(actors[h], options[o]) for h, o in numbers}


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Positions of a scope, and what was counted of them."""

    scope: Scope
    held: Held
    tallies: dict[str, Tally] = field(default_factory=dict)
    """By actor, how its positions meet those of all others."""

    def tally(self, actor: str) -> Tally:
        """Count how one actor's positions meet all others, unless that was done."""
        found = self.tallies.get(actor) or tallied(self.held, actor)
        self.tallies[actor] = found
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """Positions of an earlier state, and what is other since."""

    kept: Kept
    last_day: date | None
    pairs: Pairs

    @property
    def scope(self) -> Scope:
        """The scope of the positions."""
        return self.kept.scope

    def and_then(self, pairs: Pairs) -> Earlier:
        """Add what became other in a later change."""
        return replace(self, pairs=self.pairs | pairs)

    def serves(self, scope: Scope, last_day: date | None) -> bool:
        """Tell whether the positions of a scope can be made of these.

        They can where each counts all that is known: what is undated counts then, whenever.
        """
        same = replace(self.scope, as_of=scope.as_of) == scope
        return same and _counts_all(self.scope, self.last_day) and _counts_all(scope, last_day)

    def renewed(self, store: Store, scope: Scope, derive: Derive) -> Kept:
        """Return the positions as they are now, deriving those only that can be other."""
        was = self.kept.held
        pairs = self.pairs | _expired(store, self.scope.as_of, scope.as_of)
        actors, options = store.slugs("actors"), store.slugs("options")
        kept = _aged(_recoded(_without(was, pairs), actors, options), self.scope, scope)
        found = told_on(store, scope, _numbers(store, pairs))
        new = decided(found, store, scope, derive)
        now = compact(joined((kept, new), actors, options))
        return Kept(scope, now, self._moved(now, {option for _, option in pairs}))

    def _moved(self, now: Held, options: Collection[str]) -> dict[str, Tally]:
        """Count anew what meets on some options; where other actors hold something, nothing."""
        tallies = [*self.kept.tallies.copy().items()][-KEPT_TALLIES:]
        if not tallies or now.actors != self.kept.held.actors:
            return {}
        before, after = _on(self.kept.held, options), _on(now, options)
        return {actor: tally.moved(before, after) for actor, tally in tallies}


KEPT_TALLIES = 16
"""Of so many actors, those asked about last, the tallies follow a change."""


def _on(held: Held, options: Collection[str]) -> Held:
    return held.where(np.isin(held.option, _places(held.options, options)))


def _places(slugs: Sequence[str], wanted: Collection[str]) -> list[int]:
    return [n for n, slug in enumerate(slugs) if slug in wanted]


def _counts_all(scope: Scope, last_day: date | None) -> bool:
    return scope.as_of is None or (last_day is not None and scope.as_of >= last_day)


def _expired(store: Store, first: date | None, last: date | None) -> Pairs:
    """Return on whom and what a stance ended between two days."""
    if first is None or last is None or first == last:
        return frozenset()
    days = sorted((first, last))
    asked = "SELECT DISTINCT holder, option FROM stance WHERE until >= ? AND until < ?"
    return frozenset(_named(store, store.rows(asked, days)))


def _without(held: Held, pairs: Pairs) -> Held:
    actors = {slug: n for n, slug in enumerate(held.actors)}
    options = {slug: n for n, slug in enumerate(held.options)}
    width = len(options)
    gone = [actors[a] * width + options[o] for a, o in pairs if a in actors and o in options]
    near = np.flatnonzero(np.isin(held.option, [n % width for n in gone]))
    pair = held.actor[near].astype(np.int64) * width + held.option[near]
    kept = np.ones(len(held), dtype=bool)
    kept[near[np.isin(pair, gone)]] = False
    return held.where(kept)


def _recoded(held: Held, actors: tuple[str, ...], options: tuple[str, ...]) -> Held:
    """Let the codes point into the registers as they are now."""
    return replace(
        held,
        actors=actors,
        options=options,
        actor=_codes(held.actor, held.actors, actors),
        option=held.option
        if held.options == options
        else _codes(held.option, held.options, options),
    )


def _codes(
    codes: NDArray[np.int32], old: tuple[str, ...], new: tuple[str, ...]
) -> NDArray[np.int32]:
    number = {slug: n for n, slug in enumerate(new)}
    table = np.array([number.get(slug, -1) for slug in old], dtype=np.int32)
    found: NDArray[np.int32] = table[codes] if len(codes) else codes
    return found


def _aged(held: Held, old: Scope, new: Scope) -> Held:
    """Let dated positions count as much as on another day."""
    if old.as_of is None or new.as_of is None or old.as_of == new.as_of:
        return held
    faded = 2.0 ** (-(new.as_of - old.as_of).days / RULES.half_life_days)
    return replace(held, confidence=held.confidence * np.where(np.isnat(held.day), 1.0, faded))


def _numbers(store: Store, pairs: Pairs) -> NDArray[np.int64]:
    """Return some holders and options as `held.pairs_of` numbers them."""
    actors, options = (
        {slug: n for n, slug in enumerate(store.slugs(register))}
        for register in ("actors", "options")
    )
    there = ((actors[a], options[o]) for a, o in pairs if a in actors and o in options)
    return np.array(sorted(a * len(options) + o for a, o in there), dtype=np.int64)
