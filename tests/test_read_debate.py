"""Files that are no debate say why, at a line and column; no file raises anything else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from marked import assert_problems, problems_of
from stancegraph.dates import span
from stancegraph.errors import StanceError, UnknownName
from stancegraph.model import Bounds, Certainty, Debate, EvidenceKind, Polarity
from stancegraph.read.debate import load_debate, read_debate

SHIPPED = Path(__file__).parents[1] / "data" / "ukraine-skies"
HEADER = "debate: {id: test-debate, title: Test}\n"
FIGURE = """\
sources: [{{id: report, title: R, paragraphs: [{{n: 1, digest: %s}}]}}]
evidence:
  - {{id: s01, at: 1, speaker: pol, as: government, for: pol, reported: direct, gist: G,
     figures: [{{value: {}, unit: percent, of: Missiles}}]}}
""" % ("0" * 64)
TOP = "a debate's file is a mapping of registers, not {}; 'stancegraph new DIR' shows one"
NO_HEADER = "no 'debate:' with id and title in any file; add it to one of them"


def read(folder: Path, text: str) -> Debate:
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    return load_debate(folder / "x.yaml")


NOT_YAML = {
    "an empty file": ("»", [TOP.format("nothing")]),
    "comments only": ("»# nothing yet\n", [TOP.format("nothing")]),
    "null": ("»~\n", [TOP.format("nothing")]),
    "a list": ("»- debate\n", [TOP.format("a list")]),
    "a word": ("»debate\n", [TOP.format("'debate'")]),
    "a tab": (
        "debate:\n»\tid: abc\n",
        [
            "not YAML: found character that cannot start any token; indent with spaces, never "
            "tabs, and put a text that begins with @ or ` in quotes"
        ],
    ),
    "a colon in a text": (
        "debate:\n  id: abc\n  title: No»: never\n",
        [
            "not YAML: mapping values are not allowed in this context; put a text that holds "
            "': ' in quotes"
        ],
    ),
    "a colon in brackets": (
        "debate: {id: abc, title: 12»:30}\n",
        ["not YAML: found unexpected ':'; put a text that holds ':' in quotes between {} or []"],
    ),
    "no end": ("debate: {id: abc\n»", ["not YAML: did not find expected ',' or '}'"]),
    "a broken escape": (
        'debate: {title: "\\u»d800"}\n',
        ["not YAML: found invalid Unicode character escape code"],
    ),
    "a control character": (
        "debate:\n  title: é»\x07\n",
        ["character U+0007 is not allowed in YAML; remove it"],
    ),
    "an alias to nowhere": ("debate: »*gone\n", ["alias '*gone'; write the value out"]),
    "an anchor": (
        "debate: »&here {id: abc}\n",
        ["anchor '&here'; anchors are not used in debates"],
    ),
    "an anchored key": ("»&a debate: 1\n", ["anchor '&a'; anchors are not used in debates"]),
    "anchors that explode": (
        "a: »&a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
        ["anchor '&a'; anchors are not used in debates"],
    ),
    "a tag that runs code": (
        "debate: »!!python/object/apply:os.system [ls]\n",
        ["tag 'tag:yaml.org,2002:python/object/apply:os.system'; tags are not used in debates"],
    ),
    "a tagged key": (
        "»!!str debate: 1\n",
        ["tag 'tag:yaml.org,2002:str'; tags are not used in debates"],
    ),
    "a second document": (
        "debate: {id: abc, title: T}\n»---\nactors: []\n",
        ["a second document starts here; one file holds one"],
    ),
    "deep nesting": (
        f"a: {'[' * 12}»{'[' * 50000}{']' * 50012}\n",
        ["more than 12 levels deep; a debate needs at most 6"],
    ),
    "a list as a key": ("? »[a]\n: b\n", ["a key must be a word"]),
    "a key twice": (
        "debate:\n  id:\n    abc\n  »id: abd\n",
        ["key 'id' again; it stands on line 2"],
    ),
}


@pytest.mark.parametrize(("text", "messages"), NOT_YAML.values(), ids=NOT_YAML)
def test_what_is_no_yaml_for_us_is_pointed_at(
    text: str, messages: list[str], tmp_path: Path
) -> None:
    assert_problems(tmp_path, {"x.yaml": text}, messages)


WRONG_SHAPE = {
    "an unknown register": (
        "»acters: []\n",
        ["unknown register 'acters'; did you mean 'actors' or 'tenures'?"],
    ),
    "an odd register": (
        "»qqq: []\n",
        [
            "unknown register 'qqq'; a debate has debate, actors, offices, tenures, memberships, "
            "issues, options, arguments, conditions, limits, frames, events, sources, evidence"
        ],
    ),
    "a register of no list": ("actors: »{}\n", ["'actors' takes a list of records, not a mapping"]),
    "a register of nothing": ("actors:»\n", ["'actors' takes a list of records, not nothing"]),
    "records that are none": (
        "actors: [»~, »[], »jane]\n",
        [
            "an actor is a mapping of keys and values, not nothing",
            "an actor is a mapping of keys and values, not a list",
            "an actor is a mapping of keys and values, not 'jane'",
        ],
    ),
    "an unknown key": (
        "actors:\n  - id: jane-doe\n    kind: person\n    name: J\n    »alias:\n      - Janey\n",
        ["unknown key 'alias' in an actor; did you mean 'aliases'?"],
    ),
    "an odd key": (
        "issues: [{id: abc, name: A, definition: D, »xyz: 1}]\n",
        ["unknown key 'xyz' in an issue; it has id, name, definition"],
    ),
    "an unknown key further in": (
        "events: [{id: abc, name: A, when: {»not-befor: 2024-05-30}}]\n",
        ["unknown key 'not-befor' in 'when'; did you mean 'not-before' or 'not-after'?"],
    ),
    "what is needed": (
        "options: [»»{id: abc, name: A}]\n",
        ["an option lacks 'definition'", "an option lacks 'issue'"],
    ),
    "whose tenure it is": (
        "offices: [{id: abc, name: A, of: pol}]\ntenures: [»{office: abc}]\n",
        ["a tenure lacks 'holder'"],
    ),
    "no value": (
        "actors: [{id: jane-doe, kind: person, name: »}]\n",
        ["'name' takes a single value, not nothing"],
    ),
    "an empty text": (
        "actors: [{id: jane-doe, kind: person, name: »' '}]\n",
        ["'name' is empty; leave the key out or fill it in"],
    ),
    "a list for a text": (
        "actors: [{id: jane-doe, kind: person, name: »[J]}]\n",
        ["'name' takes a single value, not a list"],
    ),
    "a text for a list": (
        "actors: [{id: jane-doe, kind: person, name: J, aliases: »Janey}]\n",
        ["'aliases' takes a list, as in [..], not 'Janey'"],
    ),
    "lists in a list": (
        "actors: [{id: jane-doe, kind: person, name: J, aliases: [»[a], b, »~, »'']}]\n",
        [
            "'aliases' takes a single value, not a list",
            "'aliases' takes a single value, not nothing",
            "'aliases' is empty; leave the key out or fill it in",
        ],
    ),
    "a kind that is none": (
        "actors: [{id: jane-doe, kind: »persona, name: J}]\n",
        ["'kind' cannot be 'persona'; did you mean 'person'?"],
    ),
    "a kind that is like none": (
        "actors: [{id: jane-doe, kind: »xyz, name: J}]\n",
        [
            "'kind' cannot be 'xyz'; it is one of country, institution, alliance, person, "
            "unnamed, group"
        ],
    ),
    "a flag that is no true or false": (
        "offices: [{id: abc, name: A, of: pol}]\n"
        "tenures: [{holder: pol, office: abc, former: »yes}]\n",
        ["'former' takes true or false, not 'yes'"],
    ),
    "a day that no calendar has": (
        "events: [{id: abc, name: A, when: »2024-02-30}]\n",
        ["'when': there is no day '2024-02-30' in the calendar"],
    ),
    "a month that no calendar has": (
        "events: [{id: abc, name: A, when: »2024-13}]\n",
        ["'when': there is no day '2024-13' in the calendar"],
    ),
    "a year that no calendar has": (
        "events: [{id: abc, name: A, when: »'0000'}]\n",
        ["'when': there is no day '0000' in the calendar"],
    ),
    "a date that is none": (
        "events: [{id: abc, name: A, when: »30 May 2024}]\n",
        ["'when' takes a date such as 2024-05-30, not '30 May 2024'"],
    ),
    "digits of another script": (
        "events: [{id: abc, name: A, when: »٢٠٢٤}]\n",
        ["'when' takes a date such as 2024-05-30, not '٢٠٢٤'"],
    ),
    "a list for a date": (
        "events: [{id: abc, name: A, when: »[2024]}]\n",
        ["'when' is a mapping of keys and values, not a list"],
    ),
    "a month for a bound": (
        "events: [{id: abc, name: A, when: {not-after: »2024-05}}]\n",
        ["'not-after' takes a day such as 2024-05-30, not '2024-05'"],
    ),
    "a number that is no number": (
        FIGURE.format("»about half"),
        ["'value' takes a number such as 46 or 3.5, not 'about half'"],
    ),
    "not a number": (
        FIGURE.format("»NaN"),
        ["'value' takes a number such as 46 or 3.5, not 'NaN'"],
    ),
    "no end of a number": (
        FIGURE.format("»-inf"),
        ["'value' takes a number such as 46 or 3.5, not '-inf'"],
    ),
    "a number that would fill the memory": (
        FIGURE.format("»1e999999999"),
        ["'value' takes a number such as 46 or 3.5, not '1e999999999'"],
    ),
    "a paragraph that is no number": (
        "sources: [{id: report, title: R, paragraphs: [{n: »one, digest: x}]}]\n",
        ["'n' takes a whole number, not 'one'"],
    ),
}
"""By what is wrong: what follows the header of a debate, and what is said of it."""


@pytest.mark.parametrize(("text", "messages"), WRONG_SHAPE.values(), ids=WRONG_SHAPE)
def test_what_has_the_wrong_shape_is_pointed_at(
    text: str, messages: list[str], tmp_path: Path
) -> None:
    assert_problems(tmp_path, {"x.yaml": HEADER + text}, messages)


WRONG_HEADER = {
    "a list": ("debate: »[a]\n", ["'debate' takes a mapping with id and title, not a list"]),
    "nothing": ("debate:»\n", ["'debate' takes a mapping with id and title, not nothing"]),
    "without a title": ("debate: »{id: abc}\n", ["'debate' lacks 'title'"]),
    "a title of nothing": (
        "debate: {id: abc, title: »}\n",
        ["'title' takes a single value, not nothing"],
    ),
    "a blank title": (
        "debate: {id: abc, title: »' '}\n",
        ["'title' is empty; leave the key out or fill it in"],
    ),
    "an unknown key": (
        "debate: {id: abc, title: T, »descripton: D}\n",
        ["unknown key 'descripton' in 'debate'; did you mean 'description'?"],
    ),
    "a short id": (
        "debate: {id: »no, title: on}\n",
        ["id 'no': three or more of a-z, 0-9 and single hyphens, as in 'new-id'"],
    ),
    "an unknown alliance": (
        "debate: {id: abc, title: T, alliance: »natp}\n",
        ["alliance 'natp' is not known; did you mean 'nato'?"],
    ),
}


@pytest.mark.parametrize(("text", "messages"), WRONG_HEADER.values(), ids=WRONG_HEADER)
def test_a_wrong_header_is_pointed_at(text: str, messages: list[str], tmp_path: Path) -> None:
    assert_problems(tmp_path, {"x.yaml": text}, messages)


def test_a_debate_without_header_is_told_to_have_one(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("actors: []\n")
    assert problems_of(tmp_path / "x.yaml") == [f"{tmp_path}/x.yaml:1:1: {NO_HEADER}"]


def test_a_second_header_says_where_the_first_is(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEADER)
    (tmp_path / "b.yaml").write_text(f"\n{HEADER}")
    assert problems_of(tmp_path) == [
        f"{tmp_path}/b.yaml:2:9: a second 'debate'; the first is at {tmp_path}/a.yaml:1"
    ]


@pytest.mark.parametrize(
    ("content", "place", "byte"),
    [
        (b"debate:\n  title: \xc3\xa9\xe9t\xe9\n", "2:11", "0xe9"),
        (b"\xef\xbb\xbfdebate: \xff", "1:9", "0xff"),
        ("debate: {id: abc}".encode("utf-16"), "1:1", "0xff"),
        (b"a\n\xed\xa0\x80", "2:1", "0xed"),
    ],
    ids=["latin 1", "after a byte order mark", "utf 16", "half a character"],
)
def test_what_is_not_utf_8_is_pointed_at(
    content: bytes, place: str, byte: str, tmp_path: Path
) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    assert problems_of(tmp_path) == [
        f"{tmp_path}/x.yaml:{place}: byte {byte} is not UTF-8; save the file as UTF-8"
    ]


def test_a_byte_order_mark_and_windows_lines_are_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbf" + HEADER.replace("\n", "\r\n").encode())
    assert load_debate(tmp_path).title == "Test"


def test_a_folder_without_files_says_how_to_start(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(HEADER)
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / ".hidden.yaml").write_text("[")
    assert problems_of(tmp_path) == [
        f"{tmp_path}: no .yaml file in this folder; 'stancegraph new DIR' starts a debate"
    ]


def to_itself(link: Path) -> None:
    link.symlink_to(link)


def to_nowhere(link: Path) -> None:
    link.symlink_to(link.with_name("gone"))


@pytest.mark.parametrize(
    ("make", "why"),
    [(to_itself, "Too many levels of symbolic links"), (to_nowhere, "No such file or directory")],
)
def test_a_file_of_a_folder_that_cannot_be_read_is_named_beside_other_problems(
    make: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    make(tmp_path / "a.yaml")
    (tmp_path / "b.yaml").write_text(f"{HEADER}acts: []\n")
    assert problems_of(tmp_path) == [
        f"{tmp_path}/a.yaml:1:1: cannot be read: {why}",
        f"{tmp_path}/b.yaml:2:1: unknown register 'acts'; did you mean 'actors'?",
    ]


def test_a_path_that_cannot_be_followed_is_named(tmp_path: Path) -> None:
    to_itself(tmp_path / "loop")
    with pytest.raises(StanceError, match="/loop: cannot be read: Too many levels"):
        load_debate(tmp_path / "loop")
    with pytest.raises(StanceError, match="cannot be read: File name too long"):
        load_debate("x" * 300)


def test_a_device_is_no_debate() -> None:
    assert problems_of(Path(os.devnull)) == [
        f"{os.devnull}: neither a file nor a folder; name a debate's file or folder"
    ]


@pytest.mark.parametrize("name", ["ukraine-sky", "gone/x.yaml", "a\0b"])
def test_a_name_of_no_debate_says_what_there_is(name: str) -> None:
    with pytest.raises(UnknownName, match="'stancegraph debates' lists what is shipped"):
        load_debate(name)


def test_a_name_like_that_of_a_shipped_debate_is_suggested() -> None:
    with pytest.raises(UnknownName, match=r"'ukraine-sky'; did you mean 'ukraine-skies'\?"):
        load_debate("ukraine-sky")


def test_all_problems_of_all_files_come_at_once_and_in_order(tmp_path: Path) -> None:
    first = (
        f"{HEADER}actors: [{{id: jane-doe, kind: »human, name: J, country: polska}}]\n"
        "issues:\n  - »{id: abc, name: A}\n"
        "options:\n  - {id: opt, name: O, definition: D, issue: »abd}\n"
        "events: [{id: evt, name: E, when: »2024-02-30, actors: [»pool]}]\n"
    )
    second = "memberships:\n  - {member: »polska, organization: nato}\n»foo: []\n"
    messages = [
        "'kind' cannot be 'human'; it is one of country, institution, alliance, person, unnamed, "
        "group",
        "an issue lacks 'definition'",
        "issue 'abd' is not known; did you mean 'abc'?",
        "'when': there is no day '2024-02-30' in the calendar",
        "actors 'pool' is not known; did you mean 'pol'?",
        "member 'polska' is not known; did you mean 'pol'?",
        "unknown register 'foo'; a debate has debate, actors, offices, tenures, memberships, "
        "issues, options, arguments, conditions, limits, frames, events, sources, evidence",
    ]
    assert_problems(tmp_path, {"a.yaml": first, "b.yaml": second}, messages)


def test_what_could_not_be_read_is_not_called_missing_as_well(tmp_path: Path) -> None:
    files = {
        "actors.yaml": "actors:\n  - »{id: jane-doe, kind: person, »nam: Jane Doe}\n",
        "debate.yaml": f"{HEADER}sources: [{{id: report, title: R, »paragrafs: []}}]\n",
        "evidence.yaml": (
            "evidence:\n"
            "  - {id: s01, at: 1, speaker: jane-doe, as: own, reported: direct, gist: G,\n"
            "     »stanses: [{option: shoot, is: supports}]}\n"
            "  - {id: s02, at: 1, speaker: john-doe, as: own, reported: direct, gist: G,\n"
            "     stances: [{option: shoot, is: »suports}]}\n"
        ),
        "options.yaml": "options:\n»\t- {id: shoot}\n",
    }
    messages = [
        "an actor lacks 'name'",
        "unknown key 'nam' in an actor; did you mean 'name'?",
        "unknown key 'paragrafs' in a source; did you mean 'paragraphs'?",
        "unknown key 'stanses' in a record of evidence; did you mean 'stances'?",
        "'is' cannot be 'suports'; did you mean 'supports' or 'leans-support'?",
        "not YAML: found character that cannot start any token; indent with spaces, never tabs, "
        "and put a text that begins with @ or ` in quotes",
    ]
    assert_problems(tmp_path, files, messages)


EVIDENCE = """\
sources: [{id: report, title: R, when: 2024-05, paragraphs: [{n: 1, digest: %s}]}]
actors:
  - {id: jane-doe, kind: person, name: Jane Doe, country: pol}
