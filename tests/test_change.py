"""Changes of records: what goes where when two become one, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from changes import SIGNED, WHEN
from debates import debate_of, said
from stancegraph.change.edits import Change, Edit, applied
from stancegraph.change.log import (
    Entry,
    Patch,
    digest_of,
    entries_in,
    entry_of,
    gaps_in,
    is_undone,
    line_of,
)
from stancegraph.change.operations import (
    added,
    deprecated,
    edited,
    found,
    merged,
    renamed,
    undone,
)
from stancegraph.change.references import pointing_to
from stancegraph.check import references as broken_references
from stancegraph.errors import StanceError, UnknownName
from stancegraph.model import (
    Actor,
    ActorKind,
    Certainty,
    Debate,
    Evidence,
    Influence,
    Issue,
    Membership,
    Polarity,
)
from stancegraph.read.debate import load_debate, load_reference

NOBODY = Debate(id="reference", title="None")
SKIES = load_debate()


def after(debate: Debate, change: Change) -> Debate:
    return applied(debate, change.edits)


def merge(debate: Debate, lost: str, kept: str, reason: str = "") -> Debate:
    return after(debate, merged(debate, NOBODY, lost, kept, reason))


def actor(debate: Debate, id: str) -> Actor:
    return next(a for a in debate.actors if a.id == id)


def with_actors(debate: Debate, *actors: Actor) -> Debate:
    return replace(debate, actors=(*debate.actors, *actors))


def stance(evidence: Evidence, **fields: Any) -> Evidence:
    """Add a stance like a record's first, but for some fields."""
    return replace(evidence, stances=(*evidence.stances, replace(evidence.stances[0], **fields)))


TWIN = Actor(id="expert-2", kind=ActorKind.PERSON, name="An Expert, PhD", aliases=("X.",))


def test_what_pointed_to_the_lost_points_to_the_kept_and_the_names_are_understood() -> None:
    record = said("s01", "expert-2", "opt", "supports", by="expert-2")
    debate = replace(with_actors(debate_of(record), TWIN), alliance="expert-2")
    found_ = merge(debate, "expert-2", "expert")
    assert found_.evidence[0].speaker == found_.evidence[0].stances[0].holder == "expert"
    assert found_.alliance == "expert"
    assert actor(found_, "expert").aliases == ("An Expert, PhD", "X.", "expert-2")
    assert not any(a.id == "expert-2" for a in found_.actors)


def test_a_name_that_means_somebody_else_is_no_alias() -> None:
    twin = replace(TWIN, name="The Paper", aliases=("Ms X",))  # 'paper' is called so already
    assert actor(merge(with_actors(debate_of(), twin), "expert-2", "expert"), "expert").aliases == (
        "Ms X",
        "expert-2",
    )


def test_the_kept_takes_what_it_has_no_word_for() -> None:
    twin = replace(TWIN, country="pol", note="Speaks often.", wikidata="Q1", printed=("X.P.",))
    debate = with_actors(debate_of(), twin)
    noted = replace(actor(debate, "expert"), note="Known.", wikidata="Q2")
    debate = replace(debate, actors=tuple(noted if a.id == "expert" else a for a in debate.actors))
    kept = actor(merge(debate, "expert-2", "expert"), "expert")
    assert (kept.country, kept.note, kept.wikidata, kept.printed) == (
        "pol",
        "Known. Speaks often.",
        "Q2",
        ("X.P.",),
    )


def test_two_stances_that_agree_become_the_surer_one_with_all_reasons() -> None:
    record = said("s01", "expert", "opt", "supports", by="paper", sure="possible", reasons=("a",))
    record = stance(record, holder="expert-2", certainty=Certainty.CERTAIN, reasons=("b", "a"))
    found_ = merge(with_actors(debate_of(record), TWIN), "expert-2", "expert")
    assert [(s.holder, s.certainty, s.reasons) for s in found_.evidence[0].stances] == [
        ("expert", Certainty.CERTAIN, ("a", "b"))
    ]


