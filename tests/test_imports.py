"""What people have comes in by one command, whole or not at all."""

from __future__ import annotations

import csv
import gzip
import json
import os
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

import stancegraph
from stancegraph.answer.measuring import Measuring
from stancegraph.answer.meeting import meeting
from stancegraph.cli import main
from stancegraph.model import ActorKind, Source
from stancegraph.read.naming import Naming
from stancegraph.stored import StoredGraph


def run(*words: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "120"}).invoke(main, [str(w) for w in words])


def imported(tmp_path: Path, kind: str, *words: str | Path) -> StoredGraph:
    result = run("import", kind, *words, "-o", tmp_path / "g.duckdb")
    assert result.exit_code == 0, result.output
    graph = stancegraph.load(tmp_path / "g.duckdb")
    assert isinstance(graph, StoredGraph)
    return graph


def asked(*words: str | Path) -> dict[str, Any]:
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


CODED = """id,date,mp,party,claim,stance,page
1,2003-03-18 12:30:00,Ann,Red,go to war,yes,7
2,2003-03-18,Bob,Blue,go to war,no,8
3,2003-03,Cem,Blue,wait,for,9
4,,Ann,Red,wait,against,
"""


def test_a_table_becomes_statements_that_persons_and_parties_hold(tmp_path: Path) -> None:
    file = tmp_path / "coded.csv"
    file.write_text(CODED, encoding="utf-8")
    graph = imported(tmp_path, "table", file)
    records = graph.debate.evidence
    assert [e.id for e in records] == ["coded-1", "coded-2", "coded-3", "coded-4"]
    assert [e.paragraph for e in records] == [2, 3, 4, 5]
    assert [[s.holder for s in e.stances] for e in records] == [
        ["red", "ann"],
        ["blue", "bob"],
        ["blue", "cem"],
        ["red", "ann"],
    ]
    assert [e.stances[0].polarity.value for e in records] == [
        "supports",
        "opposes",
        "supports",
        "opposes",
    ]
    assert str(records[2].when.not_after) == "2003-03-31"
    assert records[3].when.not_after is None
    assert records[0].gist == "Ann supports 'go to war'."
    assert graph.actors["ann"].kind is ActorKind.PERSON
    page = graph.statements().column("page")
    assert (page.labels, page.levels is not None) == (("7", "8", "9"), True)


def test_the_guessed_columns_are_shown_and_can_be_stated(tmp_path: Path) -> None:
    file = tmp_path / "coded.csv"
    file.write_text(CODED.replace("claim", "what"), encoding="utf-8")
    refused = run("import", "table", file, "-o", tmp_path / "g.duckdb")
    assert refused.exit_code == 1
    assert (
        "no column is known to be the concept; state it as --map concept=COLUMN" in refused.stderr
    )
    told = run("import", "table", file, "-o", tmp_path / "g.duckdb", "--map", "concept=what")
    assert "person from 'mp'" in told.stdout
    assert "concept from 'what'" in told.stdout


def test_the_same_file_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "coded.csv"
    file.write_text(CODED, encoding="utf-8")
    imported(tmp_path, "table", file).close()
    before = (tmp_path / "g.duckdb").read_bytes()
    again = run("import", "table", file, "-o", tmp_path / "g.duckdb")
    assert again.exit_code == 0
    assert "coded.csv was imported before; nothing changed" in again.stdout
    assert (tmp_path / "g.duckdb").read_bytes() == before


def test_a_longer_file_adds_what_is_new(tmp_path: Path) -> None:
    file = tmp_path / "coded.csv"
    file.write_text(CODED, encoding="utf-8")
    imported(tmp_path, "table", file).close()
    file.write_text(f"{CODED}5,2003-04-01,Ann,Red,wait,yes,3\n", encoding="utf-8")
    told = run("import", "table", file, "-o", tmp_path / "g.duckdb")
    assert "added 1 records" in told.stdout
    assert "4 records were there already" in told.stdout


