"""Axes: where a value stands, and at which round values or days there are ticks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, isfinite, log10

from stancegraph.view.words import Words

Tick = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Axis:
    """From which value to which, and from where to where on the sheet."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value stands; what lies outside stands at the end of the axis.

        >>> Axis(0, 10, 100, 300).at(5), Axis(0, 10, 100, 300).at(12), Axis(3, 3, 0, 10).at(3)
        (200.0, 300.0, 5.0)
        """
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (self.held(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def held(self, value: float) -> float:
        """Return the value, or the end of the axis that it lies beyond."""
        return min(self.high, max(self.low, value))

    def has(self, value: float) -> bool:
        """Tell whether a value lies on the axis."""
        return self.low <= value <= self.high


def round_ticks(low: float, high: float, most: int) -> tuple[Tick, ...]:
    """Return round values from low to high, no more than so many.

    >>> [label for _, label in round_ticks(-1, 1, 5)]
    ['-1', '-0.5', '0', '0.5', '1']
    """
    if not isfinite(high - low) or high <= low:
        return ((low, _number(low, 1)),)
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** floor(log10(rough))
    steps = [f * power for f in (20, 10, 5, 2, 1, 0.5, 0.2)]
    wide = [step for step in steps[:5] if (high - low) / step <= most - 0.5]
    # The smallest such, or where no multiple of it lies within, the next that has one.
    step = next(step for step in steps[len(wide) - 1 :] if _multiples(step, low, high))
    places = max(0, -floor(log10(step) + 1e-9))
    found = _multiples(step, low, high)
    return tuple((round(n * step, 12), _number(n * step, places)) for n in found)


def _multiples(step: float, low: float, high: float) -> range:
    return range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)


def _number(value: float, places: int) -> str:
    text = f"{value + 0.0:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_number(at: date | float) -> float:
    """Return a day as a number, and a number as it is."""
    return float(at.toordinal()) if isinstance(at, date) else float(at)


def day_ticks(first: date, last: date, most: int, words: Words) -> tuple[Tick, ...]:
    """Return the beginnings of years or months, or days, no more than so many.

    >>> from stancegraph.view.words import words_of
    >>> [label for _, label in day_ticks(date(2001, 5, 1), date(2004, 2, 1), 5, words_of("en"))]
    ['2002', '2003', '2004']
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    if months >= 24:
        return tuple(_years(first, last, most))
    for step in (1, 2, 3, 6):
        found = [d for d in _months(first, last) if (d.month - 1) % step == 0]
        if 2 <= len(found) <= most:
            return tuple((day_number(d), _month(d, words)) for d in found)
    return tuple(_days(first, last, most, words))


def _years(first: date, last: date, most: int) -> Iterator[Tick]:
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        years = [y for y in range(first.year, last.year + 1) if y % step == 0]
        years = [y for y in years if date(y, 1, 1) >= first]
        if len(years) <= most:
            yield from ((day_number(date(y, 1, 1)), str(y)) for y in years)
            return


def _months(first: date, last: date) -> Iterator[date]:
    for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = date(n // 12, n % 12 + 1, 1)
        if first <= day <= last:
            yield day


def _month(day: date, words: Words) -> str:
    return f"{words['months_short'][day.month - 1]} {day.year}"


def _days(first: date, last: date, most: int, words: Words) -> Iterator[Tick]:
    span = (last - first).days
    step = max(1, ceil(span / max(1, most - 1)))
    for n in range(first.toordinal(), last.toordinal() + 1, step):
        day = date.fromordinal(n)
        yield float(n), f"{day.day} {words['months_short'][day.month - 1]}"


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move places apart until each is a gap from the next, in their order, within limits.

    >>> spread([5, 5, 20], 4, 0, 30)
    [3.0, 7.0, 20.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    heaps: list[list[int]] = []

    def start(heap: list[int]) -> float:
        room = gap * (len(heap) - 1)
        middle = sum(wanted[i] for i in heap) / len(heap)
        return max(low, min(middle - room / 2, high - room))

    for i in order:
        heaps.append([i])
        while len(heaps) > 1 and start(heaps[-1]) < start(heaps[-2]) + gap * len(heaps[-2]):
            heaps[-2:] = [heaps[-2] + heaps[-1]]
    placed = [0.0] * len(wanted)
    for heap in heaps:
        for n, i in enumerate(heap):
            placed[i] = start(heap) + gap * n
    return placed
