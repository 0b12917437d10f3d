"""What an importer hands over: registers as records, and coded rows as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stancegraph.errors import StanceError
from stancegraph.model import Certainty, Debate, EvidenceKind, Mode

Codes = NDArray[np.int32]
VariableType = Literal["text", "long text", "boolean", "integer"]


class InvalidFile(StanceError):
    """A file that cannot be imported; the message says file, row, value and remedy."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """A column of names: for every row the index of its label, or -1 where it has none."""

    codes: Codes
    labels: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Names:
        """Code names in the order in which they first occur; None and "" are no name.

        >>> found = Names.of(["b", None, "a", "b"])
        >>> found.codes.tolist(), found.labels
        ([0, -1, 1, 0], ('b', 'a'))
        """
        index: dict[str, int] = {}
        codes = [index.setdefault(v, len(index)) if v else -1 for v in values]
        return cls(np.array(codes, dtype=np.int32), tuple(index))

    @classmethod
    def all_of(cls, label: str, rows: int) -> Names:
        """Give every row one name."""
        return cls(np.zeros(rows, dtype=np.int32), (label,))


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A variable that was coded for each row, beside what the model has fields for."""

    name: str
    type: VariableType
    column: Names
    """Labels as texts; of a boolean "0" and "1", of an integer its digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Stances:
    """A stance for each row that has one."""

    holder: Names
    """Slugs of actors."""
    option: Names
    """Slugs of options."""
    level: NDArray[np.int8]
    """2 supports to -2 opposes; `levels.MISSING` where the row conveys none."""
    certainty: Certainty = Certainty.CERTAIN


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Records of evidence as columns, one entry each a record."""

    ids: Sequence[str]
    """Unique and stable: the same record has the same id when it is imported again."""
    kind: EvidenceKind
    mode: Mode
    source: Names
    """Slugs of sources."""
    paragraph: NDArray[np.int32]
    """Where in the source: a paragraph, or the row of a table (its header being row 1)."""
    speaker: Names
    """Slugs of actors; every row has one."""
    capacity: Names
    """Values of Capacity; every row has one."""
    principal: Names
    """Slugs of actors; none where nobody is bound."""
    time: NDArray[np.datetime64]
    """To the second; NaT where unknown. The first moment it can be, where `last_day` is given."""
    stances: tuple[Stances, ...]
    variables: tuple[Variable, ...] = ()
    gist: Sequence[str | None] | None = None
    """Our paraphrase, where there is more to say than the stances do."""
    last_day: NDArray[np.datetime64] | None = None
    """The last day it can be; None where every time is exact."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a file says of a record and the model has no field for."""

    register: str
    """The register of the record ("actors", "options", "sources", ...); "graph" for the whole."""
    id: str
    """The record's slug; for the whole, what the attribute is about."""
    name: str
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """All that one import brings."""

    debate: Debate
    """New records: registers, and evidence where records are few and rich."""
    rows: Rows | None = None
    """Evidence where records are many and alike."""
    attributes: tuple[Attribute, ...] = ()
    skipped: tuple[str, ...] = ()
    """One message for each row that was left out, with its number and the reason."""
    notes: tuple[str, ...] = ()
    """What the reader of the summary should know: what was guessed, what has no code."""
