"""From evidence to positions: derived, dated, rebuildable, never asserted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from stancegraph.dates import when_of
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
    Stance,
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Every number by which evidence becomes a position; answers quote its name and version."""

    name: str = "stancegraph"
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

OWN_TIERS = {EvidenceKind.VOTE: 1, EvidenceKind.ACTION: 2, EvidenceKind.STATEMENT: 3}
"""The tiers of the actor's own word."""
TOLD_TIERS = _NARRATIVE, _NAMED, _UNNAMED = 4, 5, 6
"""The tiers of the source's account, of a named and of an unnamed third party's word."""
VOTE = OWN_TIERS[EvidenceKind.VOTE]
"""The tier of an own vote."""


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
    NO_ORDER_TIER = (
        "their order is not known, and a vote outranks an action, and an action a statement"
    )
    NO_ORDER = "their order is not known, and the one that can be the later decides"
    NEWER_HEARSAY = "hearsay over two years newer outranks own evidence"
    BEST_HEARSAY = (
        "with no own words on record, the source's account outranks a named person's word, "
        "and that an unnamed one's"
    )
    LATEST_HEARSAY = "among hearsay of one tier the latest decides"
    TIE = "records of one tier differ and none is later, so the most cautious reading stands"


Role = Literal["decides", "agrees", "dissents", "superseded"]
"""What a reading is to a position: it decides, agrees with what does, dissents, or is the past."""


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
    is_hearsay: bool
    """Whether somebody else's word decides."""
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
    deciding: tuple[Reading, ...]
    """The readings that decide."""
    flags: tuple[Flag, ...]

    def role_of(self, reading: Reading) -> Role:
        """Say what part one of the readings has in the position."""
        if reading.evidence.id in self.decided_by:
            return "decides"
        if reading.evidence.id in self.dissent:
            return "dissents"
        return "superseded" if reading.evidence.id in self.superseded else "agrees"

    @property
    def is_contested(self) -> bool:
        """Whether records disagree."""
        return bool(self.dissent)

    @property
    def stances(self) -> tuple[Stance, ...]:
        """The deciding stances."""
        return tuple(r.stance for r in self.deciding)

    @property
    def via(self) -> tuple[str, ...]:
        """The narrower options that the deciding stances speak of, where they were rolled up."""
        return tuple(dict.fromkeys(r.stance.option for r in self.deciding if r.is_rolled_up))

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
        return OWN_TIERS[evidence.kind]
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


def last_day(readings: Iterable[Reading]) -> date | None:
    """Return the latest day that any reading can be of; None when none is dated."""
    return max((r.known_by for r in readings if r.when.not_after), default=None)


def positions_of(
    readings: Iterable[Reading],
    as_of: date | None,
    rules: RuleSet = RULES,
    *,
    undated_from: date | None = None,
) -> dict[tuple[str, str], Position]:
    """Derive the position of every holder on every option of which something is known at a date.

    A record counts when it is surely of that day or earlier, one of no known day only from the last
    day of the others on, which is to be given where not all are here; without a date all records
    count.
    """
    readings = list(readings)
    last = undated_from or last_day(readings) or date.min

    def key(r: Reading) -> tuple[str, str]:
        return r.stance.holder, r.option

    live = sorted((r for r in readings if _counts(r, as_of, last)), key=key)
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
    readings = list(readings)
    last = last_day(readings) or date.min
    return tuple(r for r in readings if not _is_known(r, as_of, last))


def expired(readings: Iterable[Reading], as_of: date | None) -> tuple[Reading, ...]:
    """Return the readings that are left out because they were declared for a time now over."""
    return tuple(r for r in readings if not _still_stands(r, as_of))


def _counts(reading: Reading, as_of: date | None, last: date) -> bool:
    return _is_known(reading, as_of, last) and _still_stands(reading, as_of)


def _is_known(reading: Reading, as_of: date | None, last: date) -> bool:
    return as_of is None or (reading.when.not_after or last) <= as_of


def _still_stands(reading: Reading, as_of: date | None) -> bool:
    until = reading.stance.until
    return as_of is None or until is None or until >= as_of


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
    decides = {id(r) for r in deciding}
    others = [r for r in readings if id(r) not in decides]
    differing = [r for r in _comparable(readings, deciding) if r.side not in (None, polarity.side)]
    superseded = [r for r in differing if _is_superseded(r, deciding[0], rules)]
    dissent = [r for r in differing if not _is_superseded(r, deciding[0], rules)]
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
        is_hearsay=rules.is_hearsay(tier),
        confidence=weight * 2 ** (-_age(deciding[0], as_of) / rules.half_life_days),
        decided_by=_ids(deciding),
        rule=rule,
        since=_since(readings, deciding[0], polarity, rules),
        change=_change(differing, deciding[0], rules),
        dissent=_ids(dissent),
        superseded=_ids(superseded),
        readings=(*deciding, *others),
        deciding=tuple(deciding),
        flags=tuple(_flags(readings, deciding, bool(dissent), as_of, rules)),
    )


