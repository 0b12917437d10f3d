"""Changes of a debate's YAML: what they do not touch stays byte for byte."""

from __future__ import annotations

import shutil
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import replace
from difflib import unified_diff
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes import SIGNED, changes
from stancegraph.change.edits import Change, Edit, applied
from stancegraph.change.home import DebateHome, home_of
from stancegraph.change.log import read_log
from stancegraph.change.operations import (
    added,
    deprecated,
    edited,
    found,
    merged,
    renamed,
    undone,
)
from stancegraph.errors import InvalidDebate, StanceError
from stancegraph.model import Debate, Event, Paragraph, Source
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.write.debate import write_debate
from strategies import HOSTILE, debates

patient = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def content(path: Path) -> dict[str, bytes]:
    there = path.iterdir() if path.is_dir() else [path]
    return {f.name: f.read_bytes() for f in there if f.suffix == ".yaml"}


def made(path: Path, change: Change, words: Mapping[int, str] | None = None) -> DebateHome:
    home = DebateHome(path)
    home.make(change, words=words, **SIGNED)
    return home


def undo(path: Path, n: int | None = None) -> None:
    home = DebateHome(path)
    home.make(undone(home.debate, home.log, n), **SIGNED)


@patient
@given(debates(), st.sampled_from(["debate", "debate.yaml"]), st.data())
def test_any_change_is_what_the_model_says_and_undo_restores_every_byte(
    debate: Debate, form: str, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / form
        write_debate(debate, path)
        before = content(path)
        try:
            change = data.draw(changes(debate, load_reference()))
            made(path, change)
        except StanceError:
            assert content(path) == before
            return
        assert load_debate(path) == applied(debate, change.edits) != debate
        undo(path)
        assert load_debate(path) == debate
        assert content(path) == before


@pytest.fixture
def skies(tmp_path: Path) -> Path:
    """Copy the shipped debate, with its comments and its layout by hand."""
    with as_file(files("stancegraph.data") / "ukraine-skies") as shipped:
        shutil.copytree(shipped, tmp_path / "skies")
    return tmp_path / "skies"


def differing(before: Mapping[str, bytes], path: Path) -> list[str]:
    """Return the lines that went and came, without those around them."""
    now = content(path)
    lines = [
        line
        for name in before
        for line in unified_diff(
            before[name].decode().splitlines(), now[name].decode().splitlines(), lineterm="", n=0
        )
    ]
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_a_merge_changes_the_lines_that_name_the_lost_and_no_other(skies: Path) -> None:
    before = content(skies)
    home = DebateHome(skies)
    made(skies, merged(home.debate, home.reference, "william-taylor", "kurt-volker"))
    assert differing(before, skies) == [
        "-    aliases: [Volker]",
        "+    aliases: [Volker, William Taylor]",
        "-  - id: william-taylor",
        "-    kind: person",
        "-    name: William Taylor",
        "-    country: usa",
        "-  - holder: william-taylor",
        "+  - holder: kurt-volker",
        *["-    speaker: william-taylor", "+    speaker: kurt-volker"] * 2,
        "-      - {who: william-taylor, option: joint-air-defence, is: leans-support, "
        "sure: possible}",
        "+      - {who: kurt-volker, option: joint-air-defence, is: leans-support, sure: possible}",
        *["-    speaker: william-taylor", "+    speaker: kurt-volker"],
        "-      - {who: william-taylor, option: allied-interception, frame: war-involvement}",
        "+      - {who: kurt-volker, option: allied-interception, frame: war-involvement}",
    ]
    undo(skies)
    assert content(skies) == before


def test_a_new_record_is_written_as_its_neighbours_are(skies: Path) -> None:
    before = content(skies)
    record = replace(found(load_debate(), "s06").record, id="s38", gist="Poland: it's keen.")
    made(skies, added({"evidence": [record]}))
    assert differing(before, skies) == [
        "+",
        "+  - id: s38",
        "+    at: 4",
        "+    speaker: kurt-volker",
        "+    as: former-official",
        "+    reported: mixed",
        '+    gist: "Poland: it\'s keen."',
        "+    stances:",
        "+      - {who: pol, option: allied-interception, is: leans-support, sure: probable}",
        "+      - {who: rou, option: allied-interception, is: leans-support, sure: probable}",
    ]
    assert load_debate(skies).evidence[-1] == record
    undo(skies)
    assert content(skies) == before


def small(evidence: str = "", *, more: str = "") -> str:
    return (
        "debate: {id: small-debate, title: Small}   # in a line\n"
        "sources:\n"
        "- id: report # the only one\n"
        "  title: 'Report'\n"
        f"  paragraphs: [{{n: 1, digest: {'0' * 64}}}]\n"
        "actors: [{id: jane, kind: person, name: Jane}, {id: john, kind: person, name: John}]\n"
        f"{more}"
        "evidence:\n"
        "-   id: s01\n"
        "    at: 1\n"
        "    speaker:   jane      # she\n"
        '    as: "own"\n'
        "    reported: direct\n"
        "    gist: >-\n"
        "      Jane says\n"
        "      it.\n"
        "\n"
        "    claims: [{says: It., about: [jane, pol]}]\n"
        f"{evidence}"
        "# the end\n"
    )


def in_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "small.yaml"
    path.write_bytes(text.encode())
    load_debate(path)
    return path


def set_fields(path: Path, name: str, **fields: Any) -> str:
    debate = load_debate(path)
    made(path, edited(debate, name, replace(found(debate, name).record, **fields)))
    return path.read_bytes().decode()


def test_fields_are_changed_where_they_stand(tmp_path: Path) -> None:
    path = in_file(tmp_path, small())
    text = set_fields(path, "s01", speaker="john")
    assert text == small().replace("speaker:   jane      # she", "speaker:   john      # she")
    text = set_fields(path, "s01", gist="A: b", review="See.", deprecated="No.")
    assert text == small().replace("speaker:   jane", "speaker:   john").replace(
        "    gist: >-\n      Jane says\n      it.\n", "    gist: 'A: b'\n"
    ).replace(
        "about: [jane, pol]}]\n",
        "about: [jane, pol]}]\n    review: See.\n    deprecated: No.\n",
    )
    for n in (None, None):
        undo(path, n)
    assert path.read_bytes().decode() == small()


def test_what_stands_in_brackets_stays_there(tmp_path: Path) -> None:
    path = in_file(tmp_path, small())
    text = set_fields(path, "jane", country="pol", aliases=("J, K", "L: m"))
    assert text == small().replace(
        "{id: jane, kind: person, name: Jane}",
        "{id: jane, kind: person, name: Jane, aliases: ['J, K', \"L: m\"], country: pol}",
    )
    debate = load_debate(path)
    made(path, merged(debate, load_reference(), "john", "jane"))
    assert load_debate(path) == applied(
        debate, merged(debate, load_reference(), "john", "jane").edits
    )
    assert "actors: [{id: jane, kind: person, name: Jane, aliases: ['J, K', \"L: m\", John]" in (
        path.read_text()
    )


def test_a_title_is_changed_in_its_line(tmp_path: Path) -> None:
    path = in_file(tmp_path, small())
    debate = load_debate(path)
    header = replace(found(debate, "debate").record, title="Big", alliance="nato", language="de")
    made(path, edited(debate, "debate", header))
    assert path.read_text() == small().replace(
        "{id: small-debate, title: Small}",
        "{id: small-debate, title: Big, language: de, alliance: nato}",
    )


def test_a_register_begins_where_none_was_and_ends_as_an_empty_list(tmp_path: Path) -> None:
    path = in_file(tmp_path, small())
    event = Event(id="a-summit", name="A summit")
    made(path, added({"events": [event]}))
    assert path.read_text() == small().replace(
        "about: [jane, pol]}]\n",
        "about: [jane, pol]}]\n\nevents:\n  - id: a-summit\n    name: A summit\n",
    )
    made(path, Change("dropped", (Edit("events", event, None, 0),)))
    assert "\nevents: []\n" in path.read_text()
    made(path, added({"events": [event]}))
    assert "\nevents:\n  - id: a-summit\n" in path.read_text()
    for n in (3, 2, 1):
        undo(path, n)
    assert path.read_text() == small()


def test_a_second_source_makes_the_records_name_theirs(tmp_path: Path) -> None:
    path = in_file(tmp_path, small())
    paragraphs = (Paragraph(n=1, digest="1" * 64, nothing="No news."),)
    made(path, added({"sources": [Source(id="second", title="Second", paragraphs=paragraphs)]}))
    assert "-   id: s01\n    source: report\n    at: 1\n" in path.read_text()
    assert load_debate(path).evidence[0].source == "report"
    undo(path)
    assert path.read_text() == small()


def test_line_ends_and_the_mark_of_order_stay(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    before = BOM_UTF8 + small().replace("\n", "\r\n").encode()
    path.write_bytes(before)
    made(path, deprecated(load_debate(path), ["s01"], "a\nb"))
    now = path.read_bytes()
    assert now.startswith(BOM_UTF8)
    assert now.count(b"\n") == now.count(b"\r\n") == before.count(b"\n") + 1
    assert load_debate(path).evidence[0].deprecated == "a\nb"
    undo(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hard_text_is_written_and_taken_back(tmp_path: Path, text: str) -> None:
    path = in_file(tmp_path, small())
    debate = load_debate(path)
    record = found(debate, "s01").record
    claims = (replace(record.claims[0], says=text),)
    made(path, edited(debate, "s01", replace(record, gist=text, review=text, claims=claims)))
    there = load_debate(path)
    assert there.evidence[0] == replace(record, gist=text, review=text, claims=claims)
    made(path, renamed(there, load_reference(), "jane", to=f"{text}, Jane"))
    assert found(load_debate(path), "jane").record.name == f"{text}, Jane"
    undo(path)
    undo(path)
    assert path.read_text() == small()


def test_a_text_by_hand_is_taken_as_it_is(tmp_path: Path) -> None:
    path = in_file(tmp_path, small())
    debate = load_debate(path)
    record = replace(found(debate, "s01").record, gist="Other.")
    words = (
        "- id: s01   # mine\n  at: 1\n  speaker: jane\n  as: own\n  # a word\n  reported: direct\n"
        '  gist: "Other."\n  claims: [{says: It., about: [jane, pol]}]'
    )
    made(path, edited(debate, "s01", record), {0: words})
    assert f"evidence:\n{words}\n# the end\n" in path.read_text()
    undo(path)
    assert path.read_text() == small()


def test_a_text_by_hand_that_says_something_else_is_not_taken(tmp_path: Path) -> None:
    path = in_file(tmp_path, small())
    debate = load_debate(path)
    record = replace(found(debate, "s01").record, gist="Other.")
    made(path, edited(debate, "s01", record), {0: "- id: s01\n  at: 2"})
    assert found(load_debate(path), "s01").record == record


def test_undo_finds_its_lines_after_later_changes_and_changes_by_hand(skies: Path) -> None:
    before = content(skies)
    made(skies, deprecated(load_debate(skies), ["s30"], "one"))
    made(skies, deprecated(load_debate(skies), ["s02"], "two"))
    made(skies, deprecated(load_debate(skies), ["s37"], "three"))
    file = skies / "evidence.yaml"
    by_hand = b"# By hand.\n"
    file.write_bytes(by_hand + file.read_bytes())
    for n in (1, 3, 2):
        undo(skies, n)
    assert content(skies) == {**before, file.name: by_hand + before[file.name]}


def test_undo_is_refused_after_a_change_by_hand_of_the_same_record(skies: Path) -> None:
    made(skies, deprecated(load_debate(skies), ["s30"], "one"))
    file = skies / "evidence.yaml"
    file.write_text(file.read_text().replace("deprecated: one", "deprecated: two"))
    with pytest.raises(StanceError, match="'s30' is no longer as it left it"):
        undo(skies)


def test_a_change_is_refused_whole_with_all_problems(skies: Path) -> None:
    before = content(skies)
    debate = load_debate(skies)
    record = replace(found(debate, "s06").record, id="s38", speaker="kurt-voker", paragraph=99)
    with pytest.raises(InvalidDebate) as refused:
        made(skies, added({"evidence": [record]}))
    assert refused.value.problems == [
        "evidence/s38: speaker 'kurt-voker' is not known; did you mean 'kurt-volker'?",
        "evidence/s38: paragraph 99 does not exist; the source has 27",
        "nothing was changed",
    ]
    assert content(skies) == before
    assert not (skies / "log.jsonl").exists()


def test_what_somebody_changed_meanwhile_is_not_overwritten(skies: Path) -> None:
    home = DebateHome(skies)
    made(skies, deprecated(home.debate, ["s30"], "one"))
    there = content(skies)
    with pytest.raises(StanceError, match="was changed meanwhile; nothing was changed: try again"):
        home.make(deprecated(home.debate, ["s31"], "two"), **SIGNED)
    assert content(skies) == there


def test_a_folder_is_not_left_with_records_that_no_log_explains(
    skies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(skies)

    def disk_is_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", disk_is_full)
    with pytest.raises(StanceError, match="No space left on device"):
        made(skies, deprecated(load_debate(skies), ["s30"], "one"))
    monkeypatch.undo()
    assert content(skies) == before
    assert DebateHome(skies).log == ()


def test_shipped_debates_and_registers_stay_as_they_are() -> None:
    with as_file(files("stancegraph.data")) as data:
        for graph in ("ukraine-skies", data / "ukraine-skies", data / "reference"):
            with pytest.raises(StanceError, match="is shipped and stays as it is; change a copy"):
                home_of(graph)


def test_a_single_file_keeps_its_log_beside_it(tmp_path: Path) -> None:
    path = in_file(tmp_path, small())
    made(path, deprecated(load_debate(path), ["s01"], "one"))
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["small.log.jsonl", "small.yaml"]
    assert DebateHome(path).log[0].did == "deprecated 's01': one"


def test_a_link_to_a_debate_stays_one_and_what_it_leads_to_is_changed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = in_file(tmp_path / "real", small())
    link = tmp_path / "link.yaml"
    link.symlink_to(real)
    made(link, deprecated(load_debate(link), ["s01"], "twice"))
    assert link.is_symlink()
    assert load_debate(real).evidence[0].deprecated == "twice"
    assert [e.n for e in read_log(link)] == [e.n for e in read_log(real)] == [1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.yaml", "real"]


def test_a_folder_with_a_link_in_place_of_a_file_to_be_changed_is_refused(skies: Path) -> None:
    elsewhere = skies.parent / "elsewhere.yaml"
    shutil.move(skies / "evidence.yaml", elsewhere)
    (skies / "evidence.yaml").symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    with pytest.raises(StanceError, match=r"evidence.yaml is a link.*put the file there"):
        made(skies, deprecated(load_debate(skies), ["s07"], "twice"))
    assert (skies / "evidence.yaml").is_symlink()
    assert elsewhere.read_bytes() == before
    debate = load_debate(skies)
    volker = found(debate, "kurt-volker").record
    made(skies, edited(debate, "kurt-volker", replace(volker, note="He tells of others.")))
