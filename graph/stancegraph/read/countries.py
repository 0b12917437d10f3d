"""Countries by ISO 3166 codes and by their exact names."""

from __future__ import annotations

from functools import cache
from typing import Any

from stancegraph.model import ActorKind
from stancegraph.names import plain
from stancegraph.read.naming import Naming


def country_of_code(code: str) -> tuple[str, str | None] | None:
    """Return the slug and name of the country of an ISO alpha-2 or alpha-3 code.

    States that are no more have a slug too, but no name: what ISO calls them nobody says. None for
    what is no code.

    >>> country_of_code("NA"), country_of_code("POL"), country_of_code("SUN")
    (('nam', 'Namibia'), ('pol', 'Poland'), ('sun', None))
    >>> country_of_code("??")
    """
    now, past = _codes()
    if code.upper() in now:
        return now[code.upper()].alpha_3.lower(), _name(now[code.upper()])
    return (past[code.upper()].lower(), None) if code.upper() in past else None


def country_of_name(name: str, naming: Naming) -> str | None:
    """Return the slug of the country that has exactly this name, if there is one."""
    known = naming.known_actor(name, [ActorKind.COUNTRY])
    if known:
        return known
    found = _named().get(plain(name))
    return naming.country(found.alpha_3.lower(), _name(found), ()) if found else None


def _name(country: Any) -> str:
    """Return the name that people use, in its plain order: "Federated States of Micronesia"."""
    name, comma, rest = str(getattr(country, "common_name", country.name)).partition(", ")
    return f"{rest} {name}" if comma else name


@cache
def _codes() -> tuple[dict[str, Any], dict[str, str]]:
    import pycountry

    past = {c.alpha_3: c.alpha_3 for c in pycountry.historic_countries}
    now = {code: c for c in pycountry.countries for code in (c.alpha_2, c.alpha_3)}
    return now, past | _TWO_LETTERS


# Of two letters that stood for two states in turn, the state that data on votes mean.
_TWO_LETTERS = {"CS": "CSK", "YU": "YUG", "YD": "YMD", "DD": "DDR", "SU": "SUN"}


@cache
def _named() -> dict[str, Any]:
    import pycountry

    return {
        plain(name): c
        for c in pycountry.countries
        for name in (c.name, getattr(c, "common_name", None), getattr(c, "official_name", None))
        if name
    }
