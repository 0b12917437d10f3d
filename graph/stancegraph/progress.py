"""How far long work is: the command line shows it on stderr, everybody else hears nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

Shown = Callable[[Iterable[Any], str, int], Iterator[Any]]
"""Passes on items, showing of a work in so many steps how many are done."""

show: ContextVar[Shown] = ContextVar("show", default=lambda items, what, total: iter(items))


def followed(items: Iterable[T], what: str, total: int) -> Iterator[T]:
    """Pass on the items of long work, saying what it is and how many of them are done.

    >>> list(followed([1, 2], "drawing again", 2))
    [1, 2]
    """
    return show.get()(items, what, total)