def test_bad_rows_are_named_and_can_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "coded.csv"
    file.write_text(f"{CODED}5,2003-04-01,Ann,Red,wait,perhaps,3\n,,,,,,\n6,x,A,B,c,1,2\n")
    refused = run("import", "table", file, "-o", tmp_path / "g.duckdb")
    assert refused.exit_code == 1
    assert f"{file}, row 6: 'perhaps' in 'stance' is no agreement" in refused.stderr
    assert "row 8: 'x' is no date" in refused.stderr
    assert not (tmp_path / "g.duckdb").exists()
    told = run("import", "table", file, "-o", tmp_path / "g.duckdb", "--skip-bad")
    assert "skipped 2 rows in all" in told.stdout
    assert "added 4 records" in told.stdout


def test_words_and_dates_can_be_stated(tmp_path: Path) -> None:
    file = tmp_path / "kodiert.csv"
    file.write_text("person;concept;agreement;date\nÄnn;Krieg;ja;18.03.2003\n", encoding="cp1252")
    told = run(
        *("import", "table", file, "-o", tmp_path / "g.duckdb"),
        *("--agree", "ja=supports", "--dates", "%d.%m.%Y"),
    )
    assert told.exit_code == 0, told.output
    assert "it is no UTF-8, so read as cp1252" in told.stdout
    (record,) = stancegraph.load(tmp_path / "g.duckdb").debate.evidence
    assert (record.speaker, str(record.when.day)) == ("ann", "2003-03-18")


@pytest.mark.parametrize(
    ("cells", "levels"),
    [
        (["1", "0"], ["supports", "opposes"]),
        (["1", "0", "-1"], ["supports", "undecided", "opposes"]),
        (["2", "1", "0", "-1"], ["supports", "leans-support", "undecided", "leans-oppose"]),
        (["Leans-Support", "PRO"], ["leans-support", "supports"]),
    ],
)
def test_numbers_are_read_by_the_whole_column(
    tmp_path: Path, cells: list[str], levels: list[str]
) -> None:
    file = tmp_path / "t.csv"
    rows = "".join(f"p{n},c{n},{cell}\n" for n, cell in enumerate(cells))
    file.write_text(f"person,concept,agreement\n{rows}")
    graph = imported(tmp_path, "table", file)
    assert [e.stances[0].polarity.value for e in graph.debate.evidence] == levels


def write_gzip(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()))
    return path


VOTES = """rcid,country,country_code,vote
3,Namibia,NA,yes
3,France,FR,no
4,Namibia,NA,abstain
4,Zanzibar,,yes
4,Freedonia,XX,no
"""
ROLL_CALLS = """rcid,session,importantvote,date,unres,amend,para,short,descr
4,1,1,1946-01-02,R/1/79,0,0,SECURITY COUNCIL,TO ADOPT A PROPOSAL
3,1,0,1946-01-01,R/1/66,1,0,AMENDMENTS,TO AMEND
"""


def test_votes_are_acts_of_countries_by_their_codes(tmp_path: Path) -> None:
    votes = write_gzip(tmp_path / "v.csv.gz", VOTES)
    calls = write_gzip(tmp_path / "rc.csv.gz", ROLL_CALLS)
    graph = imported(tmp_path, "unvotes", votes, calls)
    assert {e.speaker for e in graph.debate.evidence} == {"nam", "fra", "zanzibar", "country-xx"}
    first = graph.record("unga-3-nam")
    assert (first.kind.value, str(first.when.day)) == ("vote", "1946-01-01")
    assert first.gist == "Namibia voted for R/1/66 (AMENDMENTS)."
    assert graph.record("unga-4-nam").stances[0].polarity.value == "undecided"
    assert len(graph.held(graph.scope(filters={"importantvote": ("1",)}))) == 3


def test_votes_alone_are_read_and_said_to_be_undated(tmp_path: Path) -> None:
    told = run(
        "import", "unvotes", write_gzip(tmp_path / "v.csv.gz", VOTES), "-o", tmp_path / "g.duckdb"
    )
    assert "No vote is dated: give the file of roll calls too" in told.stdout
    assert "1 votes have no country code" in told.stdout


