"""What is written reads back as it was, and a write that fails harms nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from stancegraph.errors import StanceError
from stancegraph.model import Actor, ActorKind, Bounds, Debate, Event, Membership
from stancegraph.read.debate import load_debate, load_reference, read_debate, shipped_debates
from stancegraph.write.debate import debate_yaml, write_debate
from stancegraph.write.files import write_file
from strategies import HOSTILE, debates

SMALL = Debate(
    id="small-debate",
    title="It is: small",
    actors=(Actor(id="jane-doe", kind=ActorKind.PERSON, name="Jane Doe", country="pol"),),
)
patient = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read_back(debate: Debate, name: str) -> Debate:
    with TemporaryDirectory() as folder:
        write_debate(debate, Path(folder) / name)
        return load_debate(Path(folder) / name)


@patient
@given(debates())
def test_a_file_loses_nothing(debate: Debate) -> None:
    assert read_back(debate, "debate.yaml") == debate


@patient
@given(debates())
def test_a_folder_loses_nothing(debate: Debate) -> None:
    assert read_back(debate, "debate") == debate


@patient
@given(debates())
def test_what_was_read_back_is_written_as_before(debate: Debate) -> None:
    assert debate_yaml(read_back(debate, "debate.yaml")) == debate_yaml(debate)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hard_text_comes_back_alone_and_in_a_list(text: str) -> None:
    actor = replace(SMALL.actors[0], note=text, adjectives=(text, "plain", text))
    debate = replace(SMALL, title=text, actors=(actor,))
    assert read_back(debate, "debate.yaml") == debate


@pytest.mark.parametrize("name", shipped_debates())
@pytest.mark.parametrize("form", ["debate.yaml", "debate"])
def test_the_shipped_debates_round_trip(name: str, form: str) -> None:
    debate = load_debate(name)
    assert read_back(debate, form) == debate


def test_the_reference_registers_are_written_and_no_debate_repeats_them(tmp_path: Path) -> None:
    write_debate(load_reference(), tmp_path / "copy.yaml")
    with pytest.raises(StanceError, match="id 'pol' is taken, in the reference register"):
        read_debate(tmp_path / "copy.yaml")


def test_the_text_is_what_a_person_would_write() -> None:
    day = date(2024, 6, 2)
    debate = replace(
        SMALL,
        memberships=(Membership(member="pol", organization="nato", since=day, until=day),),
        events=(
            Event(id="a-day", name="A day", when=Bounds(not_before=day, not_after=day)),
            Event(id="no-day", name="No day", when=Bounds(not_after=day, basis="Told so.")),
            Event(id="nobody", name="no", actors=("pol", "deu")),
        ),
    )
    assert debate_yaml(debate) == (
        "debate:\n"
        "  id: small-debate\n"
        "  title: 'It is: small'\n"
        "actors:\n"
        "  - id: jane-doe\n"
        "    kind: person\n"
        "    name: Jane Doe\n"
        "    country: pol\n"
        "memberships:\n"
        "  - member: pol\n"
        "    organization: nato\n"
        "    since: 2024-06-02\n"
        "    until: 2024-06-02\n"
        "events:\n"
        "  - id: a-day\n"
        "    name: A day\n"
        "    when: 2024-06-02\n"
        "  - id: no-day\n"
        "    name: No day\n"
        "    when:\n"
        "      not-after: 2024-06-02\n"
        "      basis: Told so.\n"
        "  - id: nobody\n"
        "    name: no\n"
        "    actors: [pol, deu]\n"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [("46", "value: 46"), ("3.50", "value: '3.50'"), ("1E+3", "value: 1000"), ("-0", "value: 0")],
)
def test_a_figure_is_written_without_an_exponent(value: str, written: str) -> None:
    shipped = load_debate()
    record = next(e for e in shipped.evidence if e.figures)
    figures = (replace(record.figures[0], value=Decimal(value)),)
    evidence = tuple(replace(e, figures=figures) if e is record else e for e in shipped.evidence)
    debate = replace(shipped, evidence=evidence)
    assert written in debate_yaml(debate)
    assert read_back(debate, "debate.yaml") == debate


def test_a_folder_has_one_file_for_each_kind_of_register(tmp_path: Path) -> None:
    write_debate(load_debate(), tmp_path / "whole")
    write_debate(SMALL, tmp_path / "small")
    assert sorted(p.name for p in (tmp_path / "whole").iterdir()) == [
        *("actors.yaml", "debate.yaml", "evidence.yaml", "options.yaml", "sources.yaml")
    ]
    assert sorted(p.name for p in (tmp_path / "small").iterdir()) == ["actors.yaml", "debate.yaml"]


def test_nothing_of_an_earlier_debate_stays_in_the_folder(tmp_path: Path) -> None:
    write_debate(load_debate(), tmp_path)
    write_debate(SMALL, tmp_path)
    assert load_debate(tmp_path) == SMALL


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StanceError, match=r"cannot make .*/file/debate: Not a directory"):
        write_debate(SMALL, tmp_path / "file" / "debate")


def test_a_file_in_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StanceError, match=r"cannot write .*/gone/x\.yaml: No such file"):
        write_debate(SMALL, tmp_path / "gone" / "x.yaml")


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.yaml"
    write_debate(SMALL, file)
    before = file.read_bytes()

    def disk_is_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", disk_is_full)
    with pytest.raises(StanceError, match=r"cannot write .*x\.yaml: No space left on device"):
        write_debate(load_debate(), file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()
    with pytest.raises(StanceError, match=r"cannot write .*x\.yaml: Is a directory"):
        write_debate(SMALL, tmp_path / "x.yaml")
    assert [p.name for p in tmp_path.iterdir()] == ["x.yaml"]


def test_bytes_and_text_are_written_as_they_are(tmp_path: Path) -> None:
    write_file(tmp_path / "text", "a\r\nb\n\u2028é")
    write_file(tmp_path / "bytes", b"\x00\xff")
    assert (tmp_path / "text").read_bytes() == "a\r\nb\n\u2028é".encode()
    assert (tmp_path / "bytes").read_bytes() == b"\x00\xff"
