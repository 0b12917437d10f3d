from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancegraph.errors import UnknownName
from stancegraph.measure.discourse import (
    Aggregation,
    Design,
    InvalidDesign,
    Network,
    Normalization,
    one_mode,
    two_mode,
)
from stancegraph.measure.discourse_counts import DENSE_CELLS
from stancegraph.measure.discourse_statements import (
    Column,
    Duplicates,
    InvalidStatements,
    Statements,
    boolean,
    event_list,
    integer,
    select,
    statements,
    text,
    with_observed_scale,
    without_duplicates,
)

Said = tuple[str, str, int]
SAID = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("xyz"), st.sampled_from([-1, 0, 1])),
    max_size=25,
)
ONE_MODE_AGGREGATIONS = [
    Aggregation.IGNORE,
    Aggregation.CONGRUENCE,
    Aggregation.CONFLICT,
    Aggregation.SUBTRACT,
]
ONE_MODE_NORMALIZATIONS = [
    Normalization.NO,
    Normalization.AVERAGE,
    Normalization.JACCARD,
    Normalization.COSINE,
]
ONE_MODE_DESIGNS = [
    Design("who", "what", "stance", aggregation, normalization)
    for aggregation, normalization in product(ONE_MODE_AGGREGATIONS, ONE_MODE_NORMALIZATIONS)
]
TWO_MODE_DESIGNS = [
    Design("who", "what", "stance", aggregation, normalization)
    for aggregation, normalization in product(
        [Aggregation.IGNORE, Aggregation.SUBTRACT, Aggregation.COMBINE],
        [Normalization.NO, Normalization.ACTIVITY, Normalization.PROMINENCE],
    )
]
DESIGNS = [(one_mode, design) for design in ONE_MODE_DESIGNS] + [
    (two_mode, design) for design in TWO_MODE_DESIGNS
]
Build = Callable[[Statements, Design], Network]


def table_of(
    said: list[Said], *, stance: Callable[[list[int]], Column] | None = None
) -> Statements:
    declared = stance or (lambda values: integer(values, span=(-1, 1)))
    return statements(
        {
            "who": text([who for who, _, _ in said]),
            "what": text([what for _, what, _ in said]),
            "stance": declared([value for _, _, value in said]),
        },
        time=["2024-07-01"] * len(said),
    )


def named(network: Network) -> dict[tuple[str, str], float]:
    return {
        (row, column): round(float(network.matrix[i, j]), 9)
        for i, row in enumerate(network.rows)
        for j, column in enumerate(network.columns)
    }


def by_definition(said: list[Said], design: Design) -> dict[tuple[str, str], float]:
    """Take the formulas word by word, pair by pair."""
    x = Counter(said)
    actors, options = sorted({a for a, _, _ in said}), sorted({o for _, o, _ in said})
    levels = (-1, 0, 1)

    def shared(a: str, b: str, worth: Callable[[int, int], float]) -> float:
        pairs = product(options, levels, levels)
        return sum(x[a, o, k] * x[b, o, m] * worth(k, m) for o, k, m in pairs)

    def alone(a: str, b: str) -> float:
        return sum(x[a, o, k] for o, k in product(options, levels) if not x[b, o, k])

    worth: dict[Aggregation, Callable[[int, int], float]] = {
        Aggregation.IGNORE: lambda _k, _m: 1,
        Aggregation.CONGRUENCE: lambda k, m: 1 - abs(k - m) / 2,
        Aggregation.CONFLICT: lambda k, m: abs(k - m) / 2,
        Aggregation.SUBTRACT: lambda k, m: 1 - abs(k - m),
    }
    value = worth[design.aggregation]
    own = worth[
        Aggregation.CONGRUENCE if design.aggregation == Aggregation.CONFLICT else design.aggregation
    ]
    total = Counter(a for a, _, _ in said)
    divisor: dict[Normalization, Callable[[str, str], float]] = {
        Normalization.NO: lambda _a, _b: 1,
        Normalization.AVERAGE: lambda a, b: (total[a] + total[b]) / 2,
        Normalization.JACCARD: lambda a, b: (
            alone(a, b) + alone(b, a) + shared(a, b, lambda k, m: k == m)
        ),
        Normalization.COSINE: lambda a, b: (shared(a, a, own) * shared(b, b, own)) ** 0.5,
    }
    by = divisor[design.normalization]
    return {
        (a, b): round(shared(a, b, value) / by(a, b), 9) if a != b and by(a, b) else 0.0
        for a, b in product(actors, actors)
    }


