"""Stories: a sequence of steps, each with a text and the state of a view that it shows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from stancegraph.errors import StanceError
from stancegraph.model import ActorKind, Certainty, Polarity
from stancegraph.read.story import parse_story
from stancegraph.read.yaml import Node, YamlProblem
from stancegraph.suggest import did_you_mean
from stancegraph.view.content import Content
from stancegraph.view.records import position_id
from stancegraph.view.shown import blocs_of
from stancegraph.view.words import legible

STEPS_AT_MOST = 100
_STORY_KEYS = ("title", "steps", "language")
_STEP_KEYS = ("title", "text", "show", "ask", "answer")
_SHOW_KEYS = ("view", "option", "at", "day", "hide", "bloc", "mode", "actor")
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # a BCP 47 tag, as HTML's lang takes it
_FILTERS = {
    "stance": [p.value for p in Polarity],
    "kind": [k.value for k in ActorKind],
    "word": ["own", "hearsay"],
    "sure": [c.value for c in Certainty],
}


class InvalidStory(StanceError):
    """A file that makes no story of a graph; `problems` holds one line for each thing to mend."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = [*problems]
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a step shows, and where the file says so."""

    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStep:
    """One step: what is told, what is seen, and what a class may be asked."""

    title: str
    text: tuple[str, ...]
    """Paragraphs."""
    show: Mapping[str, Wanted]
    """The state of the view, by the words that a page's address has for it."""
    ask: tuple[str, ...] = ()
    """A question, in paragraphs."""
    answer: tuple[str, ...] = ()
    """Its answer, in paragraphs; for a class it stays hidden until asked."""

    @property
    def view(self) -> str:
        """The kind of view that the step shows."""
        return self.show["view"].value if "view" in self.show else "positions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A teacher's or a briefer's sequence over one graph."""

    file: str
    """Where it was read, for messages."""
    title: str
    steps: tuple[StoryStep, ...]
    language: str = ""
    """The language of its texts, where it is not that of the page."""
    is_shipped: bool = False
    """Whether nobody named it: then it is left out where it does not fit."""

    @property
    def views(self) -> tuple[str, ...]:
        """The kinds of views that the steps show, each once."""
        return tuple(dict.fromkeys(step.view for step in self.steps))


def load_story(path: str | Path) -> Story:
    """Read a story from a YAML or Markdown file.

    Raises InvalidStory with every problem found, each with file, line, column and remedy.
    """
    try:
        top = parse_story(Path(path))
    except YamlProblem as error:
        raise InvalidStory([f"{path}:{error.line}:{error.column}: {error}"]) from None
    except OSError as error:
        raise InvalidStory([f"{path}: cannot be read: {error.strerror}"]) from None
    reader = _Reader(str(path))
    story = reader.story(top or Node(None, 1, 1))
    if reader.problems or story is None:
        raise InvalidStory(reader.problems)
    return story


def shipped_story(debate: str) -> Story | None:
    """Read the story that is shipped for a debate; None where there is none."""
    there = {f.name: f for f in (files("stancegraph.data") / "stories").iterdir()}
    found = there.get(f"{debate}.yaml")
    if found is None:
        return None
    with as_file(found) as file:
        return replace(load_story(file), is_shipped=True)