offices: [{id: minister, name: Minister, of: pol}]
tenures: [{holder: jane-doe, office: minister}]
issues: [{id: what, name: What, definition: What to do.}]
options: [{id: shoot, name: Shoot, definition: Shoot them down., issue: what}]
frames: [{id: war, name: War, definition: It is war.}]
evidence:
""" % ("0" * 64)


def test_who_may_be_left_out_and_is_the_principal_or_else_the_speaker(tmp_path: Path) -> None:
    debate = read(
        tmp_path,
        HEADER
        + EVIDENCE
        + "  - {id: s01, at: 1, speaker: jane-doe, as: government, for: pol, reported: direct,\n"
        "     gist: G, stances: [{option: shoot, is: supports}]}\n"
        "  - {id: s02, at: 1, speaker: jane-doe, as: own, reported: direct, gist: G,\n"
        "     stances: [{option: shoot, is: opposes}], framings: [{option: shoot, frame: war}]}\n",
    )
    first, second = debate.evidence
    assert first.stances[0].holder == "pol"
    assert (second.stances[0].holder, second.framings[0].holder) == ("jane-doe", "jane-doe")


def test_what_may_be_left_out_has_its_default(tmp_path: Path) -> None:
    debate = read(
        tmp_path,
        HEADER
        + EVIDENCE
        + "  - {id: s01, at: 1, speaker: jane-doe, as: own, reported: direct, gist: G,\n"
        "     stances: [{option: shoot, is: leans-oppose}]}\n",
    )
    (record,) = debate.evidence
    assert (record.kind, record.source, record.when) == (EvidenceKind.STATEMENT, "report", Bounds())
    assert record.stances[0].polarity is Polarity.LEANS_OPPOSE
    assert record.stances[0].certainty is Certainty.UNSPECIFIED
    assert debate.sources[0].when == Bounds(
        not_before=date(2024, 5, 1), not_after=date(2024, 5, 31)
    )


def test_words_that_older_yaml_takes_for_values_are_texts(tmp_path: Path) -> None:
    debate = read(
        tmp_path,
        "debate: {id: 'off', title: no, description: 1.0}\n"
        "actors:\n"
        "  - {id: jane-doe, kind: person, name: on, aliases: [yes, y, 012, 1e3, 0x1f, 12:30:45],"
        " note: ~a, wikidata: 'null'}\n".replace("12:30:45", "'12:30:45'"),
    )
    (actor,) = debate.actors
    assert (debate.id, debate.title, debate.description) == ("off", "no", "1.0")
    assert actor.name == "on"
    assert actor.aliases == ("yes", "y", "012", "1e3", "0x1f", "12:30:45")
    assert (actor.note, actor.wikidata) == ("~a", "null")


def test_a_long_text_is_read_whole(tmp_path: Path) -> None:
    text = "word " * 20_000 + "end"
    debate = read(tmp_path, f"debate:\n  id: abc\n  title: T\n  description: >-\n    {text}\n")
    assert debate.description == text


@pytest.mark.parametrize(("written", "value"), [("46", "46"), ("-3.50", "-3.50"), ("007", "7")])
def test_a_figure_is_the_number_as_printed(written: str, value: str, tmp_path: Path) -> None:
    (record,) = read(tmp_path, HEADER + FIGURE.format(written)).evidence
    assert record.figures[0].value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_date_is_the_days_that_it_can_mean(text: str, first: str, last: str) -> None:
    assert span(text) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2023-02-29", "day"),
        ("2024-00", "month"),
        *((text, f"^{text}$") for text in ("24-05-30", "20240530", "2024-5-3", "")),
    ],
)
def test_what_is_no_date_has_no_days(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        span(text)


THREE_RECORDS = """\
- id: s07
  at: 4
  speaker: kurt-volker
  as: former-official
  reported: indirect
  gist: The US and Germany resist because it could pull NATO into the war.
  stances:
    - {who: usa, option: allied-interception, is: opposes, sure: probable,
       because: [escalation-risk]}
    - {who: deu, option: allied-interception, is: opposes, sure: probable,
       because: [escalation-risk]}
