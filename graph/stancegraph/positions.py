"""From evidence to positions: derived, dated, rebuildable, never asserted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType

from stancegraph.model import (
    Actor,
    ActorKind,
    Bounds,
    Capacity,
    Certainty,
    Debate,
    Evidence,
    EvidenceKind,
    Mode,
    Polarity,
    Source,
    Stance,
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Every number by which evidence becomes a position; answers quote its name and version."""

    name: str = "stancegraph positions"
    version: str = "1.0"
    last_own_tier: int = 3
    """Tiers up to this are the actor's own words and deeds; those above are hearsay."""
    hearsay_overrides_after_days: int = 730
    """Hearsay more than this much newer than the latest own evidence beats it."""
    stale_after_days: int = 365
    """A position whose deciding record is older than this is flagged stale."""
    half_life_days: int = 180
    """Confidence halves with every such span between the record and the day asked about."""
    tier_weight: Mapping[int, float] = field(
        default_factory=lambda: MappingProxyType({1: 1.0, 2: 0.95, 3: 0.9, 4: 0.6, 5: 0.5, 6: 0.35})
    )
    """Confidence in what a tier says."""
    certainty_weight: Mapping[Certainty, float] = field(
        default_factory=lambda: MappingProxyType(
            {
                Certainty.CERTAIN: 1.0,
                Certainty.PROBABLE: 0.8,
                Certainty.POSSIBLE: 0.5,
                Certainty.UNSPECIFIED: 0.6,
            }
        )
    )
    """Confidence in how surely the record conveys it."""
    contested_weight: float = 0.75
    """What confidence is multiplied by when records on the same holder and option disagree."""

    @property
    def title(self) -> str:
        """Name and version, as answers quote them."""
        return f"{self.name} {self.version}"

    def is_hearsay(self, tier: int) -> bool:
        """Tell whether evidence of a tier is somebody else's word."""
        return tier > self.last_own_tier


RULES = RuleSet()
"""The rule set in force."""

_OWN_TIERS = {EvidenceKind.VOTE: 1, EvidenceKind.ACTION: 2, EvidenceKind.STATEMENT: 3}
_NARRATIVE, _NAMED, _UNNAMED = 4, 5, 6


class Flag(StrEnum):
    """What a reader of a position must not overlook."""

    STALE = "stale"
    THIN = "thin"
    CONTESTED = "contested"
    CONDITIONAL = "conditional"
    HEARSAY_ONLY = "hearsay only"
    UNDATED = "undated"
    ROLLED_UP = "rolled up"


class Rule(StrEnum):
    """Which rule decided a position."""

    ONLY_RECORD = "it is the only record"
    LATEST_OWN = "the latest of the actor's own words and deeds decides"
    SAME_DAY = "on one day a vote outranks an action, and an action a statement"
    NEWER_HEARSAY = "hearsay over two years newer outranks own evidence"
    BEST_HEARSAY = (
        "with no own words on record, the source's account outranks a named person's word, "
        "and that an unnamed one's"
    )
    LATEST_HEARSAY = "among hearsay of one tier the latest decides"
    TIE = "records of one tier and day differ, so the most cautious reading stands"


@dataclass(frozen=True, slots=True)
class Reading:
    """One stance as one record conveys it, with the tier that the record gives it."""

    evidence: Evidence
    stance: Stance
    option: str
    """The option it counts for: the stance's own, or a broader one when rolled up."""
    tier: int
    """1 vote, 2 action, 3 own statement; 4 the source's account, 5 a named, 6 an unnamed teller."""
    when: Bounds
    """When it was said or done, at the latest by the day its source was published."""

    @property
    def known_by(self) -> date:
        """The latest day it can be of; the earliest date there is where nothing is known."""
        return self.when.not_after or date.min

    @property
    def side(self) -> int | None:
        """+1 for, 0 undecided, -1 against, None not disclosed."""
        return self.stance.polarity.side

    @property
    def is_rolled_up(self) -> bool:
        """Whether it speaks of a narrower option than the one it counts for."""
        return self.option != self.stance.option


@dataclass(frozen=True, slots=True)
class Change:
    """An earlier position on another side."""

    polarity: Polarity
    """Where the holder stood, or seemed to stand, before."""
    evidence: str
    """The record that said so."""
    is_own: bool
    """True when the actor moved; False when only our knowledge did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a holder stands on an option at a date, and why we think so."""

    holder: str
    option: str
    polarity: Polarity
    certainty: Certainty
    tier: int
    confidence: float
    """0 to 1: tier, certainty, age and agreement of the records, by the rule set's numbers."""
    decided_by: tuple[str, ...]
    """The records that decide: one, or several of one tier and day."""
    rule: Rule
    since: Bounds
    """When the present side was first taken, as far as the records go."""
    change: Change | None
    dissent: tuple[str, ...]
    """Records on the same holder and option that say another side and are not merely older."""
    superseded: tuple[str, ...]
    """Surely older records that say another side."""
    readings: tuple[Reading, ...]
    """All that was weighed, the deciding first, then latest first."""
    flags: tuple[Flag, ...]

    @property
    def is_hearsay(self) -> bool:
        """Whether somebody else's word decides."""
        return RULES.is_hearsay(self.tier)

    @property
    def is_contested(self) -> bool:
        """Whether records disagree."""
        return bool(self.dissent)

    @property
    def stances(self) -> tuple[Stance, ...]:
        """The deciding stances."""
        return tuple(r.stance for r in self.readings if r.evidence.id in self.decided_by)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What must come first."""
        return tuple(dict.fromkeys(c for s in self.stances for c in s.conditions))

    @property
    def limits(self) -> tuple[str, ...]:
        """How far it goes."""
        return tuple(dict.fromkeys(x for s in self.stances for x in s.limits))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The arguments given for it."""
        return tuple(dict.fromkeys(x for s in self.stances for x in s.reasons))