def test_an_absence_is_silence(tmp_path: Path) -> None:
    file = tmp_path / "undl.csv"
    file.write_text(
        "undl_id,body,date,country_code,name_printed,vote\n"
        "7,GA,2022-03-02,POL,POLAND,Y\n7,GA,2022-03-02,TUR,TÜRKÝYE,X\n7,GA,2022-03-02,RUS,"
        "RUSSIAN FEDERATION,n\n7,GA,2022-03-02,BLR,BELARUS,AN\n",
        encoding="utf-8",
    )
    told = run("import", "unvotes", file, "-o", tmp_path / "g.duckdb")
    assert "1 rows say that no vote was cast: that is silence, not a record" in told.stdout
    graph = stancegraph.load(tmp_path / "g.duckdb")
    held = graph.held(graph.scope(filters={"body": ("GA",)}))
    assert dict(zip((held.actors[n] for n in held.actor), held.level.tolist(), strict=True)) == {
        "pol": 2,
        "rus": -2,
        "blr": 0,
    }


def test_events_are_actions_for_or_against_somebody(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "date,subject,relation,object\n"
        "2014-01-01,Poland,Praise or endorse,Ukraine\n"
        "2014-01-02,Police (Russia),Criticize or denounce,Ukraine\n"
        "2014-01-03,Poland,Make statement,Ukraine\n"
    )
    graph = imported(tmp_path, "events", file)
    assert [[s.polarity.value for s in e.stances] for e in graph.debate.evidence] == [
        ["supports"],
        ["opposes"],
        [],
    ]
    assert graph.actors["police-russia"].country == "rus"


