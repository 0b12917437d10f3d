"""Changing a graph at rest, and the log of it.

`operations` makes changes of records, `home` makes them where a graph is at rest.

>>> from stancegraph.change.operations import deprecated
>>> from stancegraph.read.debate import load_debate
>>> deprecated(load_debate("ukraine-skies"), ["s07"], "misquoted").did
"deprecated 's07': misquoted"
"""
