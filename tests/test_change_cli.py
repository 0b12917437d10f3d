"""The commands that change a graph, as people meet them: whole outputs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stancegraph.change.editor import from_editor
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.read.debate import load_debate

NOON = "1717243200"  # 1 June 2024, 12:00 UTC
ENV = {"COLUMNS": "100", "STANCEGRAPH_USER": "Jane Doe", "SOURCE_DATE_EPOCH": NOON}


@pytest.fixture
def skies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Copy the shipped debate into the folder where the commands run."""
    with as_file(files("stancegraph.data") / "ukraine-skies") as shipped:
        shutil.copytree(shipped, tmp_path / "skies")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return "skies"


def run(*words: str, input: str | None = None, **env: str) -> Result:
    return CliRunner(env={**ENV, **env}).invoke(main, list(words), input=input)


def said(*words: str, input: str | None = None, **env: str) -> str:
    result = run(*words, "-g", "skies", input=input, **env)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str, input: str | None = None, graph: str = "skies", **env: str) -> str:
    result = run(*words, "-g", graph, input=input, **env)
    assert result.exit_code == 1, result.output
    assert result.stdout == "" or words[0] == "merge"
    return result.stderr


def editor(tmp_path: Path, code: str) -> str:
    """Return the command of an editor that runs some Python on `text`, the file's content."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfile = Path(sys.argv[1])\n"
        f"text = file.read_text()\n{code}\nfile.write_text(text)\n"
    )
    return f"'{sys.executable}' '{script}'"


ADD = (
    *("add", "--at", "4", "--speaker", "Kurt Volker", "--as", "former-official"),
    *("--reported", "indirect", "--gist", "Poland is keen."),
    *("--stance", "Poland supports allied-interception probable because escalation-risk"),
)


def test_a_statement_is_added_by_options_and_taken_back(skies: str) -> None:
    before = Path("skies/evidence.yaml").read_text()
    assert said(*ADD) == ("change 1: added 's38'\nto take it back: stancegraph undo 1 -g skies\n")
    assert Path("skies/evidence.yaml").read_text() == before + (
        "\n"
        "  - id: s38\n"
        "    at: 4\n"
        "    speaker: kurt-volker\n"
        "    as: former-official\n"
        "    reported: indirect\n"
        "    gist: Poland is keen.\n"
        "    stances:\n"
        "      - who: pol\n"
        "        option: allied-interception\n"
        "        is: supports\n"
        "        sure: probable\n"
        "        because: [escalation-risk]\n"
    )
    assert said("undo") == (
        "change 2: took back change 1: added 's38'\nto take it back: stancegraph undo 2 -g skies\n"
    )
    assert Path("skies/evidence.yaml").read_text() == before


def test_a_dry_run_shows_and_changes_nothing(skies: str) -> None:
    before = Path("skies/evidence.yaml").read_text()
    assert said(*ADD, "--dry-run") == (
        "preview: added 's38'\n"
        "\n"
        " register  record  after\n"
        " ─────────────────────────────────\n"
        " evidence  s38     Poland is keen.\n"
        "\n"
        "1 record would change\n"
        "No position would change.\n"
        "nothing was changed: --dry-run only shows\n"
    )
    assert Path("skies/evidence.yaml").read_text() == before
    assert not Path("skies/log.jsonl").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--at", "x"), "'at' takes a whole number, not 'x'"),
        (("--as", "offical"), "'as' cannot be 'offical'; did you mean"),
        (("--gist", "A."), "a record of evidence lacks 'at'"),
        (("--stance", "usa oposes x"), "did you mean 'opposes'?"),
        (("--stance", "opposes x y"), "after the option come pairs"),
        (("--stance", "usa opposes x becase y"), "'becase' is unknown; did you mean 'because'?"),
        (("--stance", "usa opposes 'x"), "a quotation mark is not closed"),
        (("x.yaml", "--at", "4"), "give a file or the options of one record, not both"),
        (("gone.yaml",), "gone.yaml: cannot be read: No such file or directory"),
    ],
)
def test_a_slip_is_told_with_its_remedy(skies: str, words: tuple[str, ...], message: str) -> None:
    assert message in refused("add", *words)
    assert not Path("skies/log.jsonl").exists()


def test_all_problems_of_a_record_are_told_at_once(skies: str) -> None:
    words = [w.replace("Kurt Volker", "kurt-voker").replace("4", "40") for w in ADD]
    assert refused(*words) == (
        "Error: evidence/s38: speaker 'kurt-voker' is not known; did you mean 'kurt-volker'?\n"
        "evidence/s38: paragraph 40 does not exist; the source has 27\n"
        "nothing was changed\n"
    )


FILE = """\
# What we found later.
actors:
  # The new one.
  - id: joe-doe   # not Joe Do
    kind: person
    name: "Joe Doe"
