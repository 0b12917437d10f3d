"""Questions and their answers: verdict, rows, evidence, flags and method."""

from stancegraph.answer.align import Alignment, SharedOption, align, compare
from stancegraph.answer.answer import Answer, Citation, Table
from stancegraph.answer.cohesion import Cohesion, cohesion
from stancegraph.answer.dissent import Dissent, dissent
from stancegraph.answer.evidence import evidence
from stancegraph.answer.options import Tally, options
from stancegraph.answer.pairs import Channel, Nearness, channels, closer
from stancegraph.answer.position import Held, Step, position, trace
from stancegraph.answer.who import Standing, who

__all__ = [
    "Alignment",
    "Answer",
    "Channel",
    "Citation",
    "Cohesion",
    "Dissent",
    "Held",
    "Nearness",
    "SharedOption",
    "Standing",
    "Step",
    "Table",
    "Tally",
    "align",
    "channels",
    "closer",
    "cohesion",
    "compare",
    "dissent",
    "evidence",
    "options",
    "position",
    "trace",
    "who",
]