class _Reader:
    """Makes a story of nodes, with every problem met on the way."""

    def __init__(self, file: str) -> None:
        self.problems: list[str] = []
        self._file = file

    def story(self, top: Node) -> Story | None:
        values = self._entries(top, "a story", _STORY_KEYS, needs=("title", "steps"))
        if self.problems:
            return None
        language = self._line(values.get("language"))
        if language and not _LANGUAGE.fullmatch(language):
            self._say(values["language"], f"language {language!r} is no tag such as 'en' or 'fr'")
        return Story(
            file=self._file,
            title=self._line(values["title"]),
            steps=tuple(map(self._step, self._steps(values["steps"]))),
            language=language,
        )

    def _steps(self, node: Node) -> list[Node]:
        if not isinstance(node.value, list):
            self._say(node, f"'steps' takes a list of steps, not {node.word}")
            return []
        if not node.value:
            self._say(node, "a story needs at least one step")
        if len(node.value) > STEPS_AT_MOST:
            self._say(node, f"{len(node.value)} steps; a story has at most {STEPS_AT_MOST}")
        return node.value

    def _step(self, node: Node) -> StoryStep:
        values = self._entries(node, "a step", _STEP_KEYS, needs=("title",))
        if "answer" in values and "ask" not in values:
            self._say(values["answer"], "an answer without a question; add 'ask'")
        return StoryStep(
            title=self._line(values.get("title")),
            text=self._paragraphs(values.get("text")),
            show=self._show(values.get("show")),
            ask=self._paragraphs(values.get("ask")),
            answer=self._paragraphs(values.get("answer")),
        )

    def _show(self, node: Node | None) -> dict[str, Wanted]:
        values = self._entries(node, "'show'", _SHOW_KEYS) if node else {}
        return {
            key: Wanted(self._listed(value) if key == "hide" else self._line(value), *_at(value))
            for key, value in values.items()
        }

    def _entries(
        self, node: Node, what: str, keys: tuple[str, ...], *, needs: tuple[str, ...] = ()
    ) -> dict[str, Node]:
        """Return the entries of a mapping, having said what is unknown or missing."""
        if not isinstance(node.value, dict):
            self._say(node, f"{what} is a mapping with {', '.join(keys)}, not {node.word}")
            return {}
        for key in node.value:
            if key not in keys:
                hint = did_you_mean(key, keys) or f"; {what} has {', '.join(keys)}"
                self._say(node.keys.get(key, node), f"unknown key {key!r}{hint}")
        for key in needs:
            if key not in node.value or node.value[key].value is None:
                self._say(node, f"{what} needs {key!r}")
        return {k: v for k, v in node.value.items() if k in keys and v.value is not None}

    def _line(self, node: Node | None) -> str:
        """Return a text of one line."""
        if node is None:
            return ""
        if not isinstance(node.value, str) or not node.value.strip():
            self._say(node, f"takes a text, not {node.word}")
            return ""
        return " ".join(node.value.split())

    def _listed(self, node: Node) -> str:
        """Return a list, or a text with commas, as a text with commas."""
        if isinstance(node.value, list):
            return ",".join(map(self._line, node.value))
        return "".join(self._line(node).split())

    def _paragraphs(self, node: Node | None) -> tuple[str, ...]:
        """Return paragraphs: the items of a list, or what empty lines part, else single lines."""
        if node is not None and isinstance(node.value, list):
            return tuple(filter(None, map(self._line, node.value)))
        if node is None or not isinstance(node.value, str):
            return (self._line(node),) if node else ()
        text = node.value.strip()
        parts = re.split(r"\n\s*\n", text) if re.search(r"\n\s*\n", text) else text.split("\n")
        return tuple(" ".join(part.split()) for part in parts if part.strip())

    def _say(self, node: Node, message: str) -> None:
        self.problems.append(f"{self._file}:{node.line}:{node.column}: {message}")


def _at(node: Node) -> tuple[int, int]:
    return node.line, node.column


def check_story(story: Story, content: Content, kinds: Collection[str]) -> None:
    """Raise InvalidStory unless everything that the steps show is on a page with this content.

    `kinds` are the kinds of views that a step can show.
    """
    known = _Known(content, kinds)
    problems = [
        f"{story.file}:{wanted.line}:{wanted.column}: {problem}"
        for step in story.steps
        for key, wanted in step.show.items()
        if (problem := known.problem(step, key, wanted.value))
    ]
    if problems:
        raise InvalidStory(problems)


