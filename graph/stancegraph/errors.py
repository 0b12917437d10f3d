"""What can go wrong, said so that the reader can mend it."""

from __future__ import annotations

from stancegraph.terminal import printable


class StanceError(Exception):
    """The root of every error that this package raises on purpose.

    Its message may quote what others wrote: a terminal shows it and does not obey it.
    """

    def __str__(self) -> str:
        return "\n".join(map(printable, super().__str__().split("\n")))


class UnknownName(StanceError):
    """A name that no actor, option, debate or query answers to."""


class InvalidDebate(StanceError):
    """Files that do not make a debate; `problems` holds one line for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
