"""From what people call an actor or an option to its record, and never by guessing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from stancegraph.errors import UnknownName
from stancegraph.model import Actor, Option
from stancegraph.suggest import did_you_mean


def names_of(actor: Actor) -> tuple[str, ...]:
    """Return all that an actor answers to: slug, ISO codes, name, aliases, metonyms, print."""
    names = (
        actor.id,
        *((actor.iso2,) if actor.iso2 else ()),
        actor.name,
        *actor.aliases,
        *actor.metonyms,
        *actor.printed,
    )
    return tuple(dict.fromkeys(names))


def option_names_of(option: Option) -> tuple[str, ...]:
    """Return all that an option answers to in full: slug, name and aliases."""
    return tuple(dict.fromkeys((option.id, option.name, *option.aliases)))


def actor_called(name: str, actors: Iterable[Actor]) -> Actor:
    """Find the actor that answers to a name, whatever its case, dots and outer "the".

    Raises UnknownName, with suggestions, when no actor does.
    """
    actors = tuple(actors)
    wanted = plain(name)
    for actor in actors:
        if wanted in map(plain, names_of(actor)):
            return actor
    adjectives = {plain(adjective): a.name for a in actors for adjective in a.adjectives}
    if wanted in adjectives:
        raise UnknownName(f"no actor is called {name!r}; did you mean {adjectives[wanted]!r}?")
    hint = did_you_mean(name, [n for a in actors for n in names_of(a)])
    raise UnknownName(f"no actor is called {name!r}{hint or _WHO_THERE_IS}")


_WHO_THERE_IS = "\n'stancegraph evidence' shows who speaks and who is spoken of"


def is_metonym(name: str, actor: Actor) -> bool:
    """Tell whether a name is a place that stands for the actor."""
    return plain(name) in map(plain, actor.metonyms)


def option_called(name: str, options: Iterable[Option]) -> Option:
    """Find the option that a slug, name, alias or unambiguous part of one means.

    Raises UnknownName, with the candidates or suggestions, when none or several do.
    """
    options = tuple(options)
    wanted = plain(name)
    for option in options:
        if wanted in map(plain, option_names_of(option)):
            return option
    found = [o for o in options if any(wanted in plain(n) for n in option_names_of(o))]
    if len(found) == 1 and wanted:
        return found[0]
    if found and wanted:
        raise UnknownName(
            f"{name!r} is part of {len(found)} options; which of: {', '.join(o.id for o in found)}"
        )
    spelled = [n for o in options for n in option_names_of(o)]
    raise UnknownName(
        f"no option is called {name!r}{did_you_mean(name, spelled)}\n"
        "'stancegraph options' lists them"
    )


def plain(name: str) -> str:
    """Fold what does not tell names apart: case, dots, white space, hyphens and a leading "the".

    >>> plain("The U.S."), plain("Shoot  down"), plain("allied-interception")
    ('us', 'shoot down', 'allied interception')
    """
    words = unicodedata.normalize("NFC", name).casefold().replace(".", "").replace("-", " ").split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)
