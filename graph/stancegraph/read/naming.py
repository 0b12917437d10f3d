"""Slugs for names: who is known keeps the slug, who is new gets one made of the name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from stancegraph.model import Actor, ActorKind, Debate, Issue, Option, Source
from stancegraph.names import names_of, option_names_of, plain

_NOT_SLUG = re.compile("[^a-z0-9]+")
_LONGEST = 60
_SHORTEST = 3


def slug_of(name: str, fallback: str = "item") -> str:
    """Return a name as a slug: accents dropped, what is no letter or digit a hyphen.

    >>> slug_of("Côte d'Ivoire"), slug_of("04 - WMD"), slug_of("北京", "actor")
    ('cote-d-ivoire', '04-wmd', 'actor')
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = _NOT_SLUG.sub("-", folded)[:_LONGEST].strip("-")
    return slug if len(slug) >= _SHORTEST else "-".join(filter(None, (fallback, slug)))


class Naming:
    """Finds the record that a name means exactly, or makes a new one; never guesses.

    Two names that differ stay two records, however alike they look; a kind of its own ("person")
    keeps a person called Georgia apart from the country.
    """

    def __init__(self, known: Iterable[Debate] = ()) -> None:
        self._actors: dict[tuple[str, ActorKind], str] = {}
        self._options: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._taken: set[str] = set()
        self._known: set[tuple[type, str]] = set()
        self._new: dict[tuple[type, str], Actor | Option | Source | Issue] = {}
        for debate in known:
            for actor in debate.actors:
                self._know(actor)
            for option in debate.options:
                self._options |= {plain(n): option.id for n in option_names_of(option)}
            for source in debate.sources:
                self._sources[source.id] = source.id
            for register in (debate.actors, debate.options, debate.sources, debate.issues):
                self._known |= {(type(record), record.id) for record in register}
        self._taken |= {slug for _, slug in self._known}

    def _know(self, actor: Actor) -> None:
        for name in names_of(actor):
            self._actors.setdefault((plain(name), actor.kind), actor.id)

    def actor(self, name: str, kind: ActorKind, *, slug: str | None = None, **more: Any) -> str:
        """Return the slug of the actor of a kind that answers to a name; a new one's otherwise.

        `slug` is the actor's own, as a country's is its ISO code; `more` are fields of a new one.
        """
        key = (plain(name), kind)
        if key not in self._actors:
            if slug is None or slug not in self._taken:
                new = Actor(id=slug or self._free(slug_of(name, "actor")), kind=kind, name=name)
                self._add(replace(new, **more))
                self._know(new)
                slug = new.id
            self._actors[key] = slug
        return self._actors[key]

    def country(
        self, slug: str, name: str | None, iso2: str | None, printed: Iterable[str] = ()
    ) -> str:
        """Return the slug of a country by its code; a new one keeps the ways it was printed.

        What another actor is called already is not kept as a way to print this one.
        """
        if slug not in self._taken:
            kind = ActorKind.COUNTRY
            free = {plain(p): p for p in printed if (plain(p), kind) not in self._actors}
            shown = name or next(iter(free.values()), slug)
            free.pop(plain(shown), None)
            self.actor(shown, kind, slug=slug, iso2=iso2, printed=tuple(free.values()))
            self._actors |= {(p, kind): slug for p in free}
        return slug

    def known_actor(self, name: str, kinds: Iterable[ActorKind]) -> str | None:
        """Return the slug of an actor of some kinds that answers to a name, if there is one."""
        found = (self._actors.get((plain(name), kind)) for kind in kinds)
        return next(filter(None, found), None)

    def option(
        self, name: str, issue: str, *, slug: str | None = None, definition: str = ""
    ) -> str:
        """Return the slug of the option that a name means; a new one's otherwise."""
        key = plain(name)
        if key not in self._options:
            slug = self._free(slug_of(name, "option"))
            new = Option(id=slug, name=name, definition=name, issue=issue)
            self._add(new)
            self._options[key] = new.id
        return self._options[key]

    def add_option(self, option: Option) -> str:
        """Add an option under a slug of its own, unless that is known; return the slug."""
        if (Option, option.id) not in self._known:
            self._add(option)
        return option.id

    def issue(self, slug: str, name: str, definition: str) -> str:
        """Add an issue unless it is known; return its slug."""
        if (Issue, slug) not in self._known:
            self._add(Issue(id=slug, name=name, definition=definition))
        return slug

    def source(self, source: Source) -> str:
        """Add a source unless it is known; return its slug."""
        if (Source, source.id) not in self._known:
            self._add(source)
        return source.id

    def _add(self, record: Actor | Option | Source | Issue) -> None:
        self._new[type(record), record.id] = record
        self._taken.add(record.id)

    def _free(self, slug: str) -> str:
        number, found = 1, slug
        while found in self._taken:
            number += 1
            found = f"{slug}-{number}"
        return found

    def debate(self, slug: str, title: str) -> Debate:
        """Return what is new as the registers of a debate."""
        records = self._new.values()
        return Debate(
            id=slug,
            title=title,
            actors=tuple(r for r in records if isinstance(r, Actor)),
            issues=tuple(r for r in records if isinstance(r, Issue)),
            options=tuple(r for r in records if isinstance(r, Option)),
            sources=tuple(r for r in records if isinstance(r, Source)),
        )
