"""Changes of a graph's file: the same as of a debate's YAML, in one transaction."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stancegraph
from changes import SIGNED, changes
from stancegraph.change.edits import Change, applied
from stancegraph.change.home import Home, home_of, log_of
from stancegraph.change.operations import (
    added,
    deprecated,
    edited,
    found,
    merged,
    renamed,
    to_undo,
    undone,
)
from stancegraph.errors import InvalidDebate, StanceError
from stancegraph.measure.levels import MISSING
from stancegraph.model import (
    Actor,
    ActorKind,
    Debate,
    EvidenceKind,
    Issue,
    Mode,
    Option,
    Source,
)
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Attribute, Imported, Names, Rows, Stances, Variable
from stancegraph.store.numbers import broken_rules
from stancegraph.store.parquet import write_parquet
from stancegraph.store.read import Store
from stancegraph.store.write import Origin, add
from stancegraph.stored import StoredGraph
from strategies import debates

ORIGIN = Origin(kind="test", files="a.csv", digest="1" * 64, options="")


def kept(path: Path) -> Debate:
    """Return what a file holds, after a look at whether its rows agree."""
    graph = StoredGraph(path)
    assert list(broken_rules(graph.store.rows)) == []
    debate = graph.debate
    graph.close()
    return debate


def undo(home: Home, n: int | None = None) -> None:
    entry = to_undo(home.log, n)
    home.make(undone(home.part(edits=entry.edits), home.log, n), **SIGNED)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(debates(), st.data())
def test_any_change_is_what_the_model_says_and_undo_restores_every_record(
    drawn: Debate, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "g.duckdb"
        add(path, [Imported(drawn)], load_reference(), ORIGIN)
        home, debate = home_of(path), kept(path)
        try:
            change = data.draw(changes(debate, load_reference()))
            home.make(change, **SIGNED)
        except StanceError:
            assert kept(path) == debate
            return
        assert kept(path) == applied(debate, change.edits) != debate
        undo(home)
        assert kept(path) == debate


VOLKER = "kurt-volker"
SCRIPT: list[Callable[[Debate, Debate], Change]] = [
    lambda d, r: merged(d, r, "william-taylor", VOLKER),
    lambda d, r: renamed(d, r, VOLKER, id="k-volker", to="Ambassador Volker"),
    lambda d, r: merged(d, r, "near-border-interception", "allied-interception"),
    lambda d, r: deprecated(d, ["s06"], "misquoted"),
    lambda d, r: edited(d, "semafor", replace(found(d, "semafor").record, note="A paper.")),
    lambda d, r: edited(d, "s30", replace(found(d, "s30").record, gist="Other words.")),
    lambda d, r: edited(d, "debate", replace(found(d, "debate").record, alliance="european-union")),
    lambda d, r: added({"issues": [Issue(id="other-issue", name="Other", definition="O.")]}),
]
ASKED = ["william-taylor", VOLKER, "near-border-interception", "allied-interception"]


def answers(graph: stancegraph.Graph) -> list[Any]:
    """Return what is asked of both, without the words that name the graph."""
    said = [
        graph.who("allied-interception").to_dict(),
        graph.align("Ukraine").to_dict(),
        graph.position("k-volker").to_dict(),
        graph.evidence(actor="Ambassador Volker").to_dict(),
    ]
    return [{key: part for key, part in s.items() if key != "reproduce"} for s in said]


def test_both_homes_give_the_same_answers_after_the_same_changes(tmp_path: Path) -> None:
    folder, file = tmp_path / "skies", tmp_path / "skies.duckdb"
    with as_file(files("stancegraph.data") / "ukraine-skies") as shipped:
        shutil.copytree(shipped, folder)
    add(file, [Imported(load_debate())], load_reference(), ORIGIN)
    homes = [home_of(folder), home_of(file)]
    for change in SCRIPT:
        for home in homes:
            part = home.part(["s06", "s30"], pointing_to=ASKED)
            home.make(change(part, home.reference), **SIGNED)
    yaml, duckdb = stancegraph.load(folder), stancegraph.load(file)
    assert yaml.debate == duckdb.debate != load_debate()
    assert answers(yaml) == answers(duckdb)
    duckdb.close()  # type: ignore[attr-defined]
    told = [[(e.n, e.who, e.time, e.did, e.edits) for e in home.log] for home in homes]
    assert told[0] == told[1]
    for _ in SCRIPT:
        for home in homes:
            undo(home)
    assert load_debate(folder) == kept(file) == load_debate()


def imported(path: Path) -> Home:
    """Import three votes of two spellings of one body, with what only rows have."""
    names = ("UN Women", "U N Women", "unicef")
    slugs = ("un-women", "u-n-women-2", "unicef")
    debate = Debate(
        id="votes",
        title="Votes",
        actors=tuple(
            Actor(id=slug, kind=ActorKind.INSTITUTION, name=name)
            for slug, name in zip(slugs, names, strict=True)
        ),
        issues=(Issue(id="issue", name="Issue", definition="An issue."),),
        options=(Option(id="ban", name="Ban it", definition="It.", issue="issue"),),
        sources=(Source(id="roll-call", title="Roll call"),),
    )
    speaker = Names(np.array([0, 1, 2], dtype=np.int32), slugs)
    time = np.array(["2024-05-01T10:30", "2024-05-02T11:45", "2024-05-03"], dtype="datetime64[s]")
    rows = Rows(
        ids=("v-1", "v-2", "v-3"),
        kind=EvidenceKind.VOTE,
        mode=Mode.DIRECT,
        source=Names.all_of("roll-call", 3),
        paragraph=np.array([2, 3, 4], dtype=np.int32),
        speaker=speaker,
        capacity=Names.all_of("institution", 3),
        principal=speaker,
        time=time,
        stances=(
            Stances(
                holder=speaker,
                option=Names.all_of("ban", 3),
                level=np.array([2, -2, MISSING], dtype=np.int8),
            ),
        ),
        variables=(Variable("party", "text", Names.of(["a", "b", "a"])),),
    )
    attributes = (
        Attribute("actors", "u-n-women-2", "colour", "red"),
        Attribute("actors", "unicef", "colour", "blue"),
    )
    add(path, [Imported(debate, rows, attributes)], load_reference(), ORIGIN)
    return home_of(path)


def rows(path: Path, question: str) -> list[tuple[Any, ...]]:
    graph = StoredGraph(path)
    answer = graph.store.rows(question)
    graph.close()
    return answer


STATE = (
    "SELECT * FROM record WHERE NOT is_reference ORDER BY register, n",
    "SELECT * FROM attribute ORDER BY ALL",
    "SELECT * EXCLUDE (more) FROM evidence ORDER BY n",
    "SELECT * EXCLUDE (more) FROM stance ORDER BY evidence, place",
    "SELECT * FROM coded ORDER BY ALL",
)


def test_what_only_rows_have_survives_a_merge_and_its_undo(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    home = imported(path)
    before, state = kept(path), [rows(path, q) for q in STATE]
    part = home.part(pointing_to=["un-women", "u-n-women-2"])
    home.make(merged(part, home.reference, "u-n-women-2", "un-women"), **SIGNED)
    there = kept(path)
    assert [e.speaker for e in there.evidence] == ["un-women", "un-women", "unicef"]
    # The sentence is made of the names, so it speaks of the one who is left.
    assert there.evidence[1].gist == "UN Women voted against Ban it."
    assert rows(path, "SELECT n, time::VARCHAR FROM evidence ORDER BY n")[1] == (
        1,
        "2024-05-02 11:45:00",
    )
    assert rows(path, STATE[1]) == [
        ("actors", "unicef", "colour", "blue"),
        ("graph", "actors/u-n-women-2", "colour", "red"),
    ]
    assert rows(path, STATE[4]) == state[4]
    undo(home)
    assert kept(path) == before
    assert [rows(path, q) for q in STATE] == state


def test_a_statement_is_added_to_what_was_imported_and_the_next_import_follows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "g.duckdb"
    home = imported(path)
    record = replace(home.part(["v-1"]).evidence[0], id="v-9", gist="By hand.")
    home.make(added({"evidence": [record]}), **SIGNED)
    assert [e.id for e in kept(path).evidence] == ["v-1", "v-2", "v-3", "v-9"]
    other = replace(ORIGIN, digest="2" * 64)
    add(path, [Imported(load_debate())], load_reference(), other)
    assert [e.id for e in kept(path).evidence][3:5] == ["v-9", load_debate().evidence[0].id]
    undo(home_of(path))
    assert [e.id for e in kept(path).evidence][2:4] == ["v-3", load_debate().evidence[0].id]


def test_what_an_import_left_wrong_does_not_block_and_what_a_change_brings_does(
    tmp_path: Path,
) -> None:
    path = tmp_path / "g.duckdb"
    home = imported(path)
    home.make(deprecated(home.part(["v-1"]), ["v-1"], "mistyped"), **SIGNED)
    part = home.part(["v-2"])
    record = replace(part.evidence[0], speaker="nobody")
    with pytest.raises(InvalidDebate, match="evidence/v-2: speaker 'nobody' is not known"):
        home.make(edited(part, "v-2", record), **SIGNED)
    kind = replace(found(part, "unicef").record, kind=ActorKind.GROUP)
    with pytest.raises(InvalidDebate, match="'unicef' is a group, so 'v-3' cannot speak as"):
        home.make(edited(part, "unicef", kind), **SIGNED)


def test_a_statement_is_added_without_reading_the_registers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "g.duckdb"
    home = imported(path)
    record = replace(home.part(["v-1"]).evidence[0], id="v-9", source="other", gist="By hand.")
    change = added({"sources": [Source(id="other", title="Other")], "evidence": [record]})

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("all registers are read")

    monkeypatch.setattr(Store, "registers", refuse)
    home_of(path).make(change, **SIGNED)
    monkeypatch.undo()
    assert kept(path).evidence[-1] == record


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": "v-2"}, "evidence/v-2: id 'v-2' is taken, by record 1 of evidence"),
        ({"speaker": "unicf"}, "evidence/v-9: speaker 'unicf' is not known; did .*'unicef'"),
        ({"principal": "u-n-womn"}, "evidence/v-9: for .* is not known; did .*'u-n-women-2'"),
        ({"source": "roll-cal"}, "evidence/v-9: source .* is not known; did .*'roll-call'"),
    ],
)
def test_what_is_wrong_with_a_statement_is_told_as_of_the_whole_graph(
    fields: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "g.duckdb"
    home = imported(path)
    record = replace(home.part(["v-1"]).evidence[0], **{"id": "v-9", **fields})
    before = kept(path)
    with pytest.raises(InvalidDebate, match=message):
        home.make(added({"evidence": [record]}), **SIGNED)
    assert kept(path) == before


def test_no_record_takes_the_id_of_another(tmp_path: Path) -> None:
    home = imported(tmp_path / "g.duckdb")
    part = home.part(["v-1"])
    with pytest.raises(InvalidDebate, match="id 'v-3' is taken"):
        home.make(renamed(part, home.reference, "v-1", id="v-3"), **SIGNED)


def test_a_record_that_is_needed_is_not_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    home = imported(path)
    new = Option(id="allow", name="Allow it", definition="It.", issue="issue")
    home.make(added({"options": [new]}), **SIGNED)
    part = home.part(["v-1"])
    stance = replace(part.evidence[0].stances[0], option="allow")
    home.make(edited(part, "v-1", replace(part.evidence[0], stances=(stance,))), **SIGNED)
    with pytest.raises(InvalidDebate, match="evidence/v-1: option 'allow' is not known"):
        undo(home, 1)


def test_what_somebody_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    home, other = imported(path), home_of(path)
    home.make(deprecated(home.part(["v-1"]), ["v-1"], "one"), **SIGNED)
    with pytest.raises(StanceError, match="was changed meanwhile; nothing was changed: try again"):
        other.make(deprecated(other.part(["v-2"]), ["v-2"], "two"), **SIGNED)
    assert [e.deprecated for e in kept(path).evidence] == ["one", None, None]


def test_a_folder_of_parquet_is_not_changed_and_shows_the_log_it_has(tmp_path: Path) -> None:
    home = imported(tmp_path / "g.duckdb")
    home.make(deprecated(home.part(["v-1"]), ["v-1"], "one"), **SIGNED)
    write_parquet(stancegraph.load(tmp_path / "g.duckdb"), tmp_path / "parquet")
    with pytest.raises(StanceError, match="is a folder of Parquet, which is written once; change"):
        home_of(tmp_path / "parquet")
    log, imports = log_of(tmp_path / "parquet")
    assert (list(log), list(imports)) == (list(home.log), [("test", "a.csv", 3)])
