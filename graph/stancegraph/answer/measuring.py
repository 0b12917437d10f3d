"""By which measure two actors are compared, and in what words that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stancegraph.errors import StanceError
from stancegraph.measure.agreement import MINIMUM_SHARED

MeasureName = Literal["agreement", "coincidence", "s", "kappa", "pi", "alpha"]
DistanceName = Literal["nominal", "absolute", "squared"]

MEASURED: Mapping[str, Mapping[str | None, str]] = {
    "agreement": {None: "agreement"},
    "coincidence": {None: "coincidence"},
    "s": {None: "s_absolute", "absolute": "s_absolute", "squared": "s_squared"},
    "kappa": {
        None: "kappa_squared",
        "nominal": "kappa",
        "absolute": "kappa_absolute",
        "squared": "kappa_squared",
    },
    "pi": {
        None: "pi_squared",
        "nominal": "pi",
        "absolute": "pi_absolute",
        "squared": "pi_squared",
    },
    "alpha": {None: "alpha_interval", "nominal": "alpha_nominal", "squared": "alpha_interval"},
}
"""By measure and distance, what `measure.similarity` calls it; the first is the default."""

_WORDS = {
    "agreement": "agreement is the share of shared options with both on the same side",
    "coincidence": "coincidence counts a half agreement half (Lijphart 1963)",
    "s_absolute": "S with absolute distances (Signorino and Ritter 1999)",
    "s_squared": "S with squared distances (Signorino and Ritter 1999)",
    "kappa": "Cohen's kappa, nominal",
    "kappa_absolute": "Cohen's kappa with absolute distances",
    "kappa_squared": "Cohen's kappa with squared distances (Haege 2011)",
    "pi": "Scott's pi, nominal",
    "pi_absolute": "Scott's pi with absolute distances",
    "pi_squared": "Scott's pi with squared distances (Haege 2011)",
    "alpha_nominal": "Krippendorff's alpha, nominal",
    "alpha_interval": "Krippendorff's alpha, interval",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """By which measure two actors are compared, and what each position weighs."""

    measure: MeasureName = "agreement"
    distance: DistanceName | None = None
    """How far apart two levels are; by default absolute for S, else squared."""
    weight: str | None = None
    """`confidence`, or an attribute of options that holds numbers."""
    half_life: float | None = None
    """Days after which a position counts half."""
    min_shared: int = MINIMUM_SHARED
    """Below so many shared options the word is "insufficient"."""

    @property
    def full_name(self) -> str:
        """What the measure is called with its distance; StanceError where it takes none such."""
        names = MEASURED[self.measure]
        if self.distance not in names:
            known = ", ".join(repr(n) for n in names if n) or "none"
            raise StanceError(f"{self.measure} takes no distance {self.distance!r}, only {known}")
        return names[self.distance]

    @property
    def weighing_field(self) -> str | None:
        """The attribute of options that weighs; None where none does."""
        return None if self.weight == "confidence" else self.weight

    @property
    def in_words(self) -> str:
        """The measure, what weighs, and from how many shared options on it is given."""
        is_share = self.measure == "agreement"
        parts = [f"{_WORDS[self.full_name]}, {'Jeffreys ' if is_share else ''}95% interval"]
        parts += [f"weighted by {self.weight}"] if self.weight else []
        parts += [f"half-life {self.half_life:g} days"] if self.half_life else []
        return "; ".join([*parts, f"below {self.min_shared} shared options insufficient"])
