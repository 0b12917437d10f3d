"""The records of a debate: who said what about which option, on whose behalf, reported by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Polarity(StrEnum):
    """Where a holder stands on an option."""

    SUPPORTS = "supports"
    LEANS_SUPPORT = "leans-support"
    UNDECIDED = "undecided"
    LEANS_OPPOSE = "leans-oppose"
    OPPOSES = "opposes"
    NOT_DISCLOSED = "not-disclosed"

    @property
    def level(self) -> int | None:
        """The ordinal level, 2 supports to -2 opposes; None where nothing was disclosed."""
        return _LEVELS.get(self)

    @property
    def rank(self) -> int:
        """The place in a list, support (-2) to opposition (2); what is not disclosed is last."""
        return 3 if self.level is None else -self.level

    @property
    def scaled(self) -> float | None:
        """The level on [-1, 1]: -1 opposes, +1 supports; None where nothing was disclosed."""
        return None if self.level is None else self.level / 2

    @property
    def side(self) -> int | None:
        """+1 for, 0 undecided, -1 against; None where nothing was disclosed."""
        return None if self.level is None else (self.level > 0) - (self.level < 0)


_LEVELS = {
    Polarity.SUPPORTS: 2,
    Polarity.LEANS_SUPPORT: 1,
    Polarity.UNDECIDED: 0,
    Polarity.LEANS_OPPOSE: -1,
    Polarity.OPPOSES: -2,
}


class Certainty(StrEnum):
    """How surely the record lets us read what it conveys."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"
    UNSPECIFIED = "unspecified"


class Capacity(StrEnum):
    """In what capacity somebody speaks or acts; only the first two bind another actor."""

    GOVERNMENT = "government"
    INSTITUTION = "institution"
    LEGISLATOR = "legislator"
    OWN = "own"
    FORMER_OFFICIAL = "former-official"
    UNNAMED_OFFICIAL = "unnamed-official"
    AUTHOR = "author"

    @property
    def is_binding(self) -> bool:
        """Whether words in this capacity can be those of a country or an institution."""
        return self in (Capacity.GOVERNMENT, Capacity.INSTITUTION)