- id: s11
  at: 6
  speaker: european-official-2
  as: unnamed-official
  reported: direct
  gist: European nations look to the US to lead.
  influences:
    - {by: usa, moves: european-nations, says: European nations take their lead from the US}
- id: s37
  at: 27
  speaker: dk-foreign-minister
  as: government
  for: dnk
  reported: indirect
  gist: Ukraine may use donated F-16s against military targets in Russia.
  stances: [{option: f16-in-russia, is: supports, sure: certain, only: [military-targets-only]}]
"""
AROUND_THEM = """\
actors:
  - {id: kurt-volker, kind: person, name: Kurt Volker}
  - {id: european-official-2, kind: unnamed, name: An official, source: article}
  - {id: european-nations, kind: group, name: European nations}
  - {id: dk-foreign-minister, kind: person, name: Danish foreign minister}
offices: [{id: foreign-minister, name: Foreign minister of Denmark, of: dnk}]
tenures: [{holder: dk-foreign-minister, office: foreign-minister}]
issues: [{id: skies, name: Skies, definition: What to do.}]
options:
  - {id: allied-interception, name: Intercept, definition: Intercept., issue: skies}
  - {id: f16-in-russia, name: Let it strike, definition: Let it strike., issue: skies}
arguments: [{id: escalation-risk, name: Escalation, definition: It could escalate.}]
limits: [{id: military-targets-only, name: Military, definition: Military targets.}]
"""


def test_records_read_as_the_design_writes_them(tmp_path: Path) -> None:
    paragraphs = "".join(
        f"  - {{n: {n}, digest: {'0' * 64}{'' if n in (4, 6, 27) else ', nothing: None.'}}}\n"
        for n in range(1, 28)
    )
    source = f"sources:\n- id: article\n  title: Article\n  paragraphs:\n{paragraphs}"
    debate = read(tmp_path, f"{HEADER}{source}{AROUND_THEM}evidence:\n{THREE_RECORDS}")
    s07, s11, s37 = debate.evidence
    assert [s.holder for s in s07.stances] == ["usa", "deu"]
    assert s07.stances[0].reasons == ("escalation-risk",)
    assert (s11.influences[0].by, s11.influences[0].moves) == ("usa", "european-nations")
    assert (s37.principal, s37.stances[0].holder) == ("dnk", "dnk")
    assert s37.stances[0].limits == ("military-targets-only",)


def test_a_problem_found_later_is_placed_in_its_file() -> None:
    from stancegraph.check import Problem

    placed = read_debate("ukraine-skies")
    at_gist = placed.located(Problem(("evidence", 0, "gist"), "mend it"))
    assert re.fullmatch(r".*evidence\.yaml:11:11: mend it", at_gist)
    at_title = placed.located(Problem(("title",), "mend it"))
    assert re.fullmatch(r".*debate\.yaml:3:10: mend it", at_title)


def read_only_with_known_errors(files: dict[str, bytes]) -> None:
    """Read a folder; anything but success and our own error fails the test."""
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        with suppress(StanceError):
            load_debate(folder)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
patient = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.data_too_large]
)


@patient
@given(st.binary(max_size=300) | _TEXTS.map(str.encode))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    read_only_with_known_errors({"x.yaml": content})


@patient
@given(st.lists(st.sampled_from("[]{}:,-?&*!|>'\"%@`# \n\tax0~"), max_size=60).map("".join))
def test_no_marks_of_yaml_raise_anything_else(text: str) -> None:
    read_only_with_known_errors({"x.yaml": HEADER.encode() + text.encode()})


EVIDENCE_FILE = (SHIPPED / "evidence.yaml").read_bytes()
OTHER_FILES = {
    name: (SHIPPED / name).read_bytes()
    for name in ("actors.yaml", "debate.yaml", "options.yaml", "sources.yaml")
}
cuts = st.tuples(
    st.integers(0, len(EVIDENCE_FILE)),
    st.integers(0, 40),
    st.binary(max_size=4) | st.sampled_from([b"\n", b": ", b"- ", b"{", b"]", b"'", b"  ", b"usa"]),
)


@settings(patient, max_examples=60)
@given(st.lists(cuts, min_size=1, max_size=6))
@example([(0, 10**6, b"")])
def test_no_change_to_a_file_raises_anything_else(changes: list[tuple[int, int, bytes]]) -> None:
    changed = EVIDENCE_FILE
    for start, length, put in changes:
        changed = changed[:start] + put + changed[start + length :]
    read_only_with_known_errors(OTHER_FILES | {"evidence.yaml": changed})


@settings(patient, max_examples=40)
@given(st.permutations(EVIDENCE_FILE.splitlines(keepends=True)[6:60]))
def test_no_order_of_lines_raises_anything_else(lines: list[bytes]) -> None:
    read_only_with_known_errors(OTHER_FILES | {"evidence.yaml": b"".join(lines)})
