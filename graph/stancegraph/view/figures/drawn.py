"""A figure that is drawn, and the marks in it that a page can point at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from stancegraph.view.pictures.svg import FONT, clean, draw, moved
from stancegraph.view.pictures.symbols import KeyItem, key_block
from stancegraph.view.words import Words

APART = " | "
"""Between the names of the actors of a mark."""

_NAME_AT_MOST = 120


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure drawn from (0, 0), and what has to be said with it."""

    parts: tuple[Element, ...]
    width: float
    height: float
    key: Sequence[KeyItem] = ()
    unnamed: tuple[str, ...] = ()
    """Whom it shows without room for a name."""
    rows: tuple[str, ...] = ()
    """Of a grid: what its rows are called, and its columns."""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a figure is drawn on: how wide it may be, and in which language."""

    width: float
    words: Words

    @property
    def is_narrow(self) -> bool:
        """Whether names and what they are names of have to stand above each other."""
        return self.width < 600

    def say(self, key: str, **values: object) -> str:
        """Return one of the words of figures with its gaps filled."""
        return str(self.words["figure_words"][key]).format(**values)


def mark(
    *parts: Element, says: str, names: Iterable[str] = (), records: Iterable[str] = ()
) -> Element:
    """Return what a page can point at: it says something, of somebody, resting on records."""
    attributes = {"class": "mark"}
    if named := joined(names):
        attributes["data-names"] = named
    if found := " ".join(records):
        attributes["data-records"] = clean(found)
    element = Element("g", attributes)
    if says:
        element.append(draw("title", text=says))
    element.extend(parts)
    return element


def joined(names: Iterable[str]) -> str:
    """Return names as a page's script takes them apart again.

    >>> joined(["Poland", "a|b"])
    'Poland | a/b'
    """
    return APART.join(clean(n)[:_NAME_AT_MOST].replace("|", "/") for n in names)


def haloed(text: Element) -> Element:
    """Return a text with white around it, so that it reads on lines."""
    text.set("stroke", "#fff")
    text.set("stroke-width", "4")
    text.set("stroke-linejoin", "round")
    text.set("paint-order", "stroke")
    return text


def keyed(shape: Element, name: str) -> Element:
    """Return a shape that a film moves from where the same name was in the frame before."""
    shape.set("data-key", joined([name]))
    return shape


def told(label: str, note: str) -> str:
    """Join a name and what is said of it, which may begin with the name."""
    if not note or note.startswith(label):
        return note or label
    return f"{label}: {note}"


def with_key(drawn: Drawn) -> tuple[tuple[Element, ...], float]:
    """Return a drawing with its key below, and how high both are."""
    if not drawn.key:
        return drawn.parts, drawn.height
    key = key_block(drawn.key, drawn.width)
    return (*drawn.parts, moved(0, drawn.height + 10, *key.parts)), drawn.height + 10 + key.height


def svg_element(drawn: Drawn, *, label: str) -> Element:
    """Return a drawing with its key as an SVG element of a page."""
    parts, height = with_key(drawn)
    grid = {"data-rows": joined(drawn.rows), "data-columns": joined(drawn.columns)}
    return draw(
        "svg",
        *parts,
        **(grid if drawn.rows else {}),
        viewBox=f"0 0 {round(drawn.width)} {round(height)}",
        width=round(drawn.width),
        height=round(height),
        role="group",
        aria_label=label,
        font_family=FONT,
    )
