"""Which options make a discourse network, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from stancegraph.errors import StanceError
from stancegraph.measure.discourse_statements import Statements


class InvalidDesign(StanceError):
    """Options that do not make a network."""


class Aggregation(StrEnum):
    """What becomes of the levels of the qualifier."""

    IGNORE = "ignore"
    CONGRUENCE = "congruence"
    CONFLICT = "conflict"
    SUBTRACT = "subtract"
    COMBINE = "combine"


class Normalization(StrEnum):
    """By what a value is divided."""

    NO = "no"
    ACTIVITY = "activity"
    PROMINENCE = "prominence"
    AVERAGE = "average"
    JACCARD = "jaccard"
    COSINE = "cosine"


ONE_MODE: frozenset[Aggregation | Normalization] = frozenset(
    {
        Aggregation.IGNORE,
        Aggregation.CONGRUENCE,
        Aggregation.CONFLICT,
        Aggregation.SUBTRACT,
        Normalization.NO,
        Normalization.AVERAGE,
        Normalization.JACCARD,
        Normalization.COSINE,
    }
)
TWO_MODE: frozenset[Aggregation | Normalization] = frozenset(
    {
        Aggregation.IGNORE,
        Aggregation.SUBTRACT,
        Aggregation.COMBINE,
        Normalization.NO,
        Normalization.ACTIVITY,
        Normalization.PROMINENCE,
    }
)


@dataclass(frozen=True, slots=True)
class Design:
    """Which two variables make a network, and how statements become its values."""

    rows: str
    columns: str
    qualifier: str | None = None
    """The column that tells support from rejection, or one frame from another."""
    aggregation: Aggregation = Aggregation.IGNORE
    normalization: Normalization = Normalization.NO


def checked(
    table: Statements,
    design: Design,
    legal: frozenset[Aggregation | Normalization],
    *,
    dna_compatible: bool,
) -> Design:
    """Return a design whose options go together, or raise InvalidDesign."""
    if dna_compatible:
        return replace(
            design,
            aggregation=design.aggregation if design.aggregation in legal else Aggregation.IGNORE,
            normalization=(
                design.normalization if design.normalization in legal else Normalization.NO
            ),
        )
    is_scale = (
        design.aggregation != Aggregation.IGNORE
        and design.qualifier is not None
        and table.column(design.qualifier).levels is not None
    )
    check_design(design, legal, is_scale=is_scale)
    return design


def check_design(
    design: Design, legal: frozenset[Aggregation | Normalization], *, is_scale: bool
) -> None:
    """Raise InvalidDesign for options that do not go together; a qualifier is a scale or names."""
    mode = "one-mode" if legal is ONE_MODE else "two-mode"
    for option in (design.aggregation, design.normalization):
        if option not in legal:
            raise InvalidDesign(f"{str(option)!r} is not for {mode} networks")
    _check_qualifier(design, mode, is_scale=is_scale)


def _check_qualifier(design: Design, mode: str, *, is_scale: bool) -> None:
    if design.rows == design.columns:
        raise InvalidDesign(f"rows and columns are both {design.rows!r}; take two variables")
    if design.aggregation == Aggregation.IGNORE:
        return
    if design.qualifier is None:
        raise InvalidDesign(f"{str(design.aggregation)!r} needs a qualifier")
    if is_scale:
        return
    if mode == "two-mode" and design.aggregation == Aggregation.SUBTRACT:
        raise InvalidDesign(f"{design.qualifier!r} holds names, which cannot be subtracted")
    if (
        design.normalization == Normalization.COSINE
        and design.aggregation != Aggregation.CONGRUENCE
    ):
        raise InvalidDesign(
            f"{str(design.aggregation)!r} of names has no cosine; take 'average' or 'congruence'"
        )