def _ids(readings: Iterable[Reading]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.evidence.id for r in readings))


def _age(reading: Reading, as_of: date | None) -> int:
    """Days between a record and the day asked about; 0 where one of them is unknown."""
    return (as_of - reading.known_by).days if as_of and reading.when.not_after else 0


def _decide(readings: list[Reading], rules: RuleSet) -> tuple[list[Reading], Rule]:
    """Choose the deciding readings from all on one holder and option, latest first."""
    if len(readings) == 1:
        return readings, Rule.ONLY_RECORD
    own = [r for r in readings if not rules.is_hearsay(r.tier)]
    newer = [r for r in readings if own and _overrides(r, own[0], rules)]
    if own and not newer:
        return _decide_own(_direct_first(own))
    deciding, rule = _decide_hearsay(_direct_first(newer or readings))
    return deciding, Rule.NEWER_HEARSAY if newer and rule is not Rule.TIE else rule


def _direct_first(readings: list[Reading]) -> list[Reading]:
    """Return what speaks of the option itself, or else what was rolled up."""
    return [r for r in readings if not r.is_rolled_up] or readings


def _decide_own(own: list[Reading]) -> tuple[list[Reading], Rule]:
    newest = max((r.when.not_before or date.min for r in own), default=date.min)
    latest = [r for r in own if r.known_by >= newest]
    best = min(latest, key=lambda r: (r.tier, -r.known_by.toordinal()))
    deciding = _disclosed([r for r in latest if (r.tier, r.known_by) == (best.tier, best.known_by)])
    if len({r.stance.polarity for r in deciding}) > 1:
        return deciding, Rule.TIE
    beaten = [r for r in latest if r.side != best.side]
    if not beaten:
        return deciding, Rule.LATEST_OWN
    if all(r.when.day and r.when.day == best.when.day for r in beaten):
        return deciding, Rule.SAME_DAY
    return deciding, Rule.NO_ORDER if best.tier in {r.tier for r in beaten} else Rule.NO_ORDER_TIER


def _decide_hearsay(told: list[Reading]) -> tuple[list[Reading], Rule]:
    nearest = [r for r in told if r.tier == min(r.tier for r in told)]
    deciding = _disclosed([r for r in nearest if r.known_by == nearest[0].known_by])
    if len({r.stance.polarity for r in deciding}) > 1:
        return deciding, Rule.TIE
    return deciding, Rule.LATEST_HEARSAY if len(nearest) == len(told) else Rule.BEST_HEARSAY


def _disclosed(readings: list[Reading]) -> list[Reading]:
    """Return what says where the holder stands, or else what says that it is not disclosed."""
    return [r for r in readings if r.side is not None] or readings


def _is_surely_later(reading: Reading, other: Reading) -> bool:
    """Tell whether the bounds of two readings leave no doubt which is the later."""
    return reading.when.not_before is not None and other.known_by < reading.when.not_before


def _comparable(readings: list[Reading], deciding: list[Reading]) -> list[Reading]:
    """Return what can disagree: a stance on a narrower option is no dissent on the broader."""
    if any(r.is_rolled_up for r in deciding):
        return readings
    return [r for r in readings if not r.is_rolled_up]


def _overrides(reading: Reading, own: Reading, rules: RuleSet) -> bool:
    """Tell whether hearsay is surely so much newer than own evidence that it beats it."""
    if not rules.is_hearsay(reading.tier) or reading.when.not_before is None:
        return False
    return (reading.when.not_before - own.known_by).days > rules.hearsay_overrides_after_days


def _cautious(polarities: list[Polarity]) -> Polarity:
    """Return the polarity nearest to undecided; undecided itself where sides are opposite."""
    if {p.side for p in polarities} >= {-1, 1}:
        return Polarity.UNDECIDED
    return min(polarities, key=lambda p: abs(p.level or 0))


def _is_superseded(reading: Reading, deciding: Reading, rules: RuleSet) -> bool:
    """Tell whether a reading is the past: surely older, and no nearer to the holder."""
    is_as_near = rules.is_hearsay(reading.tier) >= rules.is_hearsay(deciding.tier)
    return _is_surely_later(deciding, reading) and is_as_near


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


def _change(differing: list[Reading], deciding: Reading, rules: RuleSet) -> Change | None:
    """Return the latest surely earlier reading on another side, own evidence before hearsay."""
    before = [r for r in differing if _is_surely_later(deciding, r)]
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