@pytest.mark.parametrize("design", ONE_MODE_DESIGNS)
@settings(max_examples=30, deadline=None)
@given(said=SAID)
def test_a_one_mode_network_is_what_its_formula_says(design: Design, said: list[Said]) -> None:
    wanted = by_definition(said, design)
    found = named(one_mode(table_of(said), design))
    assert found.keys() == wanted.keys()
    assert found == pytest.approx(wanted, abs=1e-8)


@pytest.mark.parametrize(("build", "design"), DESIGNS)
def test_no_statements_make_an_empty_network(build: Build, design: Design) -> None:
    network = build(table_of([]), design)
    assert (network.rows, network.columns, network.matrix.shape) == ((), (), (0, 0))


@pytest.mark.parametrize("design", ONE_MODE_DESIGNS)
def test_one_actor_is_tied_to_nobody(design: Design) -> None:
    assert named(one_mode(table_of([("a", "x", 1), ("a", "y", -1)]), design)) == {("a", "a"): 0}


@pytest.mark.parametrize("design", ONE_MODE_DESIGNS)
def test_who_speaks_of_other_things_shares_nothing(design: Design) -> None:
    network = one_mode(table_of([("a", "x", 1), ("b", "y", 1)]), design)
    assert not network.matrix.any()


@pytest.mark.parametrize(("build", "design"), DESIGNS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_order_of_statements_does_not_matter(
    build: Build, design: Design, data: st.DataObject
) -> None:
    said = data.draw(SAID)
    shuffled = data.draw(st.permutations(said))
    assert named(build(table_of(said), design)) == named(build(table_of(shuffled), design))


@pytest.mark.parametrize(("build", "design"), DESIGNS)
@settings(max_examples=30, deadline=None)
@given(said=SAID)
def test_other_names_move_values_and_change_none(
    build: Build, design: Design, said: list[Said]
) -> None:
    renamed = {"a": "z", "b": "y", "c": "k", "d": "a", "e": "b"}
    other = named(build(table_of([(renamed[a], o, v) for a, o, v in said]), design))
    names = renamed if build is one_mode else {option: option for option in "xyz"}
    found = named(build(table_of(said), design))
    assert {(renamed[a], names[b]): v for (a, b), v in found.items()} == pytest.approx(other)


@pytest.mark.parametrize("design", ONE_MODE_DESIGNS)
@settings(max_examples=30, deadline=None)
@given(said=SAID)
def test_turning_every_sign_changes_no_tie_and_ties_are_mutual(
    design: Design, said: list[Said]
) -> None:
    matrix = one_mode(table_of(said), design).matrix
    turned = one_mode(table_of([(a, o, -v) for a, o, v in said]), design).matrix
    assert turned == pytest.approx(matrix)
    assert matrix == pytest.approx(matrix.T)


@settings(deadline=None)
@given(said=SAID)
def test_turning_every_sign_turns_net_support(said: list[Said]) -> None:
    design = Design("who", "what", "stance", Aggregation.SUBTRACT, Normalization.ACTIVITY)
    turned = two_mode(table_of([(a, o, -v) for a, o, v in said]), design).matrix
    assert turned == pytest.approx(-two_mode(table_of(said), design).matrix)


@settings(deadline=None)
@given(said=SAID)
def test_cosines_are_cosines(said: list[Said]) -> None:
    for aggregation in ONE_MODE_AGGREGATIONS:
        design = Design("who", "what", "stance", aggregation, Normalization.COSINE)
        assert np.abs(one_mode(table_of(said), design).matrix).max(initial=0) <= 1 + 1e-9


def test_the_cosine_of_subtract_is_that_of_net_support() -> None:
    said = [("a", "x", 1), ("a", "x", 0), ("a", "y", 1), ("b", "x", 1), ("b", "y", 1)]
    table = table_of(said, stance=boolean)
    cosine = Design("who", "what", "stance", Aggregation.SUBTRACT, Normalization.COSINE)
    # By hand: net support (0, 1) and (1, 1), so 1 / sqrt(2).
    assert one_mode(table, cosine).matrix[0, 1] == pytest.approx(0.5**0.5)
    # DNA: 1 over 3 * 2 statements.
    assert one_mode(table, cosine, dna_compatible=True).matrix[0, 1] == pytest.approx(1 / 6)


def test_the_distance_of_levels_is_over_the_declared_scale() -> None:
    said = [("a", "x", 0), ("b", "x", 1)]
    conflict = Design("who", "what", "stance", Aggregation.CONFLICT)
    table = table_of(said, stance=lambda values: integer(values, span=(-2, 2)))
    assert one_mode(table, conflict).matrix[0, 1] == 1 / 4
    # What occurs is 0 and 1, so DNA sees the whole scale between them.
    assert one_mode(with_observed_scale(table, "stance"), conflict).matrix[0, 1] == 1


def test_who_says_both_ends_of_a_scale_has_no_direction_and_no_cosine() -> None:
    said = [("a", "x", 0), ("a", "x", 3), ("b", "x", 0), ("c", "x", 1), ("c", "x", 2)]
    table = table_of(said, stance=integer)
    cosine = Design("who", "what", "stance", Aggregation.SUBTRACT, Normalization.COSINE)
    assert not one_mode(table, cosine).matrix[0].any()


def test_a_boolean_keeps_both_levels_though_one_is_not_observed() -> None:
    table = table_of([("a", "x", 1)], stance=boolean)
    combine = Design("who", "what", "stance", Aggregation.COMBINE)
    assert two_mode(with_observed_scale(table, "stance"), combine).matrix.tolist() == [[1]]


def test_on_a_scale_of_one_level_nothing_differs() -> None:
    said = [("a", "x", 1), ("b", "x", 1)]
    table = with_observed_scale(table_of(said), "stance")
    conflict = Design("who", "what", "stance", Aggregation.CONFLICT)
    assert not one_mode(table, conflict).matrix.any()


def frames() -> Statements:
    return statements(
        {
            "who": text(["a", "a", "b", "b", "c"]),
            "what": text(["x", "x", "x", "y", "z"]),
            "frame": text(["cost", "law", "cost", "law", None]),
        },
        time=["2024-07-01"] * 5,
    )


def test_different_names_conflict_and_silence_does_not() -> None:
    conflict = Design("who", "what", "frame", Aggregation.CONFLICT)
    # By hand: on x, a says cost and law, b says cost: law against cost is one conflict.
    assert one_mode(frames(), conflict).matrix.tolist() == [[0, 1], [1, 0]]
    # DNA: law on x is only a's and law on y only b's.
    assert one_mode(frames(), conflict, dna_compatible=True).matrix.tolist() == [[0, 2], [2, 0]]


def test_a_statement_without_a_level_counts_only_where_levels_do_not() -> None:
    assert one_mode(frames(), Design("who", "what", "frame")).rows == ("a", "b", "c")
    combine = Design("who", "what", "frame", Aggregation.COMBINE)
    # Two names: cost is the high bit, law the low one.
    assert two_mode(frames(), combine).matrix.tolist() == [[3, 0], [2, 1]]


def test_combine_with_prominence_divides_by_the_filled_cells_of_a_column() -> None:
    said = [("a", "x", 1), ("b", "x", 0), ("b", "y", 1), ("b", "y", 0)]
    design = Design("who", "what", "stance", Aggregation.COMBINE, Normalization.PROMINENCE)
    assert two_mode(table_of(said, stance=boolean), design).matrix.tolist() == [[0.5, 0], [1, 3]]


@pytest.mark.parametrize("unsaid", [None, ""])
def test_a_statement_without_actor_or_option_counts_nowhere(unsaid: str | None) -> None:
    columns = {"who": text(["a", unsaid, "b"]), "what": text(["x", "x", unsaid])}
    table = statements(columns, time=["2024-07-01"] * 3)
    assert named(two_mode(table, Design("who", "what"))) == {("a", "x"): 1}


def test_isolates_are_those_of_the_given_table() -> None:
    table = table_of([("a", "x", 1), ("b", "y", 1)])
    some = select(table, only={"who": ["a"]})
    assert one_mode(some, Design("who", "what")).rows == ("a",)
    assert one_mode(some, Design("who", "what"), isolates=table).rows == ("a", "b")
    assert two_mode(some, Design("who", "what"), isolates=table).matrix.tolist() == [[1, 0], [0, 0]]


def test_isolates_of_another_table_are_refused() -> None:
    table, other = table_of([("a", "x", 1)]), table_of([("b", "x", 1)])
    with pytest.raises(InvalidDesign, match="other labels of 'who'"):
        one_mode(table, Design("who", "what"), isolates=other)


@pytest.mark.parametrize(
    ("build", "design", "message"),
    [
        (one_mode, Design("who", "who"), "both 'who'"),
        (one_mode, Design("who", "what", "frame", Aggregation.COMBINE), "'combine' is not for one"),
        (two_mode, Design("who", "what", "frame", Aggregation.CONFLICT), "'conflict' is not for"),
        (one_mode, Design("who", "what", None, Aggregation.CONFLICT), "needs a qualifier"),
        (two_mode, Design("who", "what", "frame", Aggregation.SUBTRACT), "cannot be subtracted"),
        (
            one_mode,
            Design("who", "what", "frame", Aggregation.SUBTRACT, Normalization.COSINE),
            "has no cosine",
        ),
        (
            two_mode,
            Design("who", "what", normalization=Normalization.JACCARD),
            "'jaccard' is not for two-mode",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    build: Build, design: Design, message: str
) -> None:
    with pytest.raises(InvalidDesign, match=message):
        build(frames(), design)


def test_an_unknown_column_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UnknownName, match="no column 'whom'; there are frame, what, who"):
        one_mode(frames(), Design("whom", "what"))


def test_too_many_levels_to_combine_are_refused() -> None:
    table = table_of([("a", "x", n) for n in range(54)], stance=integer)
    with pytest.raises(InvalidDesign, match="54 levels cannot be combined"):
        two_mode(table, Design("who", "what", "stance", Aggregation.COMBINE))


def test_a_large_and_nearly_empty_network_equals_its_parts() -> None:
    random = np.random.default_rng(7)
    drawn = (random.integers(low, high, 6_000) for low, high in ((0, 2_500), (0, 2_000), (-1, 2)))
    said = [(f"a{who}", f"x{what}", int(value)) for who, what, value in zip(*drawn, strict=True)]
    table = table_of(said)
    some = 150
    part = select(table, only={"who": table.columns["who"].labels[:some]})
    for design in ONE_MODE_DESIGNS:
        whole = one_mode(table, design).matrix
        assert whole.size > DENSE_CELLS
        small = one_mode(part, design).matrix
        assert small.any()
        assert whole[:some, :some] == pytest.approx(small)


def dated(times: list[str]) -> Statements:
    return statements({"who": text(["a"] * len(times))}, time=times)


def test_both_ends_of_a_range_are_in_it_to_the_second() -> None:
    table = dated(["2005-02-02T00:00:00", "2005-02-02T00:00:01", "2005-02-03T10:00:00"])
    assert len(select(table, since="2005-02-02T00:00:01")) == 2
    assert len(select(table, until="2005-02-02T00:00:01")) == 2
    assert len(select(table, since="2005-02-02T00:00:01", until="2005-02-02T00:00:01")) == 1
    assert len(select(table, until="2005-02-03")) == 3


def test_undated_statements_are_outside_every_range() -> None:
    table = statements({"who": text(["a", "b"])}, time=[None, "2005-02-02"])
    assert len(select(table)) == 2
    assert len(select(table, since="1900-01-01")) == 1


def test_without_goes_by_any_column_and_only_by_all() -> None:
    table = table_of([("a", "x", 1), ("a", "y", 0), ("b", "x", 1)])
    filters = {"who": ["a"], "what": ["x"]}
    assert len(select(table, without=filters)) == 0
    assert len(select(table, only=filters)) == 1
    assert len(select(table, only={"stance": [0]})) == 1
    assert len(select(frames(), only={"frame": [None]})) == 1


def test_a_filter_on_an_unknown_label_is_refused() -> None:
    with pytest.raises(UnknownName, match="column 'who' has no label 'A'"):
        select(frames(), without={"who": ["A"]})


@settings(deadline=None)
@given(said=SAID, least=st.integers(0, 4))
def test_a_higher_minimum_keeps_no_more(said: list[Said], least: int) -> None:
    table = table_of(said)
    some = select(table, at_least={"who": least, "what": least})
    fewer = select(table, at_least={"who": least + 1, "what": least})
    assert set(fewer.ids.tolist()) <= set(some.ids.tolist())
    for name in ("who", "what"):
        counts = np.bincount(some.columns[name].codes)
        assert not ((counts > 0) & (counts < least)).any()


REPEATED = statements(
    {"who": text(["a"] * 6), "agrees": boolean([1, 1, 0, 1, 1, 1])},
    time=["2020-05-04", "2020-05-04", "2020-05-04", "2020-05-10", "2020-05-11", "2021-05-03"],
    document=[1, 1, 1, 2, 3, 4],
)


@pytest.mark.parametrize(
    ("duplicates", "dna_compatible", "ids"),
    [
        (Duplicates.INCLUDE, False, [0, 1, 2, 3, 4, 5]),
        (Duplicates.DOCUMENT, False, [0, 2, 3, 4, 5]),
        # 2020-05-04 was a Monday and 05-10 the Sunday after.
        (Duplicates.WEEK, False, [0, 2, 4, 5]),
        # By Sundays the tenth begins week 20 with the eleventh; 2021-05-03 is in week 19 again.
        (Duplicates.WEEK, True, [0, 2, 3]),
        (Duplicates.MONTH, False, [0, 2, 5]),
        (Duplicates.MONTH, True, [0, 2]),
        (Duplicates.YEAR, False, [0, 2, 5]),
        (Duplicates.ACROSS_RANGE, False, [0, 2]),
    ],
)
def test_the_first_of_equal_statements_of_a_period_is_kept(
    duplicates: Duplicates, dna_compatible: bool, ids: list[int]
) -> None:
    by = ["who", "agrees"]
    found = without_duplicates(REPEATED, duplicates, by, dna_compatible=dna_compatible)
    assert found.ids.tolist() == ids


def test_the_levels_of_statements_that_are_not_told_apart_do_not_save_them() -> None:
    found = without_duplicates(REPEATED, Duplicates.DOCUMENT, ["who"])
    assert found.ids.tolist() == [0, 3, 4, 5]


@settings(deadline=None)
@given(said=SAID)
def test_removing_duplicates_twice_removes_no_more(said: list[Said]) -> None:
    by = ["who", "what", "stance"]
    once = without_duplicates(table_of(said), Duplicates.YEAR, by)
    assert len(once) == len(set(said))
    assert len(without_duplicates(once, Duplicates.YEAR, by)) == len(once)


def test_statements_are_ordered_by_time_document_position_and_id() -> None:
    table = statements(
        {"who": text(["d", "c", "b", "a", "e"])},
        time=["2005-02-02", "2005-02-02", "2005-02-02", "2005-01-26", None],
        document=["q", "p", "p", "z", "a"],
        ids=[4, 3, 2, 1, 5],
        position=[0, 9, 3, 0, 0],
    )
    assert table.ids.tolist() == [1, 2, 3, 4, 5]


def test_an_event_list_has_a_row_for_every_statement() -> None:
    table = statements(
        {"who": text(["b", ""]), "stance": integer([-1, 1])},
        time=["2005-02-02T12:30", None],
        document=["p", "q"],
        ids=[8, 9],
    )
    wanted = ["2005-02-02 12:30:00", None]
    assert [row["time"] for row in event_list(table)] == wanted
    assert [(row["who"], row["stance"]) for row in event_list(table)] == [("b", "-1"), (None, "1")]
    assert event_list(table_of([])) == []


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: boolean([2]), "2 is neither true nor false"),
        (lambda: integer([3], span=(-2, 2)), "3 is outside the scale from -2 to 2"),
        (lambda: statements({"who": text(["a"])}, time=[]), "'who' has 1 entries and time has 0"),
    ],
)
def test_what_makes_no_table_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidStatements, match=message):
        make()


def test_nothing_that_is_passed_is_changed() -> None:
    table = table_of([("a", "x", 1), ("b", "x", -1)])
    before = event_list(table)
    some = without_duplicates(select(table, at_least={"who": 1}), Duplicates.YEAR, ["who"])
    one_mode(some, ONE_MODE_DESIGNS[1], isolates=table).matrix.fill(9)
    assert event_list(table) == before