@pytest.mark.parametrize(
    ("fields", "differ"),
    [
        ({"polarity": Polarity.OPPOSES}, "supports and opposes"),
        ({"conditions": ("first",)}, "supports and supports if first"),
        ({"limits": ("near",)}, "supports and supports only near"),
        ({"until": date(2024, 5, 1)}, "supports and supports until 2024-05-01"),
    ],
)
def test_two_stances_that_differ_are_refused_by_record(fields: Any, differ: str) -> None:
    record = stance(
        said("s01", "expert", "opt", "supports", by="paper"), holder="expert-2", **fields
    )
    debate = with_actors(debate_of(record), TWIN)
    with pytest.raises(
        StanceError,
        match=f"'s01' would hold two stances of 'expert' on 'opt' that differ: {differ}",
    ):
        merge(debate, "expert-2", "expert")


def test_nobody_is_made_to_move_himself() -> None:
    record = replace(
        said("s01", "pol", "opt", "supports"),
        influences=(Influence(by="expert", moves="expert-2", says="One follows the other."),),
    )
    with pytest.raises(StanceError, match="'s01' would say that 'expert' moves itself"):
        merge(with_actors(debate_of(record), TWIN), "expert-2", "expert")


def test_an_option_is_not_broader_than_itself_when_it_swallows_the_one_above() -> None:
    debate = debate_of(broader={"low": "mid", "mid": "top", "other": "mid"})
    found_ = merge(debate, "options/mid", "low")
    assert {o.id: o.broader for o in found_.options} == {"low": "top", "other": "low", "top": None}
    found_ = merge(debate, "low", "options/mid")
    assert {o.id: o.broader for o in found_.options} == {"mid": "top", "other": "mid", "top": None}


def test_memberships_that_become_the_same_are_one_and_others_stay_apart() -> None:
    day = date(2000, 1, 1)
    spells = (
        Membership(member="expert", organization="neighbours"),
        Membership(member="expert-2", organization="neighbours"),
        Membership(member="expert-2", organization="neighbours", since=day),
    )
    debate = replace(with_actors(debate_of(), TWIN), memberships=spells)
    change = merged(debate, NOBODY, "expert-2", "expert")
    assert after(debate, change).memberships == (
        spells[0],
        Membership(member="expert", organization="neighbours", since=day),
    )
    log = [entry_of(change, [], who="Jane", time=WHEN)]
    assert after(after(debate, change), undone(after(debate, change), log)) == debate


def test_records_of_two_kinds_are_merged_for_a_reason_only_and_it_is_kept() -> None:
    debate = with_actors(debate_of(), replace(TWIN, kind=ActorKind.GROUP))
    with pytest.raises(
        StanceError, match=r"of kind group and 'expert' of kind person; .* --because"
    ):
        merge(debate, "expert-2", "expert")
    change = merged(debate, NOBODY, "expert-2", "expert", "one man only")
    assert change.did == "merged 'expert-2' into 'expert': one man only"


def test_an_unnamed_voice_is_merged_with_nobody_and_with_none_of_another_text() -> None:
    twin = replace(TWIN, kind=ActorKind.UNNAMED, source="elsewhere")
    debate = with_actors(debate_of(), twin)
    with pytest.raises(StanceError, match="an unnamed voice is never merged with anybody else"):
        merge(debate, "expert-2", "expert", "I know him")
    with pytest.raises(StanceError, match="are voices of two sources"):
        merge(debate, "expert-2", "voice", "I know him")


def test_shipped_actors_are_merged_into_but_not_away() -> None:
    debate = with_actors(debate_of(said("s01", "expert", "opt", "supports")), TWIN)
    reference = load_reference()
    with pytest.raises(
        StanceError, match=r"'fin' stands in the shipped registers.*merge yours into"
    ):
        merged(debate, reference, "fin", "expert-2")
    finland = Actor(id="fi-land", kind=ActorKind.COUNTRY, name="Finland (old)")
    debate = with_actors(debate, finland)
    change = merged(debate, reference, "fi-land", "Finland")
    assert change.edits == (Edit("actors", finland, None, len(debate.actors) - 1),)


@pytest.mark.parametrize(
    ("lost", "kept", "message"),
    [
        ("expert", "expert", "are the same record already"),
        ("expert", "An expert", "are the same record already"),
        ("issue", "issue", "only actors and options are merged"),
        ("expert", "opt", "'opt' is of options, not of actors"),
        ("expert", "nobody", "no record is called 'nobody'"),
        ("experts", "pol", "no record is called 'experts'; did you mean 'expert'?"),
    ],
)
def test_what_cannot_be_merged_is_told_with_its_reason(lost: str, kept: str, message: str) -> None:
    debate = debate_of(said("s01", "expert", "opt", "supports"))
    with pytest.raises(StanceError, match=message):
        merge(debate, lost, kept)


