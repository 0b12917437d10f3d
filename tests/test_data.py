"""The shipped debate and registers are valid, sorted, complete and true to their sources."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import stancegraph
from stancegraph.check import check
from stancegraph.model import REGISTERS, ActorKind, Debate
from stancegraph.names import names_of
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.source_text import COPIED_WORDS, check_text

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
ARTICLE = "semafor-skies"
DEBATES = {"ukraine-skies": load_debate(), "reference": load_reference()}

shipped = pytest.mark.parametrize("debate", DEBATES.values(), ids=DEBATES)


def test_the_debate_is_valid_beside_the_reference() -> None:
    assert check(DEBATES["ukraine-skies"], DEBATES["reference"]) == []
    assert check(DEBATES["reference"]) == []


@shipped
def test_registers_are_sorted(debate: Debate) -> None:
    for register in set(REGISTERS) - {"actors", "evidence"}:
        ids = [r.id for r in getattr(debate, register) if hasattr(r, "id")]
        assert ids == sorted(ids), register
    tenures = [(t.holder, t.office) for t in debate.tenures]
    assert tenures == sorted(tenures)
    spells = [(m.organization, m.since or date.min, m.member) for m in debate.memberships]
    assert spells == sorted(spells)


@shipped
def test_actors_are_sorted_in_their_file(debate: Debate) -> None:
    countries = [a.id for a in debate.actors if a.kind is ActorKind.COUNTRY]
    others = [a.id for a in debate.actors if a.kind is not ActorKind.COUNTRY]
    assert (countries, others) == (sorted(countries), sorted(others))


def test_evidence_is_in_the_order_of_the_paragraphs() -> None:
    paragraphs = [e.paragraph for e in DEBATES["ukraine-skies"].evidence]
    assert paragraphs == sorted(paragraphs)


@shipped
def test_nothing_is_there_twice(debate: Debate) -> None:
    for register in REGISTERS:
        records = getattr(debate, register)
        assert len(set(records)) == len(records), register


def test_every_paragraph_of_the_article_is_coded() -> None:
    debate = DEBATES["ukraine-skies"]
    (article,) = (s for s in debate.sources if s.paragraphs)
    assert article.id == ARTICLE
    assert [p.n for p in article.paragraphs] == list(range(1, 28))
    coded = {e.paragraph for e in debate.evidence}
    assert all(p.n in coded or p.nothing for p in article.paragraphs)
    assert len({p.digest for p in article.paragraphs}) == 27


def test_every_register_entry_is_used() -> None:
    debate = DEBATES["ukraine-skies"]
    stances = [s for e in debate.evidence for s in e.stances]
    claims = [c for e in debate.evidence for c in e.claims]
    named = {o for c in claims for o in c.options} | {s.option for s in stances}
    named |= {f.option for e in debate.evidence for f in e.framings}
    named |= {o for e in debate.evidence for p in e.predictions for o in p.options}
    named |= {o.broader for o in debate.options if o.broader}
    assert {o.id for o in debate.options} <= named


def test_the_figures_are_those_of_the_article() -> None:
    figures = [f for e in DEBATES["ukraine-skies"].evidence for f in e.figures]
    assert [str(f.value) for f in figures] == ["46", "73", "5"]


def members(organization: str, day: str) -> set[str]:
    found = stancegraph.load().members(organization, date.fromisoformat(day))
    return {a.id for a in found}


# NATO's and the EU's own lists of accessions.
@pytest.mark.parametrize(
    ("organization", "day", "many"),
    [
        ("nato", "1949-08-23", 0),
        ("nato", "1949-12-31", 12),
        ("nato", "1989-01-01", 16),
        ("nato", "2017-06-04", 28),
        ("nato", "2017-06-05", 29),
        ("nato", "2023-12-31", 31),
        ("nato", "2024-06-02", 32),
        ("european-union", "1958-01-01", 6),
        ("european-union", "1995-01-01", 15),
        ("european-union", "2004-04-30", 15),
        ("european-union", "2004-05-01", 25),
        ("european-union", "2020-01-15", 28),
        ("european-union", "2020-01-31", 28),
        ("european-union", "2020-02-01", 27),
        ("european-union", "2024-06-02", 27),
    ],
)
def test_so_many_were_members(organization: str, day: str, many: int) -> None:
    assert len(members(organization, day)) == many


def test_the_latest_members_of_nato_joined_on_their_day() -> None:
    assert members("nato", "2023-04-04") - members("nato", "2023-04-03") == {"fin"}
    assert members("nato", "2024-03-07") - members("nato", "2024-03-06") == {"swe"}


# COW's state abbreviations where they are not the ISO code. https://correlatesofwar.org
COW = {
    "UKG": "gbr",
    "FRN": "fra",
    "GMY": "deu",
    "GFR": "deu",
    "NTH": "nld",
    "SPN": "esp",
    "POR": "prt",
    "DEN": "dnk",
    "ICE": "isl",
    "LAT": "lva",
    "LIT": "ltu",
    "SLV": "svn",
    "SLO": "svk",
    "ROM": "rou",
    "BUL": "bgr",
    "CRO": "hrv",
    "AUS": "aut",
    "IRE": "irl",
    "SWD": "swe",
    "CZR": "cze",
}


def full_members(shared: Path, *organizations: str) -> Iterator[tuple[str, range]]:
    spells = shared / "data" / "igo_membership" / "igo_membership_spells.csv.gz"
    with gzip.open(spells, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["org"] in organizations and row["membership"] == "full":
                state = COW.get(row["stateabb"], row["stateabb"].lower())
                yield state, range(int(row["start_year"]), int(row["end_year"]) + 1)


@pytest.mark.parametrize(
    ("organization", "theirs"), [("nato", ["nato"]), ("european-union", ["eu", "eec"])]
)
def test_memberships_agree_with_the_correlates_of_war(
    organization: str, theirs: list[str], shared: Path
) -> None:
    spells = list(full_members(shared, *theirs))
    assert spells
    for year in range(1949 if organization == "nato" else 1958, 2015):
        expected = {state for state, years in spells if year in years}
        assert members(organization, f"{year}-12-31") == expected, year


def test_countries_have_their_iso_codes() -> None:
    countries = [a for a in DEBATES["reference"].actors if a.kind is ActorKind.COUNTRY]
    assert all(len(c.id) == 3 and c.id.isascii() and c.id.islower() for c in countries)
    assert all(len(c.iso2 or "") == 2 and (c.iso2 or "").isupper() for c in countries)
    assert max(Counter(c.iso2 for c in countries).values()) == 1
    assert max(Counter(c.wikidata for c in DEBATES["reference"].actors).values()) == 1
    pairs = {c.id: c.iso2 for c in countries}
    # Codes that do not begin alike, or are taken for another country's. ISO 3166-1.
    odd = {"aut": "AT", "bih": "BA", "blr": "BY", "chn": "CN", "deu": "DE", "dnk": "DK"}
    odd |= {"est": "EE", "irl": "IE", "pol": "PL", "prt": "PT", "srb": "RS", "svk": "SK"}
    odd |= {"svn": "SI", "swe": "SE", "tur": "TR", "ukr": "UA", "mne": "ME", "isr": "IL"}
    assert {id: pairs[id] for id in odd.keys() & pairs.keys()} == {
        id: iso2 for id, iso2 in odd.items() if id in pairs
    }


def test_every_member_is_a_country_of_the_register() -> None:
    reference = DEBATES["reference"]
    countries = {a.id for a in reference.actors if a.kind is ActorKind.COUNTRY}
    assert {m.member for m in reference.memberships} <= countries
    assert {m.organization for m in reference.memberships} == {"nato", "european-union"}


def test_brussels_is_nobody() -> None:
    for debate in DEBATES.values():
        assert not [a.id for a in debate.actors if "Brussels" in names_of(a)]


def test_the_skeleton_passes_check() -> None:
    assert len(load_debate(DATA / "skeleton").evidence) == 2


def test_paragraphs_are_those_of_the_article_and_nothing_is_copied_from_it(shared: Path) -> None:
    (article,) = (shared / "seed").glob("*.txt")
    text = article.read_text(encoding="utf-8")
    assert check_text(DEBATES["ukraine-skies"], ARTICLE, text) == []


def test_no_comment_or_page_of_ours_is_copied_from_the_article(shared: Path) -> None:
    (article,) = (shared / "seed").glob("*.txt")
    theirs = _runs(article.read_text(encoding="utf-8"))
    comments = {
        file: " ".join(re.findall("#(.*)", file.read_text(encoding="utf-8")))
        for file in DATA.rglob("*.yaml")
    }
    pages = {
        file: file.read_text(encoding="utf-8")
        for file in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    }
    copied = [str(file) for file, text in (comments | pages).items() if theirs & _runs(text)]
    assert copied == []


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold().replace("\u2019", "").replace("'", ""))
    return {tuple(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)}
