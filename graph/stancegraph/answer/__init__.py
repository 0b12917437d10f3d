"""Questions and their answers: verdict, rows, evidence, flags and method."""

from stancegraph.answer.align import Alignment, SharedOption, align, compare
from stancegraph.answer.answer import Answer, Citation, Table
from stancegraph.answer.backbone import KeptTie, backbone
from stancegraph.answer.balance import balance, balance_of
from stancegraph.answer.balancing import OddTie
from stancegraph.answer.blocs import Member, blocs
from stancegraph.answer.breaks import change_points
from stancegraph.answer.brokering import Broker
from stancegraph.answer.brokers import brokers
from stancegraph.answer.bundles import bundles
from stancegraph.answer.bundling import Bundle, Pairing
from stancegraph.answer.cohesion import Cohesion, cohesion
from stancegraph.answer.compromise import compromise
from stancegraph.answer.diff import diff
from stancegraph.answer.differences import Difference
from stancegraph.answer.dissent import Dissent, dissent
from stancegraph.answer.evidence import evidence
from stancegraph.answer.gap import gap
from stancegraph.answer.movers import Shift
from stancegraph.answer.options import Tally, options
from stancegraph.answer.outliers import Apart, outliers
from stancegraph.answer.pairs import Channel, Nearness, channels, closer
from stancegraph.answer.places import Place, places
from stancegraph.answer.polarization import Window, polarization
from stancegraph.answer.position import Held, Step, position, trace
from stancegraph.answer.series import Break
from stancegraph.answer.shifts import shifts
from stancegraph.answer.stale import Stale, stale
from stancegraph.answer.sure import Tried, sure
from stancegraph.answer.two_camps import Candidate
from stancegraph.answer.unanimity import Stand
from stancegraph.answer.whatif import Follower, whatif
from stancegraph.answer.who import Standing, who

__all__ = [
    "Alignment",
    "Answer",
    "Apart",
    "Break",
    "Broker",
    "Bundle",
    "Candidate",
    "Channel",
    "Citation",
    "Cohesion",
    "Difference",
    "Dissent",
    "Follower",
    "Held",
    "KeptTie",
    "Member",
    "Nearness",
    "OddTie",
    "Pairing",
    "Place",
    "SharedOption",
    "Shift",
    "Stale",
    "Stand",
    "Standing",
    "Step",
    "Table",
    "Tally",
    "Tried",
    "Window",
    "align",
    "backbone",
    "balance",
    "balance_of",
    "blocs",
    "brokers",
    "bundles",
    "change_points",
    "channels",
    "closer",
    "cohesion",
    "compare",
    "compromise",
    "diff",
    "dissent",
    "evidence",
    "gap",
    "options",
    "outliers",
    "places",
    "polarization",
    "position",
    "shifts",
    "stale",
    "sure",
    "trace",
    "whatif",
    "who",
]