@pytest.mark.parametrize("register", ["actors", "options"])
def test_a_merge_of_any_two_leaves_nothing_that_points_to_the_lost(register: str) -> None:
    ids = [r.id for r in getattr(SKIES, register)]
    reference = load_reference()
    merges = 0
    for lost, kept in permutations(ids, 2):
        try:
            change = merged(SKIES, reference, f"{register}/{lost}", kept, "the same")
        except StanceError:
            continue
        there = after(SKIES, change)
        assert list(pointing_to(there, register, lost)) == []
        assert len(getattr(there, register)) == len(ids) - 1
        assert not broken_references(there, reference)
        merges += 1
    assert merges > 100


def test_a_new_id_goes_wherever_the_old_one_stood_and_the_old_names_stay() -> None:
    found_ = after(SKIES, renamed(SKIES, NOBODY, "kurt-volker", id="k-volker", to="Ambassador V."))
    volker = actor(found_, "k-volker")
    assert (volker.name, volker.aliases) == ("Ambassador V.", ("Volker", "Kurt Volker"))
    assert list(pointing_to(found_, "actors", "kurt-volker")) == []
    before, now = (
        list(pointing_to(d, "actors", i)) for d, i in ((SKIES, "kurt-volker"), (found_, "k-volker"))
    )
    assert [where[:2] for where in before] == [where[:2] for where in now] != []


def test_records_without_aliases_are_renamed_without() -> None:
    found_ = after(SKIES, renamed(SKIES, NOBODY, "escalation-risk", id="escalates"))
    assert any(a.id == "escalates" for a in found_.arguments)
    assert list(pointing_to(found_, "arguments", "escalation-risk")) == []


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("kurt-volker", {"id": "kurt-volker"}, "is called so already"),
        ("s07", {"to": "A name"}, "'s07' has no name"),
        ("tenures/2", {"id": "new-id"}, "has neither id nor name"),
        ("pol", {"id": "pole"}, "stands in the shipped registers, so it cannot be renamed"),
    ],
)
def test_what_cannot_be_renamed_is_told_with_its_reason(
    name: str, fields: dict[str, str], message: str
) -> None:
    with pytest.raises(StanceError, match=message):
        renamed(SKIES, load_reference(), name, **fields)


@pytest.mark.parametrize(
    ("name", "register", "id"),
    [
        ("s07", "evidence", "s07"),
        ("Kurt Volker", "actors", "kurt-volker"),
        ("VOLKER", "actors", "kurt-volker"),
        ("actors/semafor", "actors", "semafor"),
        ("debate", "debate", "ukraine-skies"),
    ],
)
def test_a_record_is_found_by_id_name_or_register(name: str, register: str, id: str) -> None:
    there = found(SKIES, name)
    assert (there.register, there.record.id) == (register, id)


def test_a_record_without_an_id_is_found_by_its_number() -> None:
    assert found(SKIES, "tenures/2").record == SKIES.tenures[1]
    with pytest.raises(
        UnknownName, match="no record is called 'tenures/99'; tenures has 9 records"
    ):
        found(replace(SKIES, tenures=SKIES.tenures[:9]), "tenures/99")


def test_an_id_that_two_registers_have_is_asked_back() -> None:
    twice = replace(SKIES, issues=(*SKIES.issues, Issue(id="semafor", name="S", definition="S.")))
    with pytest.raises(UnknownName, match="say which: 'actors/semafor' or 'issues/semafor'"):
        found(twice, "semafor")


def test_part_of_a_name_is_no_name() -> None:
    with pytest.raises(UnknownName, match="no record is called 'interception'"):
        found(SKIES, "interception")


def test_only_evidence_is_deprecated_and_only_once() -> None:
    found_ = after(SKIES, deprecated(SKIES, ["s07", "s06", "s07"], "misquoted"))
    assert [e.id for e in found_.evidence if e.deprecated] == ["s06", "s07"]
    with pytest.raises(StanceError, match="'s07' is deprecated already: misquoted"):
        deprecated(found_, ["s07"], "again")
    with pytest.raises(StanceError, match="is of actors; only records of evidence are deprecated"):
        deprecated(SKIES, ["semafor"], "gone")
    with pytest.raises(StanceError, match="say why"):
        deprecated(SKIES, ["s07"], " ")


