"""Countries by ISO 3166 codes and by their exact names."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from stancegraph.model import ActorKind
from stancegraph.names import plain
from stancegraph.read.naming import Naming


class Country(NamedTuple):
    """A country as ISO 3166 has it."""

    slug: str
    """Its alpha-3 code in lower case."""
    name: str | None
    """None for a state that is no more: what ISO calls those nobody says."""
    iso2: str | None


def country_of_code(code: str) -> Country | None:
    """Return the country of an ISO alpha-2 or alpha-3 code; None for what is no code.

    >>> country_of_code("NA")
    Country(slug='nam', name='Namibia', iso2='NA')
    >>> country_of_code("SUN")
    Country(slug='sun', name=None, iso2=None)
    >>> country_of_code("??")
    """
    now, past = _codes()
    if code.upper() in now:
        return _country(now[code.upper()])
    return Country(past[code.upper()].lower(), None, None) if code.upper() in past else None


def _country(found: Any) -> Country:
    return Country(found.alpha_3.lower(), _name(found), found.alpha_2)


def country_of_name(name: str, naming: Naming) -> str | None:
    """Return the slug of the country that has exactly this name, if there is one."""
    known = naming.known_actor(name, [ActorKind.COUNTRY])
    if known:
        return known
    found = _named().get(plain(name))
    return naming.country(*_country(found)) if found else None


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