def test_what_a_relation_means_can_be_stated(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("date,subject,relation,object\n2014-01-03,Poland,Make statement,Ukraine\n")
    graph = imported(tmp_path, "events", file, "--relation", "Make statement=leans-support")
    (record,) = graph.debate.evidence
    assert record.stances[0].polarity.value == "leans-support"


def test_memberships_and_offices_are_dated_spells(tmp_path: Path) -> None:
    file = tmp_path / "igo.csv"
    file.write_text(
        "org,org_name,state,membership,start_year,end_year,end_is_data_limit\n"
        "nato,NATO,Poland,full,1999,2014,1\nnato,NATO,Ukraine,observer,1999,2014,1\n"
        "asean,Association of Southeast Asian Nations,Thailand,full,1967,,0\n"
    )
    graph = imported(tmp_path, "memberships", file)
    spells = graph.own_memberships
    assert [(m.member, m.organization, str(m.since), str(m.until)) for m in spells] == [
        ("pol", "nato", "1999-01-01", "2014-12-31"),
        ("tha", "asean", "1967-01-01", "None"),
    ]
    graph.close()
    leaders = tmp_path / "leaders.csv"
    leaders.write_text(
        "leader,country_name,startdate,enddate\nGrant,Poland,1869-03-04,1877-03-04\n"
        "Grant,Germany,1869,\n"
    )
    graph = imported(tmp_path, "offices", leaders)
    assert [(t.holder, t.office, str(t.since)) for t in graph.debate.tenures] == [
        ("pol-grant", "pol-leader", "1869-03-04"),
        ("deu-grant", "deu-leader", "1869-01-01"),
    ]


def test_our_own_rdf_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "skies.trig"
    assert run("export", "trig", "-o", file).exit_code == 0
    graph = imported(tmp_path, "rdf", file)
    assert graph.debate == stancegraph.load("ukraine-skies").debate


def test_popolo_votes_and_roles_come_in(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    content = {
        "persons": [
            {
                "id": "p1",
                "name": "Ann",
                "identifiers": [{"scheme": "wikidata", "identifier": "Q7"}],
            },
            {"id": "p2", "name": "Bob"},
        ],
        "organizations": [{"id": "o1", "name": "House", "classification": "legislature"}],
        "memberships": [
            {"person_id": "p1", "organization_id": "o1", "role": "Speaker", "start_date": "2020"},
            {"person_id": "p2", "organization_id": "o1"},
        ],
        "motions": [{"id": "m1", "text": "Go home"}],
        "vote_events": [
            {
                "id": "v1",
                "motion_id": "m1",
                "start_date": "2020-01-02",
                "votes": [
                    {"voter_id": "p1", "option": "yes"},
                    {"voter_id": "p2", "option": "absent"},
                ],
            }
        ],
    }
    file.write_text(json.dumps(content))
    graph = imported(tmp_path, "popolo", file)
    (vote,) = graph.debate.evidence
    assert (vote.speaker, vote.stances[0].option, str(vote.when.day)) == (
        "ann",
        "popolo-p-v1",
        "2020-01-02",
    )
    assert graph.options["popolo-p-v1"].name == "Go home"
    assert graph.actors["ann"].wikidata == "Q7"
    assert [t.office for t in graph.debate.tenures] == ["house-speaker"]
    assert [m.member for m in graph.own_memberships] == ["bob"]


def attributes(path: Path) -> list[tuple[str, str, str, str]]:
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute("SELECT register, id, name, value FROM attribute").fetchall()


def test_dna_comes_in_whole_but_for_passwords(tmp_path: Path, shared: Path) -> None:
    file = shared / "data/dna_sample/sample.dna"
    graph = imported(tmp_path, "dna", file)
    records = graph.debate.evidence
    polarities = [e.stances[0].polarity.value for e in records if e.stances]
    assert (len(records), len(graph.sources)) == (41, 7)
    assert (polarities.count("supports"), polarities.count("opposes")) == (29, 11)
    assert len(graph.options) == 6
    told = attributes(tmp_path / "g.duckdb")
    with sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True) as database:
        (secrets,) = zip(*database.execute("SELECT Password FROM CODERS"), strict=True)
        for table in ("CODERS", "REGEXES", "VARIABLES", "STATEMENTTYPES", "CODERRELATIONS"):
            (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
            kept = {id for register, id, _, _ in told if id.startswith(f"{table.lower()}/")}
            assert len(kept) == count, table
        texts = {text for (text,) in database.execute("SELECT Text FROM DOCUMENTS")}
        values = database.execute(
            "SELECT AttributeValue FROM ATTRIBUTEVALUES WHERE AttributeValue <> ''"
        ).fetchall()
    assert texts == {v for r, _, name, v in told if (r, name) == ("sources", "text")}
    assert {v for (v,) in values} <= {v for *_, v in told}
    content = (tmp_path / "g.duckdb").read_bytes()
    assert not any(secret in v for secret in secrets for *_, v in told)
    assert not any(secret.encode() in content for secret in secrets)


def test_the_iraq_debate_comes_in(tmp_path: Path, shared: Path) -> None:
    graph = imported(tmp_path, "table", shared / "data/iraq2003/iraq2003_statements.csv")
    assert len(graph.debate.evidence) == 1166
    # One document carries a wrong year in the source; it is kept as it is.
    assert str(graph.last_day) == "2021-09-07"
    answer = asked("align", "Conservative", "-g", tmp_path / "g.duckdb")
    assert answer["rows"][0]["shared"] >= 3


UNGA = ("unga_votes.csv.gz", "unga_roll_calls.csv.gz", "unga_issues.csv.gz")


@pytest.fixture(scope="module")
def unga(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unga") / "un.duckdb"
    folder = shared / "data/unga_votes_voeten"
    assert run("import", "unvotes", *(folder / f for f in UNGA), "-o", path).exit_code == 0
    return path


def test_the_general_assembly_comes_in(unga: Path) -> None:
    with duckdb.connect(unga, read_only=True) as connection:
        votes = connection.execute("SELECT count(*) FROM stance").fetchone()
        named = dict(
            connection.execute(
                "SELECT id, count(*) FROM stance JOIN record ON holder = n "
                "WHERE register = 'actors' GROUP BY id"
            ).fetchall()
        )
    assert votes == (870_109,)
    # Of 200 printed names one is another of Germany's: the Federal Republic, until 1990.
    assert len(named) == 199
    assert named["nam"] == 2_455
    uncoded = named["yemen-arab-republic"] + named["zanzibar"]
    assert uncoded == 5_444 - 2_151
    graph = stancegraph.load(unga)
    assert len(graph.options) == 6_203
    assert str(graph.last_day) == "2020-01-14"


BY_OTHER_PROGRAMS = {
    "agree3": ("coincidence", None, "raw_agreement"),
    "S_abs": ("s", "absolute", "value"),
    "S_sq": ("s", "squared", "value"),
    "kappa_unw_irr": ("kappa", "nominal", "value"),
    "kappa_sq_irr": ("kappa", "squared", "value"),
    "pi_unw_fleiss_irr": ("pi", "nominal", "value"),
    "alpha_nominal_irr": ("alpha", "nominal", "value"),
    "alpha_interval_irr": ("alpha", "squared", "value"),
}


def test_similarity_from_the_file_is_that_of_other_programs(unga: Path, shared: Path) -> None:
    """Computed in R, of a dyad in a year."""
    with (shared / "reference/un_dyads.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 57
    graph = stancegraph.load(unga)
    for row in rows:
        year = int(row["year"])
        scope = graph.scope(since=date(year, 1, 1), as_of=date(year, 12, 31))
        held = graph.held(scope)
        a, b = (graph.actor(row[x]).id for x in "ab")
        for column, (measure, distance, key) in BY_OTHER_PROGRAMS.items():
            by = Measuring(measure=measure, distance=distance)  # type: ignore[arg-type]
            met = meeting(held, a, by, scope)
            found = met.found.at(met.actors.index(b)) if met.found else None
            assert met.shared[met.actors.index(b)] == int(row["n_joint"])
            value = (found.agreement if key == "raw_agreement" else found.value) if found else None
            assert value == pytest.approx(float(row[column]), abs=1e-9), (row, column)


SINCE_THE_INVASION = {
    ("pol", "rou"): (305, 0.9639),
    ("deu", "fra"): (305, 0.8984),
    ("hun", "pol"): (305, 0.8656),
    ("rus", "blr"): (302, 0.7815),
    ("usa", "gbr"): (304, 0.6414),
    ("usa", "deu"): (304, 0.5691),
    ("tur", "usa"): (296, 0.4662),
    ("ukr", "rus"): (298, 0.3758),
}


def test_the_figures_of_the_digital_library_come_out(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data/undl_votes_2025"
    graph = imported(
        tmp_path, "unvotes", folder / "undl_votes.csv.gz", folder / "undl_resolutions.csv.gz"
    )
    assert graph.store.size == 958_459 - 86_595
    for (a, b), (shared_votes, agreement) in SINCE_THE_INVASION.items():
        found = asked(
            *("compare", a, b, "-g", tmp_path / "g.duckdb"),
            *("--from", "2022-02-24", "--filter", "body=GA"),
        )
        assert (found["shared"], round(found["agreement"], 4)) == (shared_votes, agreement)
    tally = asked("who", "A/RES/ES-11/1", "-g", tmp_path / "g.duckdb")["rows"]
    sides = [row["polarity"] for row in tally]
    assert [sides.count(s) for s in ("supports", "opposes", "undecided")] == [141, 5, 35]


def test_what_is_killed_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "coded.csv"
    file.write_text(CODED)
    (tmp_path / "none").mkdir()
    refused = run("import", "table", file, "-o", tmp_path / "none" / "deeper" / "g.duckdb")
    assert refused.exit_code == 1
    assert "cannot write" in refused.stderr
    assert os.listdir(tmp_path / "none") == []


@pytest.mark.parametrize("kind", ["dna", "table", "unvotes", "events", "offices", "rdf", "popolo"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, kind: str) -> None:
    refused = run("import", kind, tmp_path / "none.csv", "-o", tmp_path / "g.duckdb")
    assert refused.exit_code == 1
    assert "none.csv" in refused.stderr
    assert not (tmp_path / "g.duckdb").exists()


def test_an_issue_and_a_source_of_one_slug_are_both_kept() -> None:
    naming = Naming()
    naming.issue("unga-votes", "UN General Assembly", "Votes.")
    naming.source(Source(id="unga-votes", title="unga_votes.csv"))
    debate = naming.debate("votes", "Votes")
    assert [i.name for i in debate.issues] == ["UN General Assembly"]
    assert [s.title for s in debate.sources] == ["unga_votes.csv"]