def test_an_edit_keeps_the_id_and_changes_something() -> None:
    record = found(SKIES, "s07").record
    with pytest.raises(StanceError, match="'stancegraph rename s07 --id s99'"):
        edited(SKIES, "s07", replace(record, id="s99"))
    with pytest.raises(StanceError, match="'s07' is as it was; nothing changed"):
        edited(SKIES, "s07", record)
    with pytest.raises(StanceError, match="there is no record to add"):
        added({})


def logged(*changes: Change) -> list[Entry]:
    log: list[Entry] = []
    for change in changes:
        log.append(entry_of(change, log, **SIGNED))
    return log


def test_undo_takes_the_last_that_stands_and_can_be_undone_itself() -> None:
    first = deprecated(SKIES, ["s06"], "one")
    there = after(SKIES, first)
    second = deprecated(there, ["s07"], "two")
    there = after(there, second)
    log = logged(first, second)
    third = undone(there, log)
    assert third.undoes == 2
    there = after(there, third)
    log = logged(first, second, third)
    assert is_undone(log, log[1])
    assert not is_undone(log, log[0])
    assert undone(there, log).undoes == 1  # an undo is not taken back by default
    with pytest.raises(StanceError, match="change 2 was taken back already"):
        undone(there, log, 2)
    again = undone(there, log, 3)
    assert after(there, again) == after(after(SKIES, first), second)
    assert not is_undone(logged(first, second, third, again), log[1])
    with pytest.raises(StanceError, match="there is no change 9"):
        undone(there, log, 9)


def test_undo_is_refused_under_a_later_change_and_says_which() -> None:
    first = edited(SKIES, "s07", replace(found(SKIES, "s07").record, gist="One."))
    there = after(SKIES, first)
    second = deprecated(there, ["s07"], "two")
    log = logged(first, second)
    with pytest.raises(
        StanceError,
        match=r"change 1 cannot be taken back: 's07' was changed again by change 2 "
        r"\(deprecated 's07': two\); take that back first: stancegraph undo 2",
    ):
        undone(after(there, second), log, 1)
    with pytest.raises(StanceError, match="no change on record says why"):
        undone(SKIES, logged(first), 1)


def test_undo_is_refused_where_an_id_was_given_away_since() -> None:
    first = renamed(SKIES, NOBODY, "semafor", id="the-paper")
    there = after(SKIES, first)
    second = added({"actors": [Actor(id="semafor", kind=ActorKind.GROUP, name="Another")]})
    log = logged(first, second)
    with pytest.raises(StanceError, match=r"'semafor' was changed again by change 2"):
        undone(after(there, second), log, 1)


def test_a_log_comes_back_from_its_lines_and_shows_what_was_tampered_with() -> None:
    log = logged(deprecated(SKIES, ["s06"], "a\n\x85b"), deprecated(SKIES, ["s07"], "c"))
    log[1] = replace(log[1], patches=(Patch("a.yaml", 3, "x", "y"),))
    log[1] = replace(log[1], digest=digest_of(log[1]))
    lines = "".join(map(line_of, log)).encode()
    assert list(entries_in(lines, Path("log.jsonl"))) == log
    assert list(gaps_in(log)) == []
    forged = replace(log[0], who="Mallory")
    assert list(gaps_in([forged, log[1]])) == [
        "change 1 is not as it was written: its digest differs"
    ]
    forged = replace(forged, digest=digest_of(forged))
    assert list(gaps_in([forged, log[1]])) == [
        "change 2 does not follow from the change before it: that one differs"
    ]
    assert list(gaps_in([log[1]])) == ["change 2 does not follow the beginning"]


@pytest.mark.parametrize("line", ["{}", "[]", "nonsense", '{"n": 1}', "[" * 10**5])
def test_a_line_that_is_no_entry_is_told_with_its_number(line: str) -> None:
    good = line_of(logged(deprecated(SKIES, ["s06"], "a"))[0])
    with pytest.raises(StanceError, match=r"log\.jsonl:2: this is no entry of a log"):
        entries_in(f"{good}{line}\n".encode(), Path("log.jsonl"))