evidence:
  - {at: 3, speaker: joe-doe, as: own, reported: direct, gist: It., stances: [{option: OPTION,
     is: opposes}]}
"""


def test_a_file_is_added_as_it_was_written(skies: str) -> None:
    text = FILE.replace("OPTION", "allied-interception")
    assert said("add", "-", input=text).startswith("change 1: added 'joe-doe' and 's38'\n")
    actors = Path("skies/actors.yaml").read_text()
    assert (
        '  # The new one.\n  - id: joe-doe   # not Joe Do\n    kind: person\n    name: "Joe Doe"\n'
        in actors
    )
    item = text[text.index("  - {at") :].replace("{at", "{id: s38, at")
    assert Path("skies/evidence.yaml").read_text().endswith(f"\n\n{item}")


IN_QUOTES = """\
evidence:
  # Why it is here.
  - at: 6   # of 27
    speaker: kurt-volker
    as: former-official
    reported: direct
    gist: "A text: with id: inside."
    stances: [{who: pol, option: allied-interception, is: supports, sure: certain}]
"""


def test_a_text_that_names_an_id_does_not_cost_the_comments(skies: str) -> None:
    before = Path("skies/evidence.yaml").read_text()
    assert "added 's38'" in said("add", "-", input=IN_QUOTES)
    written = IN_QUOTES.removeprefix("evidence:").replace("- at: 6 ", "- id: s38\n    at: 6 ")
    assert Path("skies/evidence.yaml").read_text() == before.rstrip("\n") + "\n" + written


def test_an_id_that_is_chosen_is_none_that_the_file_gives(skies: str) -> None:
    mine = IN_QUOTES.partition("  #")[2].partition("\n")[2]
    given = mine.replace("- at: 6 ", "- id: s38\n    at: 6 ").replace("A text", "Another")
    assert "added 's39' and 's38'" in said("add", "-", input=f"evidence:\n{mine}{given}")


def test_an_id_that_is_taken_in_a_graphs_file_is_told_with_its_line(skies: str) -> None:
    assert run("export", "trig", "-g", "skies", "-o", "skies.trig").exit_code == 0
    assert run("import", "rdf", "skies.trig", "-o", "g.duckdb").exit_code == 0
    given = IN_QUOTES.replace("- at: 6 ", "- id: s07\n    source: semafor-skies\n    at: 6 ")
    assert "standard input:3:9: id 's07' is taken" in (
        refused("add", "-", graph="g.duckdb", input=given)
    )


def test_problems_of_a_file_are_told_with_its_lines(skies: str) -> None:
    Path("new.yaml").write_text(FILE.replace("OPTION", "allied-intercept"))
    assert refused("add", "new.yaml") == (
        "Error: new.yaml:8:88: option 'allied-intercept' is not known; did you mean "
        "'allied-interception', 'coalition-interception' or 'nato-interception'?\n"
        "nothing was changed\n"
    )
    assert refused("add", "-", input="evidence: [").startswith(
        "Error: standard input:2:1: not YAML"
    )
    assert "standard input:1:1: unknown register 'evidnce'" in refused(
        "add", "-", input="evidnce: []"
    )
    assert "there is no record to add" in refused("add", "-", input="actors: []")
    assert "'stancegraph edit debate' changes it" in refused(
        "add", "-", input="debate: {id: other, title: Other}"
    )


def test_a_record_is_edited_by_field(skies: str) -> None:
    assert said("edit", "s07", "--set", "gist=a: b # [c]", "--set", "reported=direct") == (
        "change 1: edited reported and gist of 's07'\n"
        "to take it back: stancegraph undo 1 -g skies\n"
    )
    record = next(e for e in load_debate("skies").evidence if e.id == "s07")
    assert (record.gist, record.mode) == ("a: b # [c]", "direct")
    said("edit", "Kurt Volker", "--set", "aliases=[Volker, 'V, K.']", "--unset", "country")
    volker = next(a for a in load_debate("skies").actors if a.id == "kurt-volker")
    assert (volker.aliases, volker.country) == (("Volker", "V, K."), None)
    said("edit", "debate", "--set", "title=Skies")
    said("edit", "tenures/1", "--set", "since=2023-12-13")
    assert load_debate("skies").title == "Skies"
    assert load_debate("skies").tenures[0].since is not None


def test_what_a_speaker_holds_goes_with_the_speaker_what_others_hold_stays(skies: str) -> None:
    said(*ADD, "--stance", "supports f16-in-russia")
    edited = said("edit", "s38", "--set", "speaker=william-taylor")
    assert "edited speaker and stances of 's38'" in edited
    record = load_debate("skies").evidence[-1]
    assert [s.holder for s in record.stances] == ["pol", "william-taylor"]
    text = Path("skies/evidence.yaml").read_text()
    assert text.endswith("      - {who: william-taylor, option: f16-in-russia, is: supports}\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("s07", "--set", "gits=x"), "evidence have no field 'gits'; did you mean 'gist'?"),
        (("s07", "--set", "gist"), "--set takes FIELD=VALUE"),
        (("s07", "--set", "at=[1"), "at='[1': not YAML"),
        (("s07", "--set", "at=1\nspeaker: usa"), "not YAML: mapping values are not allowed"),
        (("s07", "--set", "stances=usa"), "'stances' takes a list"),
        (("s07", "--unset", "gist"), "'gist' of 's07' is needed"),
        (("s07", "--set", "id=s99"), "stancegraph rename s07 --id s99"),
        (("s99", "--set", "gist=x"), "no record is called 's99'; did you mean"),
        (("s07", "--set", "speaker=nobody"), "evidence/s07: speaker 'nobody' is not known"),
    ],
)
def test_an_edit_that_cannot_be_is_told_with_its_remedy(
    skies: str, words: tuple[str, ...], message: str
) -> None:
    assert message in refused("edit", *words)


def test_the_editor_opens_on_the_text_as_it_stands(skies: str, tmp_path: Path) -> None:
    code = "text = text.replace('NATO into the war.', 'NATO in.  # really')"
    assert said("edit", "s07", EDITOR=editor(tmp_path, code)).startswith("change 1: edited gist")
    assert "    gist: The US and Germany resist because it could pull NATO in.  # really\n" in (
        Path("skies/evidence.yaml").read_text()
    )


def test_what_is_wrong_is_told_by_line_and_the_editor_opens_again(
    skies: str, tmp_path: Path
) -> None:
    code = "text = text.replace('usa', 'us-') if 'usa' in text else text.replace('us-', 'can')"
    result = run("edit", "s07", "-g", "skies", input="y\n", EDITOR=editor(tmp_path, code))
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("Error: record.yaml:9:14: who 'us-' is not known")
    record = next(e for e in load_debate("skies").evidence if e.id == "s07")
    assert record.stances[0].holder == "can"
    assert not list(tmp_path.glob("stancegraph-*"))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("text = 'nonsense: ['", "record.yaml:2:1: not YAML"),
        ("text = text + text.replace('evidence:', '').replace('s07', 's99')", "keep one record"),
        ("text = text.replace('s07', 's99')", "stancegraph rename s07 --id s99"),
        ("text = 'actors: []'", "keep one record of evidence"),
        ("text = text + '#'; file.write_text(text); sys.exit(3)", "ended with status 3"),
    ],
)
def test_what_was_written_is_kept_when_it_is_given_up(
    skies: str, tmp_path: Path, code: str, message: str
) -> None:
    error = refused("edit", "s07", input="n\n", EDITOR=editor(tmp_path, code))
    assert message in error
    (kept,) = tmp_path.glob("stancegraph-*/record.yaml")
    assert error.endswith(f"nothing was changed; what you wrote is kept in {kept}\n")
    assert kept.read_text().strip()
    assert not Path("skies/log.jsonl").exists()


def test_a_text_that_stays_as_it_is_changes_nothing(skies: str, tmp_path: Path) -> None:
    same = editor(tmp_path, "")
    nothing = "nothing was changed: the text is as it was\n"
    assert said("edit", "s07", EDITOR=same) == nothing
    assert said("add", EDITOR=same) == nothing
    assert said("edit", "debate", VISUAL=same, EDITOR="false") == nothing
    assert not list(tmp_path.glob("stancegraph-*"))


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("", "no editor is set: set EDITOR, as in EDITOR=nano"),
        ("no-such-editor-here", "the editor 'no-such-editor-here' cannot be started: No such file"),
        ("'open", '$EDITOR "\'open": a quotation mark is not closed'),
        ("false", "the editor 'false' ended with status 1\nnothing was changed\n"),
    ],
)
def test_an_editor_that_fails_is_told(
    skies: str, tmp_path: Path, command: str, message: str
) -> None:
    assert message in refused("edit", "s07", VISUAL="", EDITOR=command)
    assert not list(tmp_path.glob("stancegraph-*"))


def test_a_record_of_a_table_that_has_no_words_is_edited_and_gets_none(
    skies: str, tmp_path: Path
) -> None:
    Path("t.csv").write_text("id,date,person,concept,agreement\n1,2003-03-18,Ann,war,yes\n")
    assert run("import", "table", "t.csv", "-o", "t.duckdb").exit_code == 0
    words = ("edit", "table-t-1", "-g", "t.duckdb")
    assert "edited at of" in run(*words, "--set", "at=7").stdout
    code = "assert 'gist' not in text; text = text.replace('at: 7', 'at: 8')"
    assert "edited at of" in run(*words, EDITOR=editor(tmp_path, code)).stdout
    code = "text = text.replace('speaker: ann', 'speaker: anne')"
    assert "record.yaml:5:14: speaker 'anne' is not known; did you mean 'ann'?" in (
        run(*words, EDITOR=editor(tmp_path, code), input="n\n").stderr
    )
    logged = run("log", "-g", "t.duckdb", "--details", "-f", "csv").stdout.splitlines()
    assert [line.split(",")[-3:] for line in logged[1:]] == [["at", "7", "8"], ["at", "2", "7"]]


def test_what_was_written_before_ctrl_c_is_kept(skies: str, tmp_path: Path) -> None:
    code = (
        "import os, signal; file.write_text(text + '# more'); os.kill(os.getppid(), signal.SIGINT)"
    )
    code += "; sys.exit()"
    error = refused("edit", "s07", input="n\n", EDITOR=editor(tmp_path, code))
    (kept,) = tmp_path.glob("stancegraph-*/record.yaml")
    assert "was interrupted\n" in error
    assert error.endswith(f"nothing was changed; what you wrote is kept in {kept}\n")


def test_a_new_record_is_filled_in_and_the_hints_stay_behind(skies: str, tmp_path: Path) -> None:
    filled = {
        "at:                 #": "at: 4 #",
        "speaker:            #": "speaker: kurt-volker #",
        "as:                 #": "as: former-official #",
        "reported:           #": "reported: direct #",
        "gist:               #": "gist: It. #",
        "{who: , option: , is: , ": "{who: usa, option: allied-interception, is: opposes, ",
    }
    code = (
        f"for old, new in {filled!r}.items():\n"
        "    assert old in text, old\n"
        "    text = text.replace(old, new)"
    )
    before = Path("skies/evidence.yaml").read_text()
    said("add", EDITOR=editor(tmp_path, code))
    assert Path("skies/evidence.yaml").read_text() == before + (
        "\n"
        "  - id: s38\n"
        "    at: 4\n"
        "    speaker: kurt-volker\n"
        "    as: former-official\n"
        "    reported: direct\n"
        "    gist: It.\n"
        "    stances:\n"
        "      - {who: usa, option: allied-interception, is: opposes, sure: certain}\n"
    )


SHOWN = """\
preview: merged 'william-taylor' into 'kurt-volker'

 register  record                               field         before          after
 ──────────────────────────────────────────────────────────────────────────────────────────────────
 actors    kurt-volker                          aliases       [Volker]        [Volker, William
                                                                              Taylor]
 actors    william-taylor                                     William Taylor
 tenures   william-taylor, us-ambassador-to-    holder        william-taylor  kurt-volker
           ukraine
 evidence  s24, s25, s26                        speaker       william-taylor  kurt-volker
 evidence  s25                                  stances.who   william-taylor  kurt-volker
 evidence  s26                                  framings.who  william-taylor  kurt-volker

