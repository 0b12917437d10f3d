"""How wide a text is about to be, and how it breaks into lines, without a font at hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice

from stancegraph.view.words import legible

_REGULAR = (
    *(278, 278, 355, 616, 562, 889, 667, 191, 342, 348, 431, 584, 278, 333, 278, 413),
    *(562, 562, 562, 562, 562, 562, 562, 562, 562, 562, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 552, 667, 556, 873, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 413, 278, 469, 556),
    *(333, 556, 562, 523, 564, 556, 348, 562, 556, 243, 239, 507, 243, 877, 556, 570),
    *(562, 568, 339, 516, 327, 556, 500, 751, 500, 500, 500, 338, 260, 338, 680),
)
_BOLD = (
    *(278, 333, 474, 596, 574, 889, 722, 238, 351, 353, 454, 584, 278, 388, 291, 374),
    *(574, 574, 574, 574, 574, 574, 574, 574, 574, 574, 333, 333, 584, 584, 584, 611),
    *(975, 722, 722, 722, 722, 667, 611, 778, 722, 292, 559, 722, 611, 876, 722, 778),
    *(667, 778, 722, 667, 619, 722, 667, 944, 667, 667, 611, 333, 422, 333, 584, 556),
    *(333, 556, 611, 556, 611, 556, 358, 611, 611, 278, 278, 556, 278, 889, 611, 611),
    *(611, 611, 389, 556, 338, 611, 556, 778, 556, 556, 509, 389, 280, 389, 649),
)
"""Thousandths of an em from space to tilde: the wider of Helvetica's and Roboto's advance.

Source: the AFM files of Adobe's core 14 fonts, whose widths Arial and Liberation Sans share, and
Roboto 2.138.
"""

# ruff: noqa: RUF001 - these very characters are meant
_OTHERS = {
    **dict.fromkeys("—…", 1000),
    **dict.fromkeys("–€−≠", 660),
    **dict.fromkeys("‘’‚·ıł", 310),
    **dict.fromkeys("“”„«»", 505),
    **dict.fromkeys("ßøđþðŋ¶", 640),
    **dict.fromkeys("ÆŒæœ", 1010),
    **dict.fromkeys("ØŁĐÞ", 780),
}
_WIDE, _CAPITAL, _ELSE = 1000, 850, 640
_ELLIPSIS = "…"


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide a text is in Arial or Roboto: rather too wide than too narrow.

    >>> width_of("Poland", 10), width_of("Pólánd", 10), width_of("波兰", 10)
    (31.56, 31.56, 20.0)
    """
    return sum(_advance(c, bold) for c in text) * size / 1000


@cache
def _advance(character: str, bold: bool) -> int:
    """Return a character's width in thousandths of an em; marks on other characters have none."""
    base = unicodedata.normalize("NFD", character)[0]
    if " " <= base <= "~":
        return (_BOLD if bold else _REGULAR)[ord(base) - ord(" ")]
    if base in _OTHERS:
        return _OTHERS[base]
    category = unicodedata.category(base)
    if category in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(base) in "WF" or category == "So":
        return _WIDE
    return _CAPITAL if category == "Lu" else _ELSE


def wrapped(
    text: str, width: float, size: float, *, bold: bool = False, most: int = 3
) -> tuple[str, ...]:
    """Break a text into lines no wider than so much; what does not fit ends in an ellipsis.

    >>> wrapped("Let Ukraine strike inside Russia", 65, 10, most=2)
    ('Let Ukraine', 'strike inside…')
    """
    found = [*islice(_lines(legible(text), width, size, bold), most + 1)]
    lines = [line for _, line in found]
    if len(lines) <= most:
        return tuple(lines)
    rest = "".join((lines[-2], *found[-1]))
    last = _start(rest, width - width_of(_ELLIPSIS, size, bold=bold), size, bold)
    return (*lines[: most - 1], last.rstrip(" ,;:.") + _ELLIPSIS)


def cut(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return a text on one line, its end replaced by an ellipsis where it is too long."""
    return "".join(wrapped(text, width, size, bold=bold, most=1))


def _lines(text: str, width: float, size: float, bold: bool) -> Iterator[tuple[str, str]]:
    """Yield lines, each with what parts it from the one before: a space, nothing within a word."""
    line = start = ""
    for glue, piece in _pieces(text, width, size, bold):
        longer = f"{line}{glue}{piece}" if line else piece
        if line and width_of(longer, size, bold=bold) > width:
            yield start, line
            start, longer = glue, piece
        line = longer
    if line:
        yield start, line


def _pieces(text: str, width: float, size: float, bold: bool) -> Iterator[tuple[str, str]]:
    """Yield the words, those that are wider than a line in pieces that fit, after a hyphen."""
    for word in text.split():
        rest, glue = word, " "
        while rest:
            piece = _start(rest, width, size, bold) or rest[0]
            hyphen = piece.rfind("-") + 1
            if hyphen and piece != rest:
                piece = piece[:hyphen]
            yield glue, piece
            rest, glue = rest[len(piece) :], ""


def _start(text: str, width: float, size: float, bold: bool) -> str:
    """Return as much of a text's start as fits."""
    left = width * 1000 / size
    for i, character in enumerate(text):
        left -= _advance(character, bold)
        if left < 0:
            return text[:i]
    return text
