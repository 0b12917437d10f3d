"""How a stance looks: its sign is in colour, dashes, arrowhead and symbol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from stancegraph.model import Polarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a stance is drawn."""

    colour: str
    """Of lines, shapes and frames."""
    ink: str
    """Of text, on white or on the tint."""
    tint: str
    """Behind the column of a stance."""
    fill: str
    """Of a cell."""
    on: str
    """Of text in a cell that is filled."""
    dashes: tuple[int, ...]
    head: str
    symbol: str


LOOKS: Mapping[Polarity, Look] = {
    Polarity.SUPPORTS: Look(
        colour="#004f83",
        ink="#004f83",
        tint="#e3eef8",
        fill="#004f83",
        on="#ffffff",
        dashes=(),
        head="arrow",
        symbol="++",
    ),
    Polarity.LEANS_SUPPORT: Look(
        colour="#2a7fbf",
        ink="#1d6ba6",
        tint="#f1f6fb",
        fill="#cfe3f5",
        on="#00365a",
        dashes=(12, 5),
        head="arrow",
        symbol="+",
    ),
    Polarity.UNDECIDED: Look(
        colour="#62676e",
        ink="#4d5560",
        tint="#ffffff",
        fill="#e2e5e8",
        on="#2c3138",
        dashes=(2, 5),
        head="circle",
        symbol="○",
    ),
    Polarity.NOT_DISCLOSED: Look(
        colour="#62676e",
        ink="#4d5560",
        tint="#ffffff",
        fill="#e2e5e8",
        on="#2c3138",
        dashes=(1, 9),
        head="none",
        symbol="·",
    ),
    Polarity.LEANS_OPPOSE: Look(
        colour="#c26a00",
        ink="#955000",
        tint="#fdf5ea",
        fill="#fbdcb8",
        on="#5f3000",
        dashes=(10, 4, 2, 4),
        head="bar",
        symbol="\u2212",
    ),
    Polarity.OPPOSES: Look(
        colour="#9c3500",
        ink="#9c3500",
        tint="#fbe9db",
        fill="#9c3500",
        on="#ffffff",
        dashes=(6, 4),
        head="bar",
        symbol="\u2212\u2212",
    ),
}
"""Blue for, orange against: told apart by all common kinds of colour blindness."""

SHARES = (
    (0.2, Polarity.OPPOSES),
    (0.4, Polarity.LEANS_OPPOSE),
    (0.6, Polarity.UNDECIDED),
    (0.8, Polarity.LEANS_SUPPORT),
    (1.01, Polarity.SUPPORTS),
)
"""Below which share of agreement two actors look like which stance."""

MARKS: Mapping[str, str] = {"contested": "≠", "conditional": "if", "limited": "≤"}
"""The sign beside a position for each of its flags that must not be overlooked."""


def marks_of(flags: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return those of a position's flags that have a sign, in the order of their signs."""
    named = {flag for flag, _ in flags}
    return tuple(flag for flag in MARKS if flag in named)


def steps_of_agreement() -> list[tuple[int, int, Polarity]]:
    """Return from which to which percentage of agreement two actors look like which stance."""
    ends = [min(100, round(100 * end)) for end, _ in SHARES]
    return [*zip((0, *ends), ends, (p for _, p in SHARES), strict=False)]


def style() -> str:
    """Return the colours as CSS: --supports and so on, and those of what has a stance's class."""
    roots = (f"--{polarity}: {look.colour};" for polarity, look in LOOKS.items())
    rules = (_rule(polarity, look) for polarity, look in LOOKS.items())
    return "\n".join([f":root {{ {' '.join(roots)} }}", *rules])


def _rule(polarity: Polarity, look: Look) -> str:
    return (
        f".{polarity} {{ --stance: var(--{polarity}); --stance-ink: {look.ink}; "
        f"--stance-tint: {look.tint}; --stance-fill: {look.fill}; --stance-on: {look.on}; }}"
    )


def data() -> dict[str, Any]:
    """Return what a page's script needs to know of looks, of plain values only."""
    return {
        "looks": {p.value: _plain(p, look) for p, look in LOOKS.items()},
        "shares": [(end, p.value) for end, p in SHARES],
        "marks": MARKS,
    }


def _plain(polarity: Polarity, look: Look) -> dict[str, Any]:
    """Return what a script draws with; cells get their colours from the style."""
    fields = asdict(look) | {"side": polarity.side}
    return {name: value for name, value in fields.items() if name not in ("fill", "on")}
