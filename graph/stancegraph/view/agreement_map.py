"""The signed network of who agrees with whom: where each actor stands, and which ties are drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancegraph.measure.agreement import MINIMUM_SHARED
from stancegraph.model import Polarity
from stancegraph.view.agreeing import Pairs
from stancegraph.view.content import Content
from stancegraph.view.drawing import name_lines
from stancegraph.view.looks import LOOKS
from stancegraph.view.pyvis import network_data

Floats = NDArray[np.float64]

_FEW = 16
"""Up to so many actors all ties that can be counted on are drawn, beyond only the strongest."""

_FRIENDS, _FOES = 2, 3
_THIN = 1.2
_WIDTH, _TALL_WIDTH, _PER_ROW = 900.0, 384.0, 3
_BOX_WIDTH, _GLYPH, _LINE, _GAP = 128.0, 34.0, 17.0, 12.0
_ROUNDS, _PUSHES = 160, 240


def agreement_of(content: Content) -> dict[str, Any]:
    """Return the network as pyvis gives it, its layouts, and how many ties there are."""
    pairs = content.pairs
    ties = chosen_ties(pairs)
    names = [content.say.label(a) for a in pairs.actors]
    heights = np.array([_GLYPH + _LINE * len(name_lines(n)) + _GAP for n in names])
    tied = tied_actors(pairs)
    wide, tall = _wide(pairs, heights, tied), _tall(pairs, heights, tied)
    nodes = [_node(content, a, name) for a, name in zip(pairs.actors, names, strict=True)]
    signs = Counter((i, j) for i, j, _ in ties)
    edges = [_edge(pairs, i, j, sign, is_double=signs[i, j] > 1) for i, j, sign in ties]
    of_ties = int((np.triu(pairs.same) > 0).sum() + (np.triu(pairs.opposite) > 0).sum())
    return network_data(nodes, edges) | {
        "wide": _to_data(pairs, wide, heights, _WIDTH),
        "tall": _to_data(pairs, tall, heights, _TALL_WIDTH),
        "ties": len(ties),
        "of": of_ties,
    }


def tied_actors(pairs: Pairs) -> list[int]:
    """Return who is on the same or the opposite side as anybody else, at least once."""
    return np.flatnonzero((pairs.same + pairs.opposite).any(axis=1)).tolist()


def chosen_ties(pairs: Pairs) -> list[tuple[int, int, str]]:
    """Return the ties that are drawn, as two actors and a sign.

    Of few actors all; but where some pairs share enough, those who share enough with nobody have
    only their nearest, for the rest would be noise. Of many actors each is tied to those it agrees
    with most, and to another where each is among those with whom the other agrees least.
    """
    n = len(pairs.actors)
    near = [_nearest(pairs, i) for i in range(n)]
    if n <= _FEW:
        drawn = {_pair(i, j) for i in range(n) for j in (*near[i][0], *near[i][1])}
        return sorted((i, j, sign) for i, j in drawn for sign in _signs(pairs, i, j))
    same = {_pair(i, j) for i in range(n) for j in near[i][0][:_FRIENDS]}
    far = [near[i][1][:_FOES] for i in range(n)]
    opposite = {_pair(i, j) for i in range(n) for j in far[i] if i in far[j]}
    return sorted([(*p, "same") for p in same] + [(*p, "opposite") for p in opposite])


def _pair(i: int, j: int) -> tuple[int, int]:
    return (i, j) if i < j else (j, i)


def _signs(pairs: Pairs, i: int, j: int) -> list[str]:
    """Return whether two take the same side somewhere, and opposite sides somewhere."""
    counts = {"same": pairs.same[i, j], "opposite": pairs.opposite[i, j]}
    return [sign for sign, n in counts.items() if n]


def _nearest(pairs: Pairs, i: int) -> tuple[list[int], list[int]]:
    """Return with whom one agrees, most first, and from whom it differs, most first."""
    shared, places = pairs.shared[i], np.arange(len(pairs.actors))
    share = (pairs.same[i] - pairs.opposite[i]) / np.maximum(shared, 1)
    sided = (pairs.same[i] + pairs.opposite[i]) > 0
    enough = sided & (shared >= MINIMUM_SHARED)
    counted = enough if enough.any() else sided
    is_noise = not enough.any() and bool((pairs.shared >= MINIMUM_SHARED).any())
    friends_at_most, foes_at_most = (_FRIENDS, 1) if is_noise else (len(places), len(places))
    friends, foes = np.lexsort((places, -shared, -share)), np.lexsort((places, -shared, share))
    return (
        [int(j) for j in friends if counted[j] and share[j] >= 0][:friends_at_most],
        [int(j) for j in foes if counted[j] and share[j] < 0][:foes_at_most],
    )


def _node(content: Content, actor: str, name: str) -> dict[str, Any]:
    kind = content.shown.graph.actors[actor].kind.value
    return {"id": f"{actor}@", "label": name or actor, "role": "actor", "kind": kind}


def _edge(pairs: Pairs, i: int, j: int, sign: str, *, is_double: bool) -> dict[str, Any]:
    """Return a tie; that of the same side and that of opposite sides bend away from each other."""
    first, second = pairs.actors[i], pairs.actors[j]
    n = int((pairs.same if sign == "same" else pairs.opposite)[i, j])
    most = int(max(pairs.same.max(), pairs.opposite.max()))
    bend = {"enabled": True, "type": "curvedCW" if sign == "same" else "curvedCCW"}
    is_thin = bool(pairs.shared[i, j] < MINIMUM_SHARED)
    thinnest = 1.4 if len(pairs.actors) > _FEW else 1.8
    return {
        "id": f"{sign}:{first}~{second}",
        "from": f"{first}@",
        "to": f"{second}@",
        "at": f"{first}~{second}",
        "sign": sign,
        "n": n,
        "width": _THIN if is_thin else round(thinnest + 2.6 * n / most, 1),
        "smooth": bend | {"roundness": 0.12} if is_double else False,
    } | _tie_look(sign)


def _tie_look(sign: str) -> dict[str, Any]:
    if sign == "same":
        return {"color": LOOKS[Polarity.SUPPORTS].colour, "arrows": ""}
    bar = {"enabled": True, "type": "bar", "scaleFactor": 0.6}
    look = {"color": LOOKS[Polarity.LEANS_OPPOSE].colour, "dashes": [7, 5]}
    return look | {"arrows": {"to": bar, "from": bar}}


def _wide(pairs: Pairs, heights: Floats, tied: Sequence[int]) -> Floats:
    """Place the tied by how far they agree, the others in rows below them."""
    place = np.zeros((len(pairs.actors), 2))
    bottom = 0.0
    if tied:
        part = np.ix_(tied, tied)
        shared = pairs.shared[part].astype(float)
        signed = (pairs.same[part] - pairs.opposite[part]).astype(float)
        found = apart(_to_scale(stressed(signed, shared), heights[tied]), heights[tied])
        place[tied] = found
        bottom = float((found[:, 1] + heights[tied] / 2).max()) + 20
    rest = [i for i in range(len(pairs.actors)) if i not in set(tied)]
    _in_rows(place, rest, heights, bottom, _BOX_WIDTH, int(_WIDTH // _BOX_WIDTH))
    return place


def _tall(pairs: Pairs, heights: Floats, tied: Sequence[int]) -> Floats:
    """Place actors in rows of three, in the order that brings camps together."""
    place = np.zeros((len(pairs.actors), 2))
    rest = [i for i in range(len(pairs.actors)) if i not in set(tied)]
    who, start, top, row = [*tied, *rest], 0, 0.0, 0
    while start < len(who):
        # Three and two in turn, so that a tie past a row does not run through its nodes.
        n = _PER_ROW - row % 2
        top = _in_rows(place, who[start : start + n], heights * 1.15, top, _BOX_WIDTH, n)
        start, row = start + n, row + 1
    return place


def _in_rows(
    place: Floats, who: Sequence[int], heights: Floats, top: float, step: float, per_row: int
) -> float:
    """Place actors in rows, each row in the middle, and return where the last one ends."""
    for start in range(0, len(who), per_row):
        row = who[start : start + per_row]
        height = max(float(heights[i]) for i in row)
        for k, i in enumerate(row):
            place[i] = (k - (len(row) - 1) / 2) * step, top + height / 2
        top += height
    return top


def stressed(signed: Floats, shared: Floats) -> Floats:
    """Place nodes so that those who agree are near and those who do not are far.

    Distances follow the order of the shares of agreement; near pairs and pairs that share many
    options weigh most. They are brought about by stress majorization, which starts from the two
    leading eigenvectors of the signed matrix.

    Source: Gansner, Koren and North 2004, https://doi.org/10.1007/978-3-540-31843-9_25
    """
    n = len(signed)
    if n < 3:
        return np.array([[2.0 * i, 0.0] for i in range(n)]).reshape(n, 2)
    wanted = np.where(shared > 0, 0.3 + 1.9 * _ranks(-signed / np.maximum(shared, 1)), 1.6)
    weight = np.where(shared > 0, np.minimum(shared, 6), 0.15) / wanted**2
    np.fill_diagonal(weight, 0)
    place = _leading(signed)
    inverse: Floats = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight).astype(np.float64)
    for _ in range(_ROUNDS):
        place = inverse @ _pulled(place, wanted, weight)
    return _turned(place)


def _ranks(values: Floats) -> Floats:
    """Return which part of all values are below each, from 0 to 1: what is usual stands apart."""
    found, place = np.unique(np.round(values, 9), return_inverse=True)
    if len(found) < 2:
        return np.zeros_like(values)
    below = np.cumsum(np.bincount(place.ravel())) / values.size
    ranks: Floats = (below - below[0]) / (1 - below[0])
    return ranks[place].reshape(values.shape)


def _leading(signed: Floats) -> Floats:
    """Return the two leading eigenvectors, each pointing so that its largest entry is positive."""
    _, vectors = np.linalg.eigh(signed)
    found = np.round(vectors[:, [-1, -2]], 6)
    for k in (0, 1):
        found[:, k] *= 1 if found[np.abs(found[:, k]).argmax(), k] > 0 else -1
    # A little by number keeps apart those who agree with everybody alike.
    spread = np.arange(len(signed)) * 2.4
    start: Floats = found + 0.02 * np.column_stack([np.cos(spread), np.sin(spread)])
    return start


def _pulled(place: Floats, wanted: Floats, weight: Floats) -> Floats:
    gap = place[:, None, :] - place[None, :, :]
    distance = np.sqrt((gap**2).sum(axis=2))
    ratio = weight * wanted / np.maximum(distance, 1e-9)
    np.fill_diagonal(ratio, 0)
    pulled: Floats = ratio.sum(axis=1)[:, None] * place - ratio @ place
    return pulled


def _turned(place: Floats) -> Floats:
    """Turn the longest way across level, with the first node on the left and above."""
    centred = place - place.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned: Floats = np.round(centred @ axes.T, 6).astype(np.float64)
    turned[:, turned[0] > 0] *= -1
    return turned


def _to_scale(place: Floats, heights: Floats) -> Floats:
    """Stretch to the width there is and the height that they need; many are spread out evenly."""
    n = len(place)
    wide = (_WIDTH - _BOX_WIDTH) / 2
    high = max(90.0, min(wide * 0.62, 70 * n**0.5), 0.8 * _BOX_WIDTH * heights.sum() / _WIDTH)
    scaled = place / np.maximum(np.abs(place).max(axis=0), 1e-9)
    if n > _FEW:
        even = np.argsort(np.argsort(place, axis=0, kind="stable"), axis=0) / (n - 1) * 2 - 1
        scaled = 0.25 * scaled + 0.75 * even
    return np.asarray(scaled * [wide, high])


def apart(place: Floats, heights: Floats) -> Floats:
    """Push boxes that overlap apart, each pair along the way that is shorter.

    >>> apart(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([60.0, 60.0])).tolist()
    [[0.0, -30.01], [1.0, 30.01]]
    """
    place, wide = place.copy(), (_WIDTH - _BOX_WIDTH) / 2
    need = (heights[:, None] + heights[None, :]) / 2
    for turn in range(_PUSHES):
        push = _push(place, need, only_down=turn > _PUSHES // 4)
        if not push.any():
            break
        place += push
        place[:, 0] = np.clip(place[:, 0], -wide, wide)
    return _settled(place, need)


def _settled(place: Floats, need: Floats) -> Floats:
    """Move down, from the top, what still lies on a box above it: where many lean on each other."""
    done: list[int] = []
    for i in np.lexsort((np.arange(len(place)), place[:, 1])).tolist():
        beside = [j for j in done if abs(place[j, 0] - place[i, 0]) < _BOX_WIDTH - 0.01]
        for j in sorted(beside, key=lambda j: place[j, 1]):
            if abs(place[j, 1] - place[i, 1]) < need[i, j] - 0.01:
                place[i, 1] = place[j, 1] + need[i, j]
        done.append(i)
    return place


def _push(place: Floats, need_y: Floats, *, only_down: bool) -> Floats:
    gap = place[:, None, :] - place[None, :, :]
    over_x = _BOX_WIDTH - np.abs(gap[:, :, 0])
    over_y = need_y - np.abs(gap[:, :, 1])
    overlap = (over_x > 0.01) & (over_y > 0.01)
    np.fill_diagonal(overlap, False)
    order = np.sign(np.arange(len(place))[:, None] - np.arange(len(place))[None, :])
    sign = np.where(gap == 0, order[:, :, None], np.sign(gap))
    along_x = overlap & (over_x <= over_y) & (not only_down)
    along_y = overlap & ~along_x
    # Half for each of the two, less where many press on one; a hair more lets them come to rest.
    right = (sign[:, :, 0] * np.where(along_x, over_x, 0)).sum(axis=1)
    down = (sign[:, :, 1] * np.where(along_y, over_y + 0.02, 0)).sum(axis=1)
    damping = 2 * max(1.0, float(overlap.sum(axis=1).max(initial=1)) ** 0.5)
    push: Floats = np.column_stack([right, down]) / damping
    return push


def _to_data(pairs: Pairs, place: Floats, heights: Floats, width: float) -> dict[str, Any]:
    """Return a layout as the page's script reads it: glyphs above, names below."""
    top = float((place[:, 1] - heights / 2).min(initial=0))
    bottom = float((place[:, 1] + heights / 2).max(initial=0))
    glyphs = place[:, 1] - heights / 2 + _GLYPH / 2 - top
    return {
        "width": round(width),
        "centre": 0,
        "height": round(bottom - top) + 8,
        "spots": {
            f"{a}@": [round(float(x)), round(float(y)) + 4, "below"]
            for a, x, y in zip(pairs.actors, place[:, 0], glyphs, strict=True)
        },
        "zones": [],
    }
