"""A source's text finds its paragraphs and what was copied from it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from debates import debate_of, said
from stancegraph.check import Path, Problem
from stancegraph.errors import UnknownName
from stancegraph.model import Claim, Debate, Paragraph
from stancegraph.source_text import check_text, digest

FIRST = "Allies argue about whether they should shoot missiles down over the border."
SECOND = "Nobody knows yet."
TEXT = f"A Heading\n\n{FIRST}\n\n  • {SECOND}\n"


def told(gist: str, *paragraphs: str) -> Debate:
    """Make a debate of one record, whose source has these paragraphs."""
    debate = debate_of(replace(said("s01", "pol", "shoot", "supports"), gist=gist))
    coded = (Paragraph(n=n, digest=digest(text)) for n, text in enumerate(paragraphs, 1))
    return replace(debate, sources=(replace(debate.sources[0], paragraphs=tuple(coded)),))


def test_a_digest_is_sha_256_of_the_words() -> None:
    assert digest("Two words") == sha256(b"Two words").hexdigest()


@pytest.mark.parametrize(
    "text", ["Two words", "  Two \t words\r\n", "• Two words", " •  Two\nwords", "Two\xa0words"]
)
def test_bullets_and_white_space_do_not_count(text: str) -> None:
    assert digest(text) == digest("Two words")


@pytest.mark.parametrize("text", ["two words", "Two words.", "Twowords", "•• Two words"])
def test_everything_else_counts(text: str) -> None:
    assert digest(text) != digest("Two words")


def test_an_accent_counts_once_however_it_is_encoded() -> None:
    assert digest("caf\xe9") == digest("cafe\u0301")


def test_paragraphs_are_found_among_headings_and_bullets() -> None:
    assert check_text(told("Ours.", FIRST, SECOND), "report", TEXT) == []


@pytest.mark.parametrize(
    ("paragraphs", "position"),
    [((FIRST, "Changed."), 1), ((SECOND, FIRST), 1), (("Changed.", SECOND), 0)],
    ids=["changed", "out of order", "only the first is told"],
)
def test_a_paragraph_that_the_text_has_not_is_pointed_at(
    paragraphs: tuple[str, ...], position: int
) -> None:
    (problem,) = check_text(told("Ours.", *paragraphs), "report", TEXT)
    assert problem == Problem(
        ("sources", 0, "paragraphs", position, "digest"),
        f"no line after paragraph {position} of the text has this digest; recode it",
    )


EIGHT = "whether they should shoot missiles down over the"
SEVEN = "whether they should shoot missiles down over"


@pytest.mark.parametrize(
    "gist",
    [
        EIGHT,
        f"He asked {EIGHT} sea.",
        EIGHT.upper(),
        "whether they, should shoot: missiles down -- over the",
        EIGHT.replace(" ", "\n"),
        EIGHT.replace("they", "th'ey"),
    ],
)
def test_eight_words_in_a_row_are_copied(gist: str) -> None:
    assert check_text(told(gist, FIRST, SECOND), "report", TEXT) == [
        Problem(
            ("evidence", 0, "gist"),
            "the gist of 's01' shares 8 words in a row with the source; paraphrase it",
        )
    ]


@pytest.mark.parametrize("gist", [SEVEN, EIGHT.replace("shoot", "fire"), "Short.", "• "])
def test_seven_words_are_not(gist: str) -> None:
    assert check_text(told(gist, FIRST, SECOND), "report", TEXT) == []


def test_a_row_across_two_paragraphs_counts() -> None:
    gist = "shoot missiles down over the border nobody knows"
    assert check_text(told(gist, FIRST, SECOND), "report", TEXT)


def copied_everywhere() -> Debate:
    debate = told("Ours.", FIRST, SECOND)
    (record,) = debate.evidence
    record = replace(record, claims=(Claim(says="Ours."), Claim(says=EIGHT)), review=EIGHT)
    options = tuple(replace(o, definition=EIGHT, note=EIGHT) for o in debate.options)
    first, second = debate.sources[0].paragraphs
    source = replace(debate.sources[0], paragraphs=(first, replace(second, nothing=EIGHT)))
    return replace(
        debate, description=EIGHT, evidence=(record,), options=options, sources=(source,)
    )


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (("description",), "the description of 'test-debate'"),
        (("options", 0, "definition"), "the definition of 'shoot'"),
        (("options", 0, "note"), "the note of 'shoot'"),
        (("sources", 0, "paragraphs", 1, "nothing"), "the nothing of 'report'"),
        (("evidence", 0, "claims", 1, "says"), "the says of 's01'"),
        (("evidence", 0, "review"), "the review of 's01'"),
    ],
    ids=str,
)
def test_all_that_a_coder_writes_is_compared(path: Path, what: str) -> None:
    found = check_text(copied_everywhere(), "report", TEXT)
    assert len(found) == 6
    assert [p.message.partition(" shares")[0] for p in found if p.path == path] == [what]


def test_an_unknown_source_is_told_with_a_suggestion() -> None:
    with pytest.raises(UnknownName, match=r"no source is called 'reprot'; did you mean 'report'\?"):
        check_text(told("Ours.", FIRST), "reprot", TEXT)
