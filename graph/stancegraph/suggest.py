"""Suggestions for names that nothing answers to; never a match by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 200
"""Characters; a longer word is no slip of the pen, and comparing it takes its length squared."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest known words, or nothing.

    >>> did_you_mean("kurt-voker", ["kurt-volker", "william-taylor"])
    "; did you mean 'kurt-volker'?"
    >>> did_you_mean("zzz", ["kurt-volker"])
    ''
    """
    if len(word) > LONGEST:
        return ""
    spelled = {name.casefold(): name for name in sorted(known) if len(name) <= LONGEST}
    near = [repr(spelled[n]) for n in get_close_matches(word.casefold(), spelled, n=3, cutoff=0.6)]
    if not near:
        return ""
    *others, last = near
    return f"; did you mean {', '.join(others)} or {last}?" if others else f"; did you mean {last}?"