6 records would change

 actor        option                                     before       after
 ────────────────────────────────────────────────────────────────────────────────────────────
 Kurt Volker  Build one air defence system with Ukraine  no position  leans to support (thin)

1 position would change
Make this change? [y/N]: n
"""


def test_a_merge_is_shown_and_asked_for(skies: str) -> None:
    before = Path("skies/evidence.yaml").read_text()
    words = ("merge", "William Taylor", "kurt-volker")
    result = run(*words, "-g", "skies", input="n\n")
    assert result.exit_code == 1
    assert result.stderr == "Error: nothing was changed\n"
    shown = result.stdout
    assert shown == SHOWN
    assert "nobody answered; --yes makes it without asking" in refused(*words, input="")
    assert Path("skies/evidence.yaml").read_text() == before
    assert "change 1: merged 'william-taylor' into 'kurt-volker'\n" in said(*words, input="y\n")
    assert "change 2: took back" in said("undo")
    assert "change 3: merged 'william-taylor'" in said(*words, "--yes")


def test_a_record_that_changes_alike_in_two_places_is_named_once(skies: str) -> None:
    shown = said("merge", "allied-interception", "nato-interception", "--dry-run")
    (row,) = (line for line in shown.splitlines() if " predictions.option" in line)
    assert row.split()[1:5] == ["s09,", "s23,", "s31,", "s34"]
    assert "s04, s05" in shown
    assert "s04, s04" not in shown


def test_an_actor_and_an_option_are_not_merged(skies: str) -> None:
    assert refused("merge", "kurt-volker", "allied-interception") == (
        "Error: 'allied-interception' is of options, not of actors; only two of the same register "
        "are merged\n"
    )


def test_rename_and_deprecate_say_what_they_did(skies: str) -> None:
    assert said("rename", "semafor", "--id", "semafor-news") == (
        "change 1: renamed 'semafor' to 'semafor-news'\n"
        "to take it back: stancegraph undo 1 -g skies\n"
    )
    assert said("deprecate", "s07", "s06", "--because", "misquoted") == (
        "change 2: deprecated 's07' and 's06': misquoted\n"
        "to take it back: stancegraph undo 2 -g skies\n"
    )
    assert "say what to rename it to: --id ID, --name NAME or both" in refused("rename", "s07")
    assert "id 'A B': three or more of a-z" in refused("rename", "s07", "--id", "A B")


LOG = """\
3 changes on record.
As of 1 June 2024.

