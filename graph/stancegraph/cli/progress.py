"""Progress of long work on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

import click

PATIENCE = 2.0
"""Work that takes no longer than so many seconds says nothing."""

OFTEN = 10.0
"""Into a file, a line every so many seconds."""


def shown(items: Iterable[Any], what: str, total: int) -> Iterator[Any]:
    """Pass on items, with a bar on a terminal, or else a line now and then."""
    return (_bar if sys.stderr.isatty() else _lines)(items, what, total)


def _bar(items: Iterable[Any], what: str, total: int) -> Iterator[Any]:
    start = time.monotonic()
    with click.progressbar(length=total, label=what, file=sys.stderr, hidden=True) as bar:
        for item in items:
            yield item
            bar.hidden = time.monotonic() - start < PATIENCE
            bar.update(1)


def _lines(items: Iterable[Any], what: str, total: int) -> Iterator[Any]:
    told = time.monotonic() + PATIENCE - OFTEN
    for done, item in enumerate(items, 1):
        yield item
        if time.monotonic() - told >= OFTEN:
            click.echo(f"{what}: {done} of {total}", err=True)
            told = time.monotonic()