class Mode(StrEnum):
    """How the source reports the words or the deed."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"
    NARRATIVE = "narrative"
    RELAYED = "relayed"


class EvidenceKind(StrEnum):
    """What a record of evidence is a record of."""

    STATEMENT = "statement"
    ACTION = "action"
    VOTE = "vote"


class ActorKind(StrEnum):
    """What an actor is; a group never passes a stance to its members."""

    COUNTRY = "country"
    INSTITUTION = "institution"
    ALLIANCE = "alliance"
    PERSON = "person"
    UNNAMED = "unnamed"
    GROUP = "group"


def _key(key: str) -> dict[str, Any]:
    return {"key": key}


def _to(register: str, key: str | None = None) -> dict[str, Any]:
    return {"to": register} | ({"key": key} if key else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """When something happened: one day, or the days it cannot be earlier or later than."""

    not_before: date | None = None
    """The earliest day it can have happened; None when unknown."""
    not_after: date | None = None
    """The latest day it can have happened; None when unknown."""
    basis: str | None = None
    """How the coder knows, where the source prints no date."""

    @property
    def day(self) -> date | None:
        """The day itself where both bounds name the same one."""
        return self.not_before if self.not_before == self.not_after else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A country, institution, alliance, person, unnamed voice or group."""

    id: str
    """Slug; for a country its ISO 3166-1 alpha-3 code in lower case."""
    kind: ActorKind
    """What the actor is."""
    name: str
    """The name to show people."""
    aliases: tuple[str, ...] = ()
    """Other names that mean exactly this actor."""
    adjectives: tuple[str, ...] = ()
    """Adjectives for a country ("Polish")."""
    metonyms: tuple[str, ...] = ()
    """Places that stand for the actor in news prose ("Washington"); understood, and flagged."""
    printed: tuple[str, ...] = ()
    """Forms that a source prints and that are not the actor's name."""
    iso2: str | None = None
    """ISO 3166-1 alpha-2 code of a country, upper case."""
    wikidata: str | None = None
    """Wikidata item ("Q36")."""
    country: str | None = field(default=None, metadata=_to("actors"))
    """The country that a person or institution belongs to."""
    source: str | None = field(default=None, metadata=_to("sources"))
    """For an unnamed voice: the one source in which it speaks."""
    note: str | None = None
    """What a reader should know."""
    review: str | None = None
    """What a second coder should look at again, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A post in a country or an institution."""

    id: str
    """Slug."""
    name: str
    """The name to show people."""
    of: str = field(metadata=_to("actors"))
    """The country or institution whose post it is."""
    note: str | None = None
    """What a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """A person in an office between two days."""

    holder: str = field(metadata=_to("actors"))
    """Who holds or held the office."""
    office: str = field(metadata=_to("offices"))
    """The office."""
    since: date | None = None
    """First day; None when unknown."""
    until: date | None = None
    """Last day; None when unknown or not over."""
    former: bool = False
    """True when the source says that it is over, with or without a day."""
    printed: str | None = None
    """The role as the source prints it, where that differs."""
    review: str | None = None
    """What a second coder should look at again, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A country in an alliance or union between two days."""

    member: str = field(metadata=_to("actors"))
    """The member."""
    organization: str = field(metadata=_to("actors"))
    """What it is a member of."""
    since: date | None = None
    """First day."""
    until: date | None = None
    """Last day; None while it lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A question that options answer."""

    id: str
    """Slug."""
    name: str
    """The name to show people."""
    definition: str
    """What is in question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A thing that can be done, for or against which an actor can stand."""

    id: str
    """Slug."""
    name: str
    """The name to show people: an action in the imperative."""
    definition: str
    """What exactly would be done, and by whom."""
    issue: str = field(metadata=_to("issues"))
    """The issue it answers."""
    broader: str | None = field(default=None, metadata=_to("options"))
    """The wider option of which this is one way; stances do not pass along it by themselves."""
    aliases: tuple[str, ...] = ()
    """Other names that mean exactly this option."""
    note: str | None = None
    """What a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A reason that is given for or against options."""

    id: str
    """Slug."""
    name: str
    """The name to show people."""
    definition: str
    """What the reason says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must come first."""

    id: str
    """Slug."""
    name: str
    """The name to show people."""
    definition: str
    """What would fulfil it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How far an option goes, as a stance scopes it."""

    id: str
    """Slug."""
    name: str
    """The name to show people."""
    definition: str
    """What is inside and what outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A way of seeing an option that actors dispute ("this is direct involvement")."""

    id: str
    """Slug."""
    name: str
    """The name to show people."""
    definition: str
    """What somebody who frames it so says that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened and that the debate refers to."""

    id: str
    """Slug."""
    name: str
    """The name to show people."""
    when: Bounds = Bounds()
    """When it happened."""
    actors: tuple[str, ...] = field(default=(), metadata=_to("actors"))
    """Who took part."""
    note: str | None = None
    """What a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of a source: located by number and digest, never quoted."""

    n: int
    """Its number, from 1, headings not counted."""
    digest: str
    """SHA-256 of its text as UTF-8, bullet and outer white space removed, inner runs one space."""
    section: str | None = None
    """The heading it stands under."""
    nothing: str | None = None
    """Why nothing is coded from it, where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text that evidence is taken from, or that such a text relies on."""

    id: str
    """Slug."""
    title: str
    """Its title, or what it is where none is known."""
    publisher: str | None = None
    """Who published it."""
    authors: tuple[str, ...] = ()
    """Its authors as printed."""
    language: str | None = None
    """Language tag ("en")."""
    url: str | None = None
    """Where it is published."""
    when: Bounds = Bounds()
    """When it was published."""
    paragraphs: tuple[Paragraph, ...] = ()
    """Its paragraphs; none for a source that is only cited by another."""
    note: str | None = None
    """What a reader should know."""
    review: str | None = None
    """What a second coder should look at again, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """Where a holder stands on an option, as one record of evidence conveys it."""

    holder: str = field(metadata=_to("actors", "who"))
    """Whose stance it is; the principal's, or else the speaker's, where it is left out."""
    option: str = field(metadata=_to("options"))
    """What it is about."""
    polarity: Polarity = field(metadata=_key("is"))
    """For, against or between."""
    certainty: Certainty = field(default=Certainty.UNSPECIFIED, metadata=_key("sure"))
    """How surely the record conveys it."""
    reasons: tuple[str, ...] = field(default=(), metadata=_to("arguments", "because"))
    """The arguments given for it."""
    conditions: tuple[str, ...] = field(default=(), metadata=_to("conditions", "if"))
    """What must come first."""
    limits: tuple[str, ...] = field(default=(), metadata=_to("limits", "only"))
    """How far it goes."""
    until: date | None = None
    """The last day for which it was declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that is said to be so, and that is no stance."""

    says: str
    """Our paraphrase."""
    about: tuple[str, ...] = field(default=(), metadata=_to("actors"))
    """The actors it is about."""
    options: tuple[str, ...] = field(default=(), metadata=_to("options"))
    """The options it bears on."""
    arguments: tuple[str, ...] = field(default=(), metadata=_to("arguments"))
    """The arguments it makes."""
    conditions: tuple[str, ...] = field(default=(), metadata=_to("conditions"))
    """The conditions it names."""
    events: tuple[str, ...] = field(default=(), metadata=_to("events"))
    """The events it refers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that the source gives."""

    value: Decimal
    """The number as printed."""
    unit: str
    """Its unit ("percent")."""
    of: str
    """What it measures, and over what."""
    about: tuple[str, ...] = field(default=(), metadata=_to("actors"))
    """The actors it is about."""
    period: str | None = None
    """The period it covers, as far as the source says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """Somebody sees an option in a frame, or denies that it belongs there."""

    holder: str = field(metadata=_to("actors", "who"))
    """Whose view it is; the principal's, or else the speaker's, where it is left out."""
    option: str = field(metadata=_to("options"))
    """The option that is framed."""
    frame: str = field(metadata=_to("frames"))
    """The frame."""
    denied: bool = False
    """True when the holder says that the frame does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """One actor is said to move another."""

    by: str = field(metadata=_to("actors"))
    """Who moves."""
    moves: str = field(metadata=_to("actors"))
    """Who is moved."""
    says: str
    """Our paraphrase."""
    option: str | None = field(default=None, metadata=_to("options"))
    """On which option; None when on all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What somebody expects; expecting is not wanting."""

    says: str
    """Our paraphrase."""
    about: tuple[str, ...] = field(default=(), metadata=_to("actors"))
    """The actors it is about."""
    options: tuple[str, ...] = field(default=(), metadata=_to("options"))
    """The options it is about."""
    conditions: tuple[str, ...] = field(default=(), metadata=_to("conditions", "if"))
    """What it depends on."""
    certainty: Certainty = field(default=Certainty.UNSPECIFIED, metadata=_key("sure"))
    """How sure the speaker is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One statement, action or vote as one paragraph of one source reports it."""

    id: str
    """Slug, unique in the debate."""
    kind: EvidenceKind = EvidenceKind.STATEMENT
    """Statement, action or vote."""
    source: str = field(metadata=_to("sources"))
    """The source; may be left out in a debate that has one source with paragraphs."""
    paragraph: int = field(metadata=_key("at"))
    """The paragraph of the source."""
    speaker: str = field(metadata=_to("actors"))
    """Who speaks, acts or votes; the publisher where the source tells it in its own voice."""
    capacity: Capacity = field(metadata=_key("as"))
    """In what capacity."""
    principal: str | None = field(default=None, metadata=_to("actors", "for"))
    """The country or institution whose words or deed it is; only for the two binding capacities."""
    mode: Mode = field(metadata=_key("reported"))
    """How the source reports it."""
    gist: str
    """Our own paraphrase, never the source's sentence."""
    when: Bounds = Bounds()
    """When it was said or done; where nothing is known, by the day its source was published."""
    via: str | None = field(default=None, metadata=_to("sources"))
    """The earlier source on which this one relies."""
    event: str | None = field(default=None, metadata=_to("events"))
    """The event at which, or as which, it happened."""
    stances: tuple[Stance, ...] = ()
    """The stances it conveys."""
    claims: tuple[Claim, ...] = ()
    """The claims it makes."""
    figures: tuple[Figure, ...] = ()
    """The figures it gives."""
    framings: tuple[Framing, ...] = ()
    """The framings it makes or denies."""
    influences: tuple[Influence, ...] = ()
    """The influences it tells of."""
    predictions: tuple[Prediction, ...] = ()
    """The predictions it makes."""
    review: str | None = None
    """What a second coder should look at again, and why."""
    deprecated: str | None = None
    """Why the record no longer counts; it is kept, and marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debate:
    """Registers and records: all that a folder of files says."""

    id: str
    """Slug."""
    title: str
    """The title to show people."""
    description: str | None = None
    """What the debate is about."""
    language: str = "en"
    """Language tag of names and paraphrases."""
    alliance: str | None = field(default=None, metadata=_to("actors"))
    """The alliance whose members are called silent where they have no position."""
    actors: tuple[Actor, ...] = ()
    """Countries, institutions, alliances, persons, unnamed voices and groups."""
    offices: tuple[Office, ...] = ()
    """Posts."""
    tenures: tuple[Tenure, ...] = ()
    """Who held which post when."""
    memberships: tuple[Membership, ...] = ()
    """Who was a member of what when."""
    issues: tuple[Issue, ...] = ()
    """Questions."""
    options: tuple[Option, ...] = ()
    """Things that can be done."""
    arguments: tuple[Argument, ...] = ()
    """Reasons."""
    conditions: tuple[Condition, ...] = ()
    """What must come first."""
    limits: tuple[Limit, ...] = ()
    """How far."""
    frames: tuple[Frame, ...] = ()
    """Disputed ways of seeing an option."""
    events: tuple[Event, ...] = ()
    """What happened."""
    sources: tuple[Source, ...] = ()
    """Where evidence is taken from."""
    evidence: tuple[Evidence, ...] = ()
    """Statements, actions and votes."""


REGISTERS: Mapping[str, type] = {
    "actors": Actor,
    "offices": Office,
    "tenures": Tenure,
    "memberships": Membership,
    "issues": Issue,
    "options": Option,
    "arguments": Argument,
    "conditions": Condition,
    "limits": Limit,
    "frames": Frame,
    "events": Event,
    "sources": Source,
    "evidence": Evidence,
}
"""The registers of a debate, in the order in which people write them."""
