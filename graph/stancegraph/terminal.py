"""Text of others on a terminal: shown, never obeyed."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    r"""Replace what a terminal would obey rather than show: control and direction characters.

    >>> printable("red \x1b[31m and \u202e back")
    'red �[31m and � back'
    """
    return "".join("\ufffd" if unicodedata.category(c) in _OBEYED else c for c in text)


_OBEYED = ("Cc", "Cf", "Cs")