Changes, the latest first

 change  time                 who       did                                  records  taken back by
 ──────────────────────────────────────────────────────────────────────────────────────────────────
 3       2024-06-01 12:00:00  Jane Doe  took back change 1: deprecated       1
                                        's07': misquoted
 2       2024-06-01 13:53:20  Joe       renamed 'semafor' to 'semafor-news'  10
 1       2024-06-01 12:00:00  Jane Doe  deprecated 's07': misquoted          1        3


Method: The log as it is kept with the graph: nothing in it is ever overwritten, and what is changed
by hand is not in it.
Again: stancegraph log -g skies
"""


def test_the_log_says_who_changed_what_when_latest_first(skies: str) -> None:
    said("deprecate", "s07", "--because", "misquoted")
    said("rename", "semafor", "--id", "semafor-news", "--by", "Joe", SOURCE_DATE_EPOCH="1717250000")
    said("undo", "1")
    assert said("log") == LOG
    rows = json.loads(said("log", "--format", "json"))["rows"]
    assert [(r["n"], r["who"], r["time"], r["undoes"], r["undone_by"]) for r in rows] == [
        (3, "Jane Doe", "2024-06-01 12:00:00", 1, None),
        (2, "Joe", "2024-06-01 13:53:20", None, None),
        (1, "Jane Doe", "2024-06-01 12:00:00", None, 3),
    ]
    assert said("log", "s07", "--details", "--format", "csv") == (
        "n,time,who,register,record,field,before,after\n"
        "3,2024-06-01 12:00:00,Jane Doe,evidence,s07,deprecated,misquoted,\n"
        "1,2024-06-01 12:00:00,Jane Doe,evidence,s07,deprecated,,misquoted\n"
    )
    assert [r["n"] for r in json.loads(said("log", "semafor", "-f", "json"))["rows"]] == [2]
    assert [r["n"] for r in json.loads(said("log", "semafor-news", "-f", "json"))["rows"]] == [2]
    assert "No change touched 's02'.\n" in said("log", "s02")


def test_without_a_name_given_git_is_asked_and_then_the_system(
    skies: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "jdoe")
    git = tmp_path / "bin"
    git.mkdir()
    fake = git / "git"
    fake.write_text('#!/bin/sh\n[ "$*" = "-C skies config user.name" ] && echo "Git Name"\n')
    fake.chmod(0o755)
    env = {"STANCEGRAPH_USER": "", "PATH": f"{git}{os.pathsep}{os.environ['PATH']}"}
    said("deprecate", "s07", "--because", "one", **env)
    fake.write_text("#!/bin/sh\nexit 1\n")
    said("deprecate", "s06", "--because", "two", **env)
    rows = json.loads(said("log", "--format", "json"))["rows"]
    assert [r["who"] for r in rows] == ["jdoe", "Git Name"]


def test_a_clock_that_is_no_number_is_told(skies: str) -> None:
    assert "SOURCE_DATE_EPOCH is 'noon'; it takes seconds since 1970" in refused(
        "deprecate", "s07", "--because", "one", SOURCE_DATE_EPOCH="noon"
    )


def test_what_cannot_be_changed_is_told_with_what_to_do_instead(skies: str) -> None:
    words = ("deprecate", "s07", "--because", "one")
    assert refused(*words, graph="ukraine-skies") == (
        "Error: 'ukraine-skies' is shipped and stays as it is; change a copy: stancegraph export "
        "yaml -g ukraine-skies -o my-debate.yaml\n"
    )
    assert "sparql:http://127.0.0.1:9/ is read-only here; change the graph it was published" in (
        refused(*words, graph="sparql:http://127.0.0.1:9/")
    )
    assert "no shipped debate and no file or folder is called 'gone'" in (
        refused(*words, graph="gone")
    )
    assert "gone" in refused("log", graph="gone")
    assert run("log", "-g", "ukraine-skies").stdout.startswith("No change on record.\n")


def test_a_log_that_somebody_wrote_to_stops_the_next_change(skies: str) -> None:
    said("deprecate", "s07", "--because", "one")
    Path("skies/log.jsonl").write_text(Path("skies/log.jsonl").read_text() + "{}\n")
    for words in (("deprecate", "s06", "--because", "two"), ("log",), ("undo",)):
        assert "log.jsonl:2: this is no entry of a log" in refused(*words)


def test_undo_says_why_it_cannot(skies: str) -> None:
    assert "there is no change to take back" in refused("undo")
    said("edit", "s07", "--set", "gist=One.")
    said("deprecate", "s07", "--because", "two")
    assert refused("undo", "1") == (
        "Error: change 1 cannot be taken back: 's07' was changed again by change 2 (deprecated "
        "'s07': two); take that back first: stancegraph undo 2\n"
    )


def test_undo_names_the_change_that_stands_in_its_way_not_one_that_was_taken_back(
    skies: str,
) -> None:
    for gist in ("One.", "Two.", "Three."):
        said("edit", "s07", "--set", f"gist={gist}")
    said("undo")
    assert "take that back first: stancegraph undo 2\n" in refused("undo", "1")
    said("undo", "2")
    assert said("undo", "1").startswith("change 6: took back change 1")
    assert "take that back first: stancegraph undo 6\n" in refused("undo", "5")


def test_a_record_whose_changes_are_all_taken_back_was_changed_by_hand(skies: str) -> None:
    for gist in ("One.", "Two."):
        said("edit", "s07", "--set", f"gist={gist}")
    said("undo")
    file = Path("skies/evidence.yaml")
    file.write_text(file.read_text().replace("gist: One.", "gist: By hand."))
    assert "no change on record says why" in refused("undo", "1")


def test_a_hostile_name_does_not_reach_the_terminal(skies: str) -> None:
    out = said("deprecate", "s07", "--because", "\x1b[31mred\u202e")
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\x1b" not in said("log")


def test_an_accepted_text_is_given_back_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VISUAL", editor(tmp_path, "text = 'new'"))
    assert from_editor("old", lambda text, file: (text, file), lambda _: False) == (
        "new",
        "record.yaml",
    )
    monkeypatch.setenv("VISUAL", editor(tmp_path, "file.write_bytes(b'\\xff'); sys.exit()"))
    with pytest.raises(StanceError, match="is no longer a text in UTF-8"):
        from_editor("old", lambda text, _: text, lambda _: False)


def test_the_commands_of_the_guide_run_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (Path(__file__).parents[1] / "docs/changing.md").read_text()
    monkeypatch.chdir(tmp_path)
    Path("more.yaml").write_text("actors: [{id: joe, kind: person, name: Joe}]\n")
    blocks = re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)
    lines = "".join(blocks).replace("\\\n", "").splitlines()
    for line in lines:
        program, *words = shlex.split(line, comments=True)
        assert program == "stancegraph"
        result = run(*words, EDITOR="true", VISUAL="")
        assert result.exit_code == 0, (line, result.output)
    assert len(lines) == 12