Positions = Mapping[tuple[str, str], Position]
"""Positions by (holder, option)."""


def tier_of(evidence: Evidence, stance: Stance, speaker: ActorKind) -> int:
    """Return the tier of a stance: whose word it rests on, from 1 (a vote) to 6 (unnamed)."""
    if stance.holder in (evidence.speaker, evidence.principal):
        return _OWN_TIERS[evidence.kind]
    if evidence.capacity is Capacity.AUTHOR and evidence.mode is Mode.NARRATIVE:
        return _NARRATIVE
    return _UNNAMED if speaker is ActorKind.UNNAMED else _NAMED


def readings_of(debate: Debate, actors: Mapping[str, Actor]) -> tuple[Reading, ...]:
    """Return every stance of every record that is not deprecated, in the order of the records."""
    sources = {s.id: s for s in debate.sources}
    return tuple(
        Reading(
            evidence=e,
            stance=s,
            option=s.option,
            tier=tier_of(e, s, actors[e.speaker].kind),
            when=when_of(e, sources),
        )
        for e in debate.evidence
        if not e.deprecated
        for s in e.stances
    )


def when_of(evidence: Evidence, sources: Mapping[str, Source]) -> Bounds:
    """Return when a record is of: at the latest the day on which its source was published."""
    if evidence.when.not_after or evidence.source not in sources:
        return evidence.when
    published = sources[evidence.source].when
    basis = evidence.when.basis or published.basis
    return replace(evidence.when, not_after=published.not_after, basis=basis)


def last_day(readings: Iterable[Reading]) -> date | None:
    """Return the latest day that any reading can be of; None when none is dated."""
    return max((r.known_by for r in readings if r.when.not_after), default=None)


def positions_of(
    readings: Iterable[Reading], as_of: date | None, rules: RuleSet = RULES
) -> dict[tuple[str, str], Position]:
    """Derive the position of every holder on every option of which something is known at a date.

    A record counts when it is surely of that day or earlier; without a date all records count.
    """

    def key(r: Reading) -> tuple[str, str]:
        return r.stance.holder, r.option

    live = sorted((r for r in readings if _counts(r, as_of)), key=key)
    return {
        pair: _position(pair, _ordered(group), as_of, rules) for pair, group in groupby(live, key)
    }


def rolled_up(readings: Iterable[Reading], broader: Mapping[str, str | None]) -> Iterator[Reading]:
    """Yield the readings, each also for every option broader than its own."""
    for reading in readings:
        option: str | None = reading.option
        while option is not None:
            yield replace(reading, option=option)
            option = broader[option]


def own_only(readings: Iterable[Reading], rules: RuleSet = RULES) -> Iterator[Reading]:
    """Yield what actors said or did themselves."""
    return (r for r in readings if not rules.is_hearsay(r.tier))


def after(readings: Iterable[Reading], as_of: date | None) -> tuple[Reading, ...]:
    """Return the readings that are left out because they may be of a later day."""
    return tuple(r for r in readings if as_of and r.known_by > as_of)


def _counts(reading: Reading, as_of: date | None) -> bool:
    if as_of is None:
        return True
    until = reading.stance.until
    return reading.known_by <= as_of and (until is None or until >= as_of)


def _ordered(readings: Iterable[Reading]) -> list[Reading]:
    """Sort latest first; the rest of the key only makes the order independent of the input's."""
    return sorted(
        readings, key=lambda r: (-r.known_by.toordinal(), r.tier, r.evidence.id, r.stance.option)
    )


def _position(
    pair: tuple[str, str], readings: list[Reading], as_of: date | None, rules: RuleSet
) -> Position:
    deciding, rule = _decide(readings, rules)
    polarity = _cautious([r.stance.polarity for r in deciding])
    others = [r for r in readings if r not in deciding]
    superseded = [r for r in others if _is_superseded(r, deciding[0], polarity, rules)]
    dissent = [r for r in readings if r.side != polarity.side and r not in superseded]
    certainty = min((r.stance.certainty for r in deciding), key=rules.certainty_weight.__getitem__)
    tier = deciding[0].tier
    weight = rules.tier_weight[tier] * rules.certainty_weight[certainty]
    weight *= rules.contested_weight if dissent else 1
    return Position(
        holder=pair[0],
        option=pair[1],
        polarity=polarity,
        certainty=certainty,
        tier=tier,
        confidence=weight * 2 ** (-_age(deciding[0], as_of) / rules.half_life_days),
        decided_by=_ids(deciding),
        rule=rule,
        since=_since(readings, deciding[0], polarity, rules),
        change=_change(readings, deciding[0], polarity, rules),
        dissent=_ids(dissent),
        superseded=_ids(superseded),
        readings=(*deciding, *others),
        flags=tuple(_flags(readings, deciding, bool(dissent), as_of, rules)),
    )


