"""What is wrong between records is said at its place, with the value and the remedy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from debates import debate_of, said
from marked import assert_problems
from stancegraph.check import Gaps, Problem, check, summary
from stancegraph.model import Debate
from stancegraph.read.debate import load_debate, load_reference
from strategies import debates

DIGEST = "0" * 64
VALID = {
    "debate": "{id: test-debate, title: Test}",
    "actors": (
        "[{id: jane-doe, kind: person, name: Jane Doe}, {id: paper, kind: institution, name: P},"
        " {id: voice, kind: unnamed, name: Voice, source: report}]"
    ),
    "offices": "[{id: minister, name: Minister, of: pol}]",
    "tenures": "[{holder: jane-doe, office: minister}]",
    "memberships": "[]",
    "issues": "[{id: what, name: What, definition: What to do.}]",
    "options": "[{id: shoot, name: Shoot, definition: Shoot them down., issue: what}]",
    "arguments": "[{id: risk, name: Risk, definition: It is risky.}]",
    "events": "[]",
    "sources": (
        f"[{{id: report, title: R, when: 2024-05-30, paragraphs: [{{n: 1, digest: {DIGEST}}}]}}]"
    ),
    "evidence": "[{id: s01, at: 1, speaker: jane-doe, as: own, reported: direct, gist: G, says}]",
}
SAYS = "stances: [{option: shoot, is: supports}]"
HOW = "reported: direct, gist: G, stances: [{option: shoot, is: supports}]"
TWO_SOURCES = (
    f"[{{id: one, title: O, paragraphs: [{{n: 1, digest: {DIGEST}}}]}},"
    f" {{id: two, title: T, paragraphs: [{{n: 1, digest: {DIGEST}}}]}}]"
)
SLUG = "three or more of a-z, 0-9 and single hyphens, as in 'new-id'"


def text_of(**registers: str) -> str:
    """Write a valid debate, one register a line, with some of them replaced."""
    lines = (f"{name}: {value}" for name, value in (VALID | registers).items())
    return "\n".join(lines).replace("says}", f"{SAYS}}}") + "\n"


def test_the_debate_that_the_cases_start_from_is_valid(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(text_of())
    assert load_debate(tmp_path).evidence[0].stances[0].holder == "jane-doe"


def said_as(capacity: str, *, by: str = "jane-doe", more: str = "") -> str:
    return f"[{{id: b02, at: 1, speaker: {by}, as: {capacity}, {more}{HOW}}}]"


CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "a short id": (
        {"arguments": "[{id: »no, name: No, definition: No.}]"},
        [f"id 'no': {SLUG}"],
    ),
    "an id in capitals": (
        {"arguments": "[{id: »Risk, name: R, definition: D}]"},
        [f"id 'Risk': {SLUG}"],
    ),
    "an id with two hyphens": (
        {"arguments": "[{id: »a--b, name: R, definition: D}]"},
        [f"id 'a--b': {SLUG}"],
    ),
    "an id twice": (
        {"arguments": "[{id: risk, name: R, definition: D}, {id: »risk, name: S, definition: D}]"},
        ["id 'risk' is taken, by record 1 of arguments; choose another"],
    ),
    "an id of the reference": (
        {
            "actors": VALID["actors"][:-1] + ", {id: »pol, kind: country, name: Polska}]",
        },
        ["id 'pol' is taken, in the reference register; choose another"],
    ),
    "an unknown speaker": (
        {"evidence": f"[{{id: s01, at: 1, speaker: »jane-do, as: own, {HOW}}}]"},
        ["speaker 'jane-do' is not known; did you mean 'jane-doe'?"],
    ),
    "an unknown option": (
        {
            "evidence": "[{id: s01, at: 1, speaker: jane-doe, as: own, reported: direct, gist: G,"
            " stances: [{option: »xyzzy, is: supports}]}]"
        },
        ["option 'xyzzy' is not known; add it to 'options' or mend the name"],
    ),
    "unknown reasons": (
        {
            "evidence": "[{id: s01, at: 1, speaker: jane-doe, as: own, reported: direct, gist: G,"
            " stances: [{option: shoot, is: supports, because: [risk, »risc], if: [»x],"
            " only: [»y]}]}]"
        },
        [
            "because 'risc' is not known; did you mean 'risk'?",
            "if 'x' is not known; add it to 'conditions' or mend the name",
            "only 'y' is not known; add it to 'limits' or mend the name",
        ],
    ),
    "a country that the reference lacks": (
        {"memberships": "[{member: »xkx, organization: nato}]"},
        ["member 'xkx' is not known; add it to 'actors' or mend the name"],
    ),
    "a source left out of two": (
        {
            "sources": TWO_SOURCES,
            "actors": "[{id: jane-doe, kind: person, name: Jane Doe}]",
            "evidence": f"[{{id: s01, at: 1, source: one, speaker: jane-doe, as: own, {HOW}}},"
            f" {{id: s02, at: 1, source: two, speaker: jane-doe, as: own, {HOW}}},"
            f" »{{id: s03, at: 1, speaker: jane-doe, as: own, {HOW}}}]",
        },
        ["'source' is needed where a debate has not exactly one source with paragraphs"],
    ),
    "a name of two actors": (
        {
            "actors": "[{id: jane-doe, kind: person, name: Jane Doe},"
            " »{id: other-doe, kind: person, name: Other, aliases: [The jane doe]},"
            " {id: voice, kind: unnamed, name: Voice, source: report}]"
        },
        ["'The jane doe' would mean both 'jane-doe' and 'other-doe'; drop it from one"],
    ),
    "a name of a country": (
        {
            "actors": "[{id: jane-doe, kind: person, name: Jane Doe},"
            " »{id: town, kind: institution, name: Town, aliases: [Washington]}]"
        },
        ["'Washington' would mean both 'usa' and 'town'; drop it from one"],
    ),
    "a name of two options": (
        {
            "options": "[{id: shoot, name: Shoot, definition: D, issue: what},"
            " »{id: fire, name: Fire, definition: D, issue: what, aliases: [shoot.]}]"
        },
        ["'shoot.' would mean both 'shoot' and 'fire'; drop it from one"],
    ),
    "bounds in the wrong order": (
        {"events": "[{id: evt, name: E, when: »{not-before: 2024-05-02, not-after: 2024-05-01}}]"},
        ["not-before 2024-05-02 is later than 2024-05-01"],
    ),
    "a tenure that ends before it starts": (
        {
            "tenures": "[{holder: jane-doe, office: minister, since: »2024-01-02,"
            " until: 2024-01-01}]"
        },
        ["since 2024-01-02 is later than until 2024-01-01"],
    ),
    "a statement after its source": (
        {"evidence": f"[{{id: s01, at: 1, speaker: jane-doe, as: own, when: »2024-05-31, {HOW}}}]"},
        ["2024-05-31 is after the source was published, 2024-05-30 at the latest"],
    ),
    "a country with a long id": (
        {"actors": VALID["actors"][:-1] + ", {id: »kosovo, kind: country, name: Kosovo}]"},
        ["country 'kosovo': its id is its ISO 3166-1 alpha-3 code, as in 'pol'"],
    ),
    "an unnamed voice of no source": (
        {"actors": VALID["actors"][:-1] + ", »{id: other, kind: unnamed, name: O}]"},
        ["unnamed voice 'other' needs its 'source'; it is nobody outside it"],
    ),
    "a named voice of one source": (
        {"actors": VALID["actors"][:-1] + ", {id: other, kind: person, name: O, source: »report}]"},
        ["'other' is no unnamed voice, so it has no 'source' of its own"],
    ),
    "a paragraph out of order": (
        {
            "sources": f"[{{id: report, title: R, paragraphs: [{{n: 1, digest: {DIGEST}}},"
            f" {{n: »3, digest: {DIGEST}, nothing: None.}}]}}]"
        },
        ["paragraph 3 stands where 2 is due"],
    ),
    "a broken digest": (
        {"sources": "[{id: report, title: R, paragraphs: [{n: 1, digest: »0A}]}]"},
        ["digest '0A' is not SHA-256 in 64 hexadecimal digits"],
    ),
    "a paragraph without record or reason": (
        {
            "sources": f"[{{id: report, title: R, paragraphs: [{{n: 1, digest: {DIGEST}}},"
            f" »{{n: 2, digest: {DIGEST}}}]}}]"
        },
        ["paragraph 2 has no record; code it or say why in 'nothing: ...'"],
    ),
    "a reason beside a record": (
        {
            "sources": f"[{{id: report, title: R, paragraphs: [{{n: 1, digest: {DIGEST},"
            " nothing: »None.}]}]"
        },
        ["paragraph 1 has records; remove 'nothing'"],
    ),
    "a paragraph that is not there": (
        {
            "sources": "[{id: report, title: R, paragraphs: ["
            + ", ".join(f"{{n: {n}, digest: {DIGEST}, nothing: N.}}" for n in range(1, 28))
            + "]}]",
            "evidence": f"[{{id: s01, at: »40, speaker: jane-doe, as: own, {HOW}}}]",
        },
        ["paragraph 40 does not exist; the source has 27"],
    ),
    "a paragraph before the first": (
        {
            "evidence": f"[{{id: s01, at: 1, speaker: jane-doe, as: own, {HOW}}},"
            f" {{id: s02, at: »-1, speaker: jane-doe, as: own, {HOW}}}]"
        },
        ["paragraph -1 does not exist; the source has 1"],
    ),
    "a paragraph of a source that is only cited": (
        {
            "sources": VALID["sources"][:-1] + ", {id: cited, title: C}]",
            "evidence": f"[{{id: s01, at: 1, speaker: jane-doe, as: own, {HOW}}}, {{id: s02,"
            f" source: cited, at: »1, speaker: jane-doe, as: own, {HOW}}}]",
        },
        ["paragraph 1 does not exist; the source has none"],
    ),
    "an option broader than itself": (
        {
            "options": "[{id: shoot, name: Shoot, definition: D, issue: what, broader: »fire},"
            " {id: fire, name: Fire, definition: D, issue: what, broader: »shoot},"
            " {id: fire-more, name: Fire more, definition: D, issue: what, broader: fire},"
            " {id: self, name: Self, definition: D, issue: what, broader: »self}]"
        },
        [
            f"option '{option}' is broader than itself, by way of its 'broader'"
            for option in ("shoot", "fire", "self")
        ],
    ),
    "a former official for a country": (
        {"evidence": said_as("former-official", more="for: »usa, ")},
        ["'b02' speaks as former-official, so it cannot be 'for: usa'"],
    ),
    "a legislator for a country": (
        {"evidence": said_as("legislator", more="for: »pol, ")},
        ["'b02' speaks as legislator, so it cannot be 'for: pol'"],
    ),
    "a government for nobody": (
        {"evidence": said_as("»government")},
        ["'b02' speaks as government; say 'for' whom"],
    ),
    "a minister for another country": (
        {"evidence": said_as("government", by="»jane-doe", more="for: usa, ")},
        ["'jane-doe' holds no office of 'usa'; add the office and a tenure"],
    ),
    "a former minister for her country": (
        {
            "tenures": "[{holder: jane-doe, office: minister, former: true}]",
            "evidence": said_as("government", by="»jane-doe", more="for: pol, "),
        },
        ["'jane-doe' held no office of 'pol' then; mend tenure or date"],
    ),
    "a named person as an unnamed one": (
        {"evidence": said_as("»unnamed-official")},
        ["'jane-doe' is a person, so 'b02' cannot speak as unnamed-official"],
    ),
    "an institution as an unnamed voice": (
        {"evidence": said_as("»unnamed-official", by="paper")},
        ["'paper' is an institution, so 'b02' cannot speak as unnamed-official"],
    ),
    "an unnamed voice as a person": (
        {"evidence": said_as("»own", by="voice")},
        ["'voice' is an unnamed voice, so 'b02' cannot speak as own"],
    ),
    "an unnamed voice in another source": (
        {
            "sources": TWO_SOURCES,
            "actors": "[{id: voice, kind: unnamed, name: Voice, source: one}]",
            "tenures": "[]",
            "evidence": f"[{{id: s01, at: 1, source: one, speaker: voice, as: unnamed-official,"
            f" {HOW}}},"
            f" {{id: s02, source: two, at: 1, speaker: »voice, as: unnamed-official, {HOW}}}]",
        },
        ["'voice' speaks in 'one' only, never in another text"],
    ),
    "a record that conveys nothing": (
        {
            "evidence": "[»{id: s01, at: 1, speaker: jane-doe, as: own, reported: direct, gist: G,"
            " stances: []}]"
        },
        [
            "'s01' conveys nothing; add one of stances, claims, figures, framings, influences, "
            "predictions"
        ],
    ),
    "two stances on one option": (
        {
            "evidence": "[{id: s01, at: 1, speaker: jane-doe, as: own, reported: direct, gist: G,"
            " stances: »[{option: shoot, is: supports},"
            " {who: jane-doe, option: shoot, is: opposes}]}]"
        },
        ["'s01' has 2 stances of 'jane-doe' on 'shoot'; keep one"],
    ),
}


@pytest.mark.parametrize(("registers", "messages"), CASES.values(), ids=CASES)
def test_a_problem_is_said_at_its_place(
    registers: dict[str, str], messages: list[str], tmp_path: Path
) -> None:
    assert_problems(tmp_path, {"x.yaml": text_of(**registers)}, messages)


@pytest.mark.parametrize(
    ("capacity", "by", "more"),
    [
        ("government", "jane-doe", "for: pol, "),
        ("institution", "paper", "for: paper, "),
        ("author", "paper", ""),
        ("legislator", "jane-doe", ""),
        ("unnamed-official", "voice", ""),
    ],
)
def test_whoever_may_speak_so_does(capacity: str, by: str, more: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(text_of(evidence=said_as(capacity, by=by, more=more)))
    assert load_debate(tmp_path).evidence[0].speaker == by


def test_bounds_that_reach_past_the_source_are_no_problem(tmp_path: Path) -> None:
    when = "when: {not-before: 2024-05-30, not-after: 2024-06-10}, "
    (tmp_path / "x.yaml").write_text(text_of(evidence=said_as("own", more=when)))
    assert load_debate(tmp_path).evidence


def test_records_from_anywhere_are_checked_with_their_path() -> None:
    debate = debate_of(said("s01", "pol", "shoot", "supports"))
    assert check(debate) == []
    message = "alliance 'nato' is not known; add it to 'actors' or mend the name"
    assert check(replace(debate, alliance="nato")) == [Problem(("alliance",), message)]


def test_what_is_known_to_be_lost_is_not_called_unknown() -> None:
    debate = debate_of(said("s01", "pol", "shoot", "supports"))
    lost = replace(debate, options=())
    assert [p.path for p in check(lost)] == [("evidence", 0, "stances", 0, "option")]
    assert check(lost, gaps=Gaps(lost={"options": {"shoot"}})) == []
    assert check(lost, gaps=Gaps(unread={"options"})) == []
    assert len(check(lost, gaps=Gaps(lost={"options": {"other"}}))) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(debates())
def test_drawn_debates_are_valid(debate: Debate) -> None:
    assert check(debate, load_reference()) == []


def test_the_summary_counts_in_words() -> None:
    debate = debate_of(said("s01", "pol", "shoot", "supports"))
    assert summary(debate) == "1 record, 1 stance, 10 actors, 1 option, 1 source"
    assert summary(Debate(id="abc", title="T")) == (
        "0 records, 0 stances, 0 actors, 0 options, 0 sources"
    )


def test_who_has_no_office_on_record_may_speak_in_one_that_nobody_wrote_down() -> None:
    own = replace(said("e01", "pol", "opt", "supports"), speaker="expert")
    assert check(debate_of(own)) == []