class _Known:
    """What a page knows by name, as its script would look it up."""

    def __init__(self, content: Content, kinds: Collection[str]) -> None:
        shown = content.shown
        self._shown = shown
        self._all_options = {o.id for o in shown.graph.options.values()}
        self._positions = {position_id(*key) for key in shown.positions}
        self._speakers = {
            r.evidence.speaker
            for step in shown.steps
            for p in step.positions.values()
            for r in p.readings
        }
        self._pairs = content.pairs.actors
        self._events = shown.events
        self._words: dict[str, Collection[str]] = {
            "view": kinds,
            "option": [o.id for o in shown.options],
            "day": [s.day.isoformat() for s in shown.steps if s.day],
            "bloc": [b.id for b in blocs_of(shown)],
            "mode": [*content.words["network_modes"]],
            "actor": shown.actors,
        }

    def problem(self, step: StoryStep, key: str, value: str) -> str:
        """Say what is wrong with one thing that a step shows; nothing where all is well."""
        if key == "at":
            return self._at(step, value)
        if key == "hide":
            return "; ".join(filter(None, map(_filter_problem, value.split(","))))
        return self._named(key, value, self._words[key])

    def _named(self, what: str, value: str, names: Collection[str]) -> str:
        if value in names:
            return ""
        if what == "option" and value in self._all_options:
            return f"option {value!r} is not on this page; leave it out or show more options"
        hint = did_you_mean(value, names)
        if not hint:
            few = sorted(names) if len(names) <= 12 else []
            hint = f"; there are {', '.join(few)}" if few else ""
        return f"{what} {value!r} is not known{hint}"

    def _at(self, step: StoryStep, at: str) -> str:
        """Check what is chosen: "pol@opt", "record|pol@opt", "@opt", "pol@", "pol~deu", ..."""
        record, _, target = at.rpartition("|")
        if target.startswith("@"):
            return self._named("option", target[1:], self._words["option"])
        if target.startswith("^"):
            return self._named("speaker", target[1:], self._speakers)
        if target.startswith("!"):
            return self._named("event", target[1:], self._events)
        if "~" in target:
            return self._pair(target)
        if target.endswith("@"):
            return self._named("actor", target[:-1], self._shown.actors)
        return self._position(step, record, target)

    def _pair(self, target: str) -> str:
        first, _, second = target.partition("~")
        if first == second:
            return f"pair {target!r} is one actor; name two, as in 'pol~rou'"
        return self._named("actor", first, self._pairs) or self._named("actor", second, self._pairs)

    def _position(self, step: StoryStep, record: str, target: str) -> str:
        day = step.show["day"].value if "day" in step.show else None
        on = next((s for s in self._shown.steps if s.day and s.day.isoformat() == day), None)
        positions = (on or self._shown.steps[-1]).positions
        holder, _, option = target.partition("@")
        position = positions.get((holder, option))
        if position is None and target in self._positions:
            return f"position {target!r} is not known by {day}; choose a later day"
        if position is None:
            return self._named("position", target, self._positions)
        ids = [r.evidence.id for r in position.readings]
        return self._named("record", record, ids) if record else ""


def _filter_problem(value: str) -> str:
    facet, _, name = value.partition(":")
    names = _FILTERS.get(facet)
    if names is None:
        return f"filter {value!r} is not known; write stance:, kind:, word: or sure: and a value"
    if name in names:
        return ""
    hint = did_you_mean(name, names) or f"; {facet} has {', '.join(names)}"
    return f"filter {value!r} is not known{hint}"


def story_data(story: Story, *, for_class: bool = False) -> dict[str, Any]:
    """Return what a page's script needs of a story, of plain values only."""
    return {
        "title": legible(story.title),
        "language": story.language,
        "forClass": for_class,
        "steps": [
            {
                "title": legible(step.title),
                "text": [*map(legible, step.text)],
                "ask": [*map(legible, step.ask)],
                "answer": [*map(legible, step.answer)],
                "view": step.view,
                "show": {k: wanted.value for k, wanted in step.show.items() if k != "view"},
            }
            for step in story.steps
        ],
    }