def _ids(readings: Iterable[Reading]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.evidence.id for r in readings))


def _age(reading: Reading, as_of: date | None) -> int:
    """Days between a record and the day asked about; 0 where one of them is unknown."""
    return (as_of - reading.known_by).days if as_of and reading.when.not_after else 0


def _decide(readings: list[Reading], rules: RuleSet) -> tuple[list[Reading], Rule]:
    """Choose the deciding readings from all on one holder and option, latest first."""
    own = [r for r in readings if not rules.is_hearsay(r.tier)]
    pool, is_own = (own, True) if own else (readings, False)
    rule = Rule.LATEST_OWN if is_own else Rule.BEST_HEARSAY
    if own and (newer := [r for r in readings if _overrides(r, own[0], rules)]):
        pool, is_own, rule = newer, False, Rule.NEWER_HEARSAY
    if len(readings) == 1:
        return readings, Rule.ONLY_RECORD
    if not is_own:
        best = min(r.tier for r in pool)
        ranked = [r for r in pool if r.tier == best]
        if rule is Rule.BEST_HEARSAY and len(ranked) == len(pool):
            rule = Rule.LATEST_HEARSAY
        pool = ranked
    same_day = [r for r in pool if r.known_by == pool[0].known_by]
    deciding = [r for r in same_day if r.tier == pool[0].tier]
    if len({r.stance.polarity for r in deciding}) > 1:
        return deciding, Rule.TIE
    if is_own and {r.side for r in same_day} != {r.side for r in deciding}:
        rule = Rule.SAME_DAY
    return deciding, rule


def _overrides(reading: Reading, own: Reading, rules: RuleSet) -> bool:
    """Tell whether hearsay is surely so much newer than own evidence that it beats it."""
    if not rules.is_hearsay(reading.tier) or reading.when.not_before is None:
        return False
    return (reading.when.not_before - own.known_by).days > rules.hearsay_overrides_after_days


def _cautious(polarities: list[Polarity]) -> Polarity:
    """Return the polarity nearest to undecided; undecided itself where sides are opposite."""
    disclosed = [p for p in polarities if p.level is not None]
    if not disclosed:
        return Polarity.NOT_DISCLOSED
    if {p.side for p in disclosed} >= {-1, 1}:
        return Polarity.UNDECIDED
    return min(disclosed, key=lambda p: abs(p.level or 0))


def _is_superseded(reading: Reading, deciding: Reading, polarity: Polarity, rules: RuleSet) -> bool:
    """Tell whether a reading is the past: surely older, another side, no better than own words."""
    if reading.side == polarity.side or deciding.when.not_before is None:
        return False
    is_older = reading.known_by < deciding.when.not_before
    return is_older and rules.is_hearsay(reading.tier) >= rules.is_hearsay(deciding.tier)


def _since(
    readings: list[Reading], deciding: Reading, polarity: Polarity, rules: RuleSet
) -> Bounds:
    """Return when the unbroken run of the present side began, among evidence of one kind."""
    kind = rules.is_hearsay(deciding.tier)
    first = deciding
    for reading in readings:
        if rules.is_hearsay(reading.tier) != kind or reading.known_by > deciding.known_by:
            continue
        if reading.side != polarity.side:
            if reading.known_by < first.known_by:
                break
            continue
        first = reading
    return first.when


def _change(
    readings: list[Reading], deciding: Reading, polarity: Polarity, rules: RuleSet
) -> Change | None:
    """Return the latest earlier reading on another side, the actor's own before others' words."""
    before = [r for r in readings if r.side != polarity.side and r.known_by < deciding.known_by]
    own = [r for r in before if not rules.is_hearsay(r.tier)]
    is_own = bool(own) and not rules.is_hearsay(deciding.tier)
    last = own if is_own else before
    return Change(last[0].stance.polarity, last[0].evidence.id, is_own) if last else None


def _flags(
    readings: list[Reading],
    deciding: list[Reading],
    is_contested: bool,
    as_of: date | None,
    rules: RuleSet,
) -> Iterator[Flag]:
    if all(rules.is_hearsay(r.tier) for r in readings):
        yield Flag.HEARSAY_ONLY
    if is_contested:
        yield Flag.CONTESTED
    if len(_ids(readings)) == 1:
        yield Flag.THIN
    if any(r.stance.conditions for r in deciding):
        yield Flag.CONDITIONAL
    if _age(deciding[0], as_of) > rules.stale_after_days:
        yield Flag.STALE
    if deciding[0].when.not_after is None:
        yield Flag.UNDATED
    if any(r.is_rolled_up for r in deciding):
        yield Flag.ROLLED_UP
