"""What the pages say in sentences: verdicts and grounds, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from stancegraph.answer.words import sentence
from stancegraph.graph import Graph
from stancegraph.model import ActorKind, Evidence, Polarity
from stancegraph.positions import Change, Position, Reading
from stancegraph.view.words import Words, legible

_NAMES_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Phrases:
    """Says in words what a graph's positions and records are."""

    graph: Graph
    words: Words

    def name(self, actor: str) -> str:
        """Return an actor's name as it stands in a sentence."""
        return self.words.name(self.graph.actors[actor])

    def label(self, actor: str) -> str:
        """Return an actor's name alone."""
        return self.words.label(self.graph.actors[actor])

    def verb(self, polarity: Polarity, subjects: int) -> str:
        """Return what so many subjects do about an option: "leans against it"."""
        return str(self.words["verbs"][polarity][subjects != 1])

    def told(self, position: Position) -> str:
        """Say in two or three words whose hearsay a position is; nothing where it is none."""
        if not position.is_hearsay:
            return ""
        speakers = self._speakers(position)
        told = self.words["told"][str(position.tier)]
        first = str(told).format(speaker=self.label(speakers[0]))
        if len(speakers) == 1:
            return first
        return f"{first}, {self.words.say('more', n=len(speakers) - 1)}"

    def ground(self, position: Position) -> str:
        """Say on whose word a position rests: "on the word of Kurt Volker (...) only"."""
        words, tier = self.words["grounds"], str(position.tier)
        holder = self.graph.actors[position.holder]
        is_people = holder.kind in (ActorKind.PERSON, ActorKind.UNNAMED, ActorKind.GROUP)
        evidence = self._deciding(position)[0]
        if position.tier == 3 and evidence.speaker != position.holder:
            tier = "3_spoken"
        key = f"{tier}_people" if is_people and f"{tier}_people" in words else tier
        return self._filled(words[key], position, evidence)

    def stands(self, position: Position) -> str:
        """Say in a sentence where a holder stands, on whose word, and who has it otherwise."""
        holder = self.graph.actors[position.holder]
        said = self.words.say(
            "stands",
            who=self.words.name(holder),
            verb=self.verb(position.polarity, self.words.size(holder)),
            ground=self.ground(position),
        )
        otherwise = [r for r in position.readings if r.evidence.id in position.dissent]
        if otherwise:
            parts = self.words.listed(dict.fromkeys(map(self._otherwise, otherwise)))
            said += " " + self.words.say("otherwise_line", parts=parts)
        return sentence(said)

    def _otherwise(self, reading: Reading) -> str:
        holder = self.graph.actors[reading.stance.holder]
        return self.words.say(
            "otherwise",
            speaker=self.name(reading.evidence.speaker),
            holder=self.words.name(holder),
            verb=self.verb(reading.stance.polarity, self.words.size(holder)),
        )

    def verdict(self, found: Sequence[Position]) -> str:
        """Say in a sentence or two where the states and organisations stand, on whose word.

        Nothing is said where none of them stands anywhere.
        """
        states = [p for p in found if self.graph.is_state_or_body(p.holder)]
        if not states:
            return ""
        return " ".join((sentence(f"{self._parts(states)}."), self._hearsay(states))).strip()

    def voices(self, found: Sequence[Position]) -> str:
        """Say in a sentence where single voices stand; nothing where there are none."""
        single = [p for p in found if not self.graph.is_state_or_body(p.holder)]
        return self.words.say("voices_line", parts=self._parts(single)) if single else ""

    def below(self, found: Sequence[Position], narrower: Iterable[Position]) -> str:
        """Name those who stand on narrower options only; nothing where there is nobody."""
        counted = {p.holder for p in found}
        holders = dict.fromkeys(p.holder for p in narrower if p.holder not in counted)
        if not holders:
            return ""
        names = self.words.listed_briefly(map(self.name, holders))
        return self.words.say("below_line", names=names)

    def _parts(self, found: Sequence[Position]) -> str:
        """Say who stands where, actors of one stance together, as numbers where they are many."""
        groups = [(p, [*g]) for p, g in groupby(found, key=lambda p: p.polarity)]
        return f"{self.words['semicolon']} ".join(
            self.words.say(
                "part",
                who=self._who(g),
                verb=self.verb(p, sum(self.words.size(self.graph.actors[x.holder]) for x in g)),
            )
            for p, g in groups
        )

    def _who(self, found: Sequence[Position]) -> str:
        if len(found) > _NAMES_AT_MOST:
            return self.words.number(len(found))
        return self.words.listed(self.name(p.holder) for p in found)

    def _hearsay(self, found: Sequence[Position]) -> str:
        hearsay = sorted((p for p in found if p.is_hearsay), key=lambda p: (p.tier, p.decided_by))
        if not hearsay:
            return str(self.words["own_line" if len(found) > 1 else "own_line_one"])
        parts = f"{self.words['semicolon']} ".join(
            f"{self._who([*group])} {alone}" for alone, group in groupby(hearsay, key=self._alone)
        )
        key = "hearsay_only_line" if len(hearsay) == len(found) > 1 else "hearsay_line"
        return self.words.say(key, parts=parts)

    def _alone(self, position: Position) -> str:
        text = self.words["alone"][str(position.tier)]
        return self._filled(text, position, self._deciding(position)[0])

    def _filled(self, text: str, position: Position, evidence: Evidence) -> str:
        speakers = self.words.listed(map(self.name, self._speakers(position)))
        capacity = self.words["capacities"][evidence.capacity]
        return text.format(speaker=speakers, capacity=capacity)

    def _speakers(self, position: Position) -> list[str]:
        """Return who tells what decides a position, each once."""
        return list(dict.fromkeys(e.speaker for e in self._deciding(position)))

    def _deciding(self, position: Position) -> list[Evidence]:
        return [r.evidence for r in position.deciding]

    def conveyed(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """Yield what a record conveys beside stances, as label and sentence."""
        words = self.words
        frames = {f.id: f.name for f in self.graph.debate.frames}
        yield from ((words["also"], c.says) for c in evidence.claims)
        for figure in evidence.figures:
            told = words.say("figure", value=figure.value, unit=figure.unit, of=figure.of)
            yield words["also"], told
        for framing in evidence.framings:
            key = "frames_not" if framing.denied else "frames"
            said = words.say(key, frame=frames.get(framing.frame, framing.frame))
            yield self.name(framing.holder), said
        yield from ((words["also"], i.says) for i in evidence.influences)
        for prediction in evidence.predictions:
            yield words["also"], words.say("expects", says=prediction.says)

    def changed(self, position: Position, change: Change) -> str:
        """Say from where to where a position has changed."""
        return self.words.say(
            "timeline_change" if change.is_own else "timeline_known",
            who=self.name(position.holder),
            was=self.words.level(change.polarity).lower(),
            now=self.words.level(position.polarity).lower(),
            option=legible(self.graph.options[position.option].name),
        )
