"""The words of the pages in one language: everything that a page says and is not data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import NullTranslations, translation
from importlib.resources import files
from typing import Any

from stancegraph.answer.words import with_article
from stancegraph.errors import UnknownName
from stancegraph.model import Actor, ActorKind, Bounds, Polarity
from stancegraph.suggest import did_you_mean

_SPACES = dict.fromkeys((*range(0x09, 0x0E), 0x85, 0x2028, 0x2029), " ")
_OVERRIDES = dict.fromkeys(
    [
        *(*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF),
    ]
)
_FOLDER = "templates"
_NAMED = (ActorKind.COUNTRY, ActorKind.ALLIANCE, ActorKind.INSTITUTION)


def legible(text: str) -> str:
    r"""Make breaks spaces; drop control characters, with which a name could turn a sentence round.

    >>> legible("Poland\u202e!"), legible("one line\nanother")
    ('Poland!', 'one line another')
    """
    return text.translate(_OVERRIDES | _SPACES)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that pages speak, by their ISO 639-1 codes."""
    found = files("stancegraph.view").joinpath(_FOLDER).iterdir()
    parts = (f.name.split(".") for f in found)
    return tuple(sorted(p[1] for p in parts if p[0] == "strings" and p[-1] == "json"))


@cache
def words_of(language: str) -> Words:
    """Return the words of a language; UnknownName where there are none."""
    if language not in languages():
        hint = did_you_mean(language, languages())
        there = ", ".join(languages())
        raise UnknownName(f"no page speaks {language!r}{hint}; there are {there}")
    folder = files("stancegraph.view").joinpath(_FOLDER)
    text = folder.joinpath(f"strings.{language}.json").read_text("utf-8")
    return Words(language, json.loads(text))


@dataclass(frozen=True, slots=True)
class Words:
    """The strings of one language, and how it writes days, lists, numbers and names."""

    language: str
    strings: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        """Return a string, or a group of them, by its key."""
        return self.strings[key]

    def say(self, key: str, **values: object) -> str:
        """Return a string with its gaps filled."""
        return str(self.strings[key]).format(**values)

    def count(self, key: str, n: int) -> str:
        """Return a number with its noun, which has a form for none, one and many.

        >>> words_of("en").count("n_records", 1), words_of("en").count("n_records", 3)
        ('1 record', '3 records')
        """
        forms = self.strings[key]
        return str(forms[min(n, 2)]).format(n=self.number(n))

    def number(self, n: int) -> str:
        """Return a number with its thousands apart.

        >>> words_of("en").number(870109)
        '870,109'
        """
        return f"{n:,}".replace(",", str(self.strings["thousands"]))

    def day(self, when: date) -> str:
        """Return a day as people write it.

        >>> words_of("en").day(date(2024, 5, 3)), words_of("fr").day(date(2024, 5, 3))
        ('3 May 2024', '3 mai 2024')
        >>> words_of("fr").day(date(2024, 6, 1))
        '1er juin 2024'
        """
        day = self.strings["first_day"] if when.day == 1 else when.day
        return f"{day} {self.strings['months'][when.month - 1]} {when.year}"

    def when(self, bounds: Bounds) -> str:
        """Say when something happened, as far as that is known.

        >>> words_of("en").when(Bounds(not_before=date(2024, 5, 30), not_after=date(2024, 6, 2)))
        'between 30 May and 2 June 2024'
        """
        first, last = bounds.not_before, bounds.not_after
        if first and last:
            if first == last:
                return self.day(first)
            start = self.day(first)
            if first.year == last.year:
                start = start.removesuffix(f" {first.year}")
            return self.say("when_between", first=start, last=self.day(last))
        if last:
            return self.say("when_by", last=self.day(last))
        if first:
            return self.say("when_after", first=self.day(first))
        return str(self.strings["when_unknown"])

    def listed(self, things: Iterable[str]) -> str:
        """Join things as prose does.

        >>> words_of("en").listed(["Poland", "Romania", "Spain"])
        'Poland, Romania and Spain'
        """
        *head, tail = [*things] or [""]
        return f"{', '.join(head)} {self.strings['and']} {tail}" if head else tail

    def listed_briefly(self, things: Iterable[str], most: int = 12) -> str:
        """Join things as prose does, the first of many and the number of the others."""
        found = [*things]
        if len(found) <= most:
            return self.listed(found)
        return self.listed([*found[: most - 1], self.say("more", n=len(found) - most + 1)])

    def label(self, actor: Actor) -> str:
        """Return an actor's name; that of a country, or of a body that all know, in this language.

        >>> words_of("fr").label(Actor(id="usa", kind=ActorKind.COUNTRY, name="United States"))
        'États-Unis'
        """
        if actor.kind not in _NAMED:
            return legible(actor.name)
        own = self.strings["names"].get(actor.id)
        if own or actor.kind is not ActorKind.COUNTRY:
            return legible(own or actor.name)
        return legible(_countries(self.language).gettext(actor.name))

    def name(self, actor: Actor) -> str:
        """Return an actor's name as it stands in a sentence.

        >>> words_of("fr").name(Actor(id="usa", kind=ActorKind.COUNTRY, name="United States"))
        'les États-Unis'
        """
        found = self.label(actor)
        if self.language == "en":
            return with_article(found)
        return f"{self._article(actor)['article']}{found}"

    def size(self, actor: Actor) -> int:
        """Return how many an actor is, for the verb: a group is more than one.

        >>> usa = Actor(id="usa", kind=ActorKind.COUNTRY, name="United States")
        >>> words_of("en").size(usa), words_of("fr").size(usa)
        (1, 2)
        """
        return 2 if actor.kind is ActorKind.GROUP or self._article(actor)["plural"] else 1

    def _article(self, actor: Actor) -> Mapping[str, Any]:
        """Return the entry of the articles that an actor's name takes one from."""
        entries = self.strings["articles"] if actor.kind in _NAMED else ()
        return next((e for e in entries if actor.id in e["of"]), {"article": "", "plural": False})

    def level(self, polarity: Polarity) -> str:
        """Return a stance as a label."""
        return str(self.strings["stances"][polarity.value])


@cache
def _countries(language: str) -> NullTranslations:
    """Return the names of countries in a language, as the iso-codes project has them."""
    if language == "en":
        return NullTranslations()
    import pycountry

    return translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
