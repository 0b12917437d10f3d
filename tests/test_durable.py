"""Nothing is lost: by a kill, by a full disk, by two who write at once."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import stancegraph
from debates import COUNTRIES, debate_of, graph_of, said
from killed import (
    ALL,
    FIRST,
    NEW,
    NOON,
    STEPS,
    Nursery,
    add_one,
    import_first,
    merge_options,
    nursery,
    origin,
)
from stancegraph.answer.measuring import Measuring
from stancegraph.answer.meeting import Meeting, crossed, met
from stancegraph.change.home import home_of
from stancegraph.change.operations import added, deprecated, undone
from stancegraph.cli import main
from stancegraph.errors import StanceError
from stancegraph.graph import Graph
from stancegraph.model import Debate
from stancegraph.read.debate import load_debate, load_reference
from stancegraph.read.imported import Imported
from stancegraph.read.journal import JOURNAL
from stancegraph.store import lock
from stancegraph.store.file import opened, writing
from stancegraph.store.lock import Busy, alone
from stancegraph.store.read import Store
from stancegraph.store.write import add
from stancegraph.stored import StoredGraph
from stancegraph.write.debate import write_debate
from stancegraph.write.files import write_file, write_files
from test_store import entries, stored

KILLS = 10
"""So often each operation is killed while it runs; ten operations make 100."""
LEFT = ("part", "staged", "lock", "wal", "journal")


@pytest.fixture(scope="module")
def cradle() -> Iterator[Nursery]:
    with nursery() as found:
        yield found


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that a graph's file holds, as it is, without going through our reader."""
    with duckdb.connect(path, read_only=True) as connection:
        names = [
            n for (n,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        return {n: sorted(connection.sql(f"FROM {n}").fetchall(), key=repr) for n in sorted(names)}


def state(root: Path) -> dict[str, Any]:
    """Return what graphs and exports are in a folder, leaving out what is not in its place."""
    found: dict[str, Any] = {}
    for path in sorted(p for p in root.iterdir() if not p.name.startswith(".")):
        if path.suffix == ".duckdb":
            found[path.name] = tables(path)
        elif path.is_dir() and (files := as_read(path)):
            found[path.name] = {f.name: text for f, text in files.items()}
        elif path.is_file():
            found[path.name] = path.read_bytes()
    return found


def as_read(folder: Path) -> dict[Path, bytes]:
    """Return the files of a debate's folder as a reader finds them, that knows of journals."""
    from stancegraph.read.journal import pending

    committed = pending(folder)
    here = {p for p in folder.iterdir() if not p.name.startswith(".")} | committed.keys()
    return {file: committed.get(file, file).read_bytes() for file in here}


def left_in(root: Path) -> list[str]:
    return [p.name for p in root.rglob("*") if p.name.rsplit(".", 1)[-1].endswith(LEFT)]


class Course:
    """What the steps of one home lead to, each as a folder that holds the state before it."""

    def __init__(self, cradle: Nursery, home: str, folder: Path) -> None:
        self.home, self.folder, self.steps = home, folder, list(STEPS[home])
        self.seconds: list[float] = []
        root = folder / "0"
        root.mkdir(parents=True)
        for n, step in enumerate(self.steps):
            after = self.copied(n, folder / str(n + 1))
            start = time.perf_counter()
            assert cradle.run(step=[home, step], root=str(after)) == (0, "")
            self.seconds.append(time.perf_counter() - start)
        self.states = [state(folder / str(n)) for n in range(len(self.steps) + 1)]

    def copied(self, n: int, to: Path) -> Path:
        return Path(shutil.copytree(self.folder / str(n), to))


@pytest.fixture(scope="module", params=STEPS)
def course(
    request: pytest.FixtureRequest, cradle: Nursery, tmp_path_factory: pytest.TempPathFactory
) -> Course:
    return Course(cradle, request.param, tmp_path_factory.mktemp(request.param) / "states")


def test_every_step_changes_something(course: Course) -> None:
    told = [repr(s) for s in course.states]
    assert len({*told}) == len(told)
    assert left_in(course.folder) == []


def test_a_kill_at_a_random_moment_leaves_the_old_state_or_the_new(
    course: Course, cradle: Nursery, tmp_path: Path
) -> None:
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    counted: Counter[str] = Counter()
    print(f"seed {seed}")
    for n, step in enumerate(course.steps):
        killed = attempts = 0
        while killed < KILLS:
            attempts += 1
            assert attempts < 20 * KILLS, f"{step!r} ends before it is killed"
            root = course.copied(n, tmp_path / f"{n}-{attempts}")
            pid = cradle.start(step=[course.home, step], root=str(root))
            time.sleep(chance.uniform(0, course.seconds[n]))
            os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number is still its own
            status, told = cradle.end_of(pid)
            assert told == ""
            if status == 0:
                continue
            killed += 1
            counted["in the middle of writing"] += bool(left_in(root))
            counted[follow_up(course, n, root)] += 1
            shutil.rmtree(root)
    print(dict(counted))
    assert counted["old"] + counted["new"] == KILLS * len(course.steps)
    assert counted["in the middle of writing"] >= KILLS


def follow_up(course: Course, n: int, root: Path) -> str:
    """Hold what a kill left against the states; see that the step can be made now."""
    found = state(root)
    assert found in (course.states[n], course.states[n + 1])
    if found == course.states[n + 1]:
        return "new"
    STEPS[course.home][course.steps[n]](root)
    assert state(root) == course.states[n + 1]
    assert left_in(root) == []
    return "old"


@pytest.mark.parametrize("name", ["add", "export"])
def test_a_kill_before_any_call_leaves_the_old_state_or_the_new(
    name: str, course: Course, cradle: Nursery, tmp_path: Path
) -> None:
    n = course.steps.index(name)
    ends: Counter[str] = Counter()
    for call in range(1, 1000):
        root = course.copied(n, tmp_path / str(call))
        status, _ = cradle.run(step=[course.home, name], root=str(root), call=call)
        if status == 0:
            break
        assert status == -signal.SIGKILL
        ends[follow_up(course, n, root)] += 1
    assert ends["old"] >= 3
    assert ends["new"] > 0


def test_a_kill_before_any_call_of_a_migration_loses_nothing(
    cradle: Nursery, tmp_path: Path
) -> None:
    from test_formats import answers, put

    expected = answers("ukraine-skies")
    kills = 0
    for call in range(1, 100):
        folder = tmp_path / str(call)
        folder.mkdir()
        path = put("1", folder)
        old = path.read_bytes()
        status, _ = cradle.run(migrate=str(path), call=call)
        assert answers(path) == expected
        with alone(path):
            pass  # who writes next, tidies up
        assert sorted(os.listdir(folder)) == ["g.duckdb", "g.format-1.duckdb"]
        assert (folder / "g.format-1.duckdb").read_bytes() == old
        if status == 0:
            break
        kills += 1
    assert kills >= 5


# Several files of a folder at once.


def test_a_committed_journal_is_read_and_finished_by_the_next_writer(tmp_path: Path) -> None:
    write_debate(FIRST, tmp_path)
    new = "debate: {id: staged, title: Staged}\n"
    (tmp_path / ".debate.yaml.staged").write_text(new)
    assert load_debate(tmp_path) == FIRST  # it is not committed yet
    (tmp_path / JOURNAL).write_text('{"debate.yaml": ".debate.yaml.staged"}')
    assert load_debate(tmp_path) == replace(FIRST, id="staged", title="Staged")
    write_files({tmp_path / "notes.md": "x"})
    assert (tmp_path / "debate.yaml").read_text() == new
    assert left_in(tmp_path) == []


def test_a_journal_of_a_new_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".x.yaml.staged").write_text("debate: {id: staged, title: Staged}\n")
    (tmp_path / JOURNAL).write_text('{"x.yaml": ".x.yaml.staged"}')
    assert load_debate(tmp_path).id == "staged"
    assert load_debate(tmp_path / "x.yaml").id == "staged"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"a.yaml": "../.b.staged"}',
        '{"../a.yaml": ".b.staged"}',
        '{"a.yaml": "/etc/.b.staged"}',
        '{"a.yaml": "b"}',
        '{"a.yaml": 1}',
        '{"": ".b.staged"}',
    ],
)
def test_a_journal_of_others_moves_nothing(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "debate"
    write_debate(FIRST, folder)
    (tmp_path / ".b.staged").write_text("mine")
    (folder / JOURNAL).write_text(text)
    with pytest.raises(StanceError, match="not what stancegraph writes there; remove it"):
        load_debate(folder)
    with pytest.raises(StanceError, match="remove it"):
        write_debate(FIRST, folder)
    assert (tmp_path / ".b.staged").read_text() == "mine"


def test_files_of_two_folders_are_not_written_at_once(tmp_path: Path) -> None:
    with pytest.raises(StanceError, match="of one folder"):
        write_files({tmp_path / "a.txt": "a", tmp_path / "b" / "b.txt": "b"})
    assert os.listdir(tmp_path) == []


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_file(link, "new")
    write_files({tmp_path / "real.txt": "newer", tmp_path / "more.txt": "more"})
    assert link.is_symlink()
    assert link.read_text() == "newer"
    assert real.stat().st_mode & 0o777 == 0o640
    import_first(tmp_path)
    (tmp_path / "g.duckdb").chmod(0o600)
    shutil.move(tmp_path / "g.duckdb", tmp_path / "elsewhere.duckdb")
    (tmp_path / "g.duckdb").symlink_to("elsewhere.duckdb")
    add_one(tmp_path / "g.duckdb")
    assert (tmp_path / "g.duckdb").is_symlink()
    assert (tmp_path / "elsewhere.duckdb").stat().st_mode & 0o777 == 0o600
    assert len(tables(tmp_path / "elsewhere.duckdb")["change"]) == 1


def test_what_is_no_file_is_written_straight(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_file(pipe, "through")
    reader.join()
    assert read == [b"through"]
    with pytest.raises(StanceError, match="cannot write /dev/full: No space left on device"):
        write_file("/dev/full", "x")
    assert Path("/dev/full").is_char_device()


def test_a_reader_of_a_folder_never_sees_half_a_change(tmp_path: Path) -> None:
    """A writer turns two files back and forth; each state has as many records as its title says."""
    few, many = (replace(FIRST, title=str(n), evidence=FIRST.evidence[:n]) for n in (1, 33))
    write_debate(few, tmp_path / "d")
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            write_debate(many, tmp_path / "d")
            write_debate(few, tmp_path / "d")

    writer = threading.Thread(target=write)
    writer.start()
    titles = set()
    try:
        for _ in range(15):
            found = load_debate(tmp_path / "d")
            assert found.title == str(len(found.evidence))
            titles.add(found.title)
    finally:
        done.set()
        writer.join()
    assert titles


# The disk is full.


def absent(why: str) -> NoReturn:
    if os.environ.get("STANCEGRAPH_REQUIRE_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        absent(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path, *, but: int = 0) -> None:
    """Leave a number of bytes free."""
    about = os.statvfs(disk)
    (disk / "fill").write_bytes(b"x" * max(0, about.f_bavail * about.f_bsize - but))


def test_an_import_into_a_full_disk_is_told_and_leaves_nothing(small_disk: Path) -> None:
    table = small_disk / "a.csv"
    table.write_text("id,date,person,concept,agreement\n1,2003-03-18,Ann,war,yes\n")
    fill(small_disk, but=100_000)
    told = CliRunner().invoke(main, ["import", "table", str(table), "-o", f"{small_disk}/g.duckdb"])
    assert told.exit_code == 1
    assert told.stderr == (
        f"Error: {small_disk}/g.duckdb cannot be written: the disk is full; make room and try "
        "again; nothing was changed\n"
    )
    assert sorted(os.listdir(small_disk)) == ["a.csv", "fill"]


@pytest.mark.parametrize("room", [0, 0.1, 0.9, 1, 1.2])
def test_a_change_on_a_full_disk_is_told_and_the_graph_is_intact(
    small_disk: Path, room: float
) -> None:
    """Room for a part of a copy, and for a copy but not for what is added to it."""
    import_first(small_disk)
    path = small_disk / "g.duckdb"
    before = tables(path)
    fill(small_disk, but=int(room * path.stat().st_size) + 8_000)
    many = tuple(replace(NEW, id=f"n{n}", gist="long " * 500 + str(n)) for n in range(9_000))
    with pytest.raises(StanceError, match=r"No space left|disk is full"):
        add(path, [Imported(replace(FIRST, evidence=many))], load_reference(), origin("many"))
    assert tables(path) == before
    assert sorted(os.listdir(small_disk)) == ["fill", "g.duckdb"]
    (small_disk / "fill").unlink()
    add_one(path)
    assert len(tables(path)["evidence"]) == len(before["evidence"]) + 1


def test_a_debate_on_a_full_disk_stays_as_it_was(small_disk: Path) -> None:
    folder = small_disk / "debate"
    write_debate(FIRST, folder)
    write_file(small_disk / "out.csv", "old")
    fill(small_disk, but=20_000)
    before = state(small_disk)
    with pytest.raises(StanceError, match="No space left on device"):
        write_debate(replace(FIRST, description="long " * 20_000), folder)
    with pytest.raises(StanceError, match="No space left on device"):
        write_file(small_disk / "out.csv", "new" * 20_000)
    assert state(small_disk) == before
    assert left_in(small_disk) == []


@pytest.mark.parametrize("home", STEPS)
def test_a_limit_on_the_size_of_files_is_told_too(
    home: str, cradle: Nursery, tmp_path: Path
) -> None:
    first = next(iter(STEPS[home]))
    status, told = cradle.run(step=[home, first], root=str(tmp_path), limit=8_000)
    assert status == 1
    assert told.startswith("StanceError: ")
    assert os.strerror(errno.EFBIG) in told or "disk is full" in told
    assert left_in(tmp_path) == []
    assert not (tmp_path / "g.duckdb").exists()


# Two at once.


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)


@contextmanager
def held(cradle: Nursery, path: Path) -> Iterator[int]:
    """Have another process write to a file for the while; it commits afterwards."""
    pid = cradle.start(hold=str(path))
    wait_for((path.parent / "held").exists)
    try:
        yield pid
    finally:
        (path.parent / "go").touch()
        cradle.end_of(pid)


@contextmanager
def open_in_duckdb(path: Path) -> Iterator[None]:
    """Have another DuckDB program hold a file open, to write in it."""
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout
    other.stdout.readline()
    try:
        yield
    finally:
        other.communicate(b"\n")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Wait for a moment only; give what was said meanwhile."""
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    told: list[str] = []
    token = lock.tell.set(told.append)
    yield told
    lock.tell.reset(token)


def test_two_who_write_at_once_both_do(cradle: Nursery, tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"  # new to all of them
    pids = [cradle.start(add=str(path), name=f"from-{n}-", count=4) for n in range(3)]
    assert [cradle.end_of(pid) for pid in pids] == [(0, "")] * 3
    found = tables(path)
    ids = {row[1] for row in found["evidence"]}
    assert ids == {f"from-{n}-{at}" for n in range(3) for at in range(4)}
    assert sorted(row[0] for row in found["evidence"]) == list(range(12))
    assert os.listdir(tmp_path) == ["g.duckdb"]


def test_a_writer_that_waited_too_long_is_told(
    cradle: Nursery, tmp_path: Path, impatient: list[str]
) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    with held(cradle, path), pytest.raises(Busy) as told, writing(path):
        pass
    busy = f"{path} is being written by another program"
    assert impatient == [f"{busy}; waiting up to 0.1 s"]
    assert str(told.value) == f"{busy}; tried for 0.1 s, try again when it is done"


def test_a_writer_waits_for_another(cradle: Nursery, tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    told: list[str] = []

    def let_go(text: str) -> None:
        told.append(text)
        (tmp_path / "go").touch()

    token = lock.tell.set(let_go)
    with held(cradle, path):
        add_one(path)
    lock.tell.reset(token)
    assert len(told) == 1
    assert (len(tables(path)["attribute"]), len(tables(path)["change"])) == (1, 1)


def test_a_killed_writer_locks_nobody_out(
    cradle: Nursery, tmp_path: Path, impatient: list[str]
) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    with held(cradle, path) as pid:
        os.kill(pid, signal.SIGKILL)
    assert ".g.duckdb.part" in left_in(tmp_path)
    add_one(path)
    assert impatient == []
    assert left_in(tmp_path) == []
    assert tables(path)["attribute"] == []


def test_a_reader_beside_a_writer_sees_the_last_state(
    cradle: Nursery, tmp_path: Path, impatient: list[str]
) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    graph = stancegraph.load(path)
    assert isinstance(graph, StoredGraph)
    with held(cradle, path):
        assert graph.store.rows("SELECT count(*) FROM attribute") == [(0,)]
        asked = CliRunner().invoke(main, ["who", "opt-a", "-g", str(path)])
        assert asked.exit_code == 0
        assert graph.current() is graph
        assert graph.who("opt-a").verdict in asked.stdout.replace("\n", " ")
    assert graph.current().store.rows("SELECT count(*) FROM attribute") == [(1,)]
    assert graph.store.rows("SELECT count(*) FROM attribute") == [(0,)]
    assert impatient == []


def test_a_file_that_another_duckdb_program_writes_is_named_at_once(
    tmp_path: Path, impatient: list[str]
) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    graph = stancegraph.load(path)
    verdict = graph.who("opt-b").verdict
    add_one(path)  # the graph is open in the state before, which nobody can reach any more
    with open_in_duckdb(path):
        with pytest.raises(Busy, match="another program has it open to write; try again when"):
            stancegraph.load(path)
        assert impatient == []
        assert graph.who("opt-b").verdict == verdict
        with pytest.raises(Busy, match="in another program; tried for"), writing(path):
            pass
    assert graph.who("opt-b").verdict != verdict
    merge_options(path)
    assert len(tables(path)["change"]) == 2


def test_what_a_killed_duckdb_program_committed_is_read_and_kept(tmp_path: Path) -> None:
    from test_formats import left_beside

    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    left_beside(path, "INSERT INTO attribute VALUES ('options', 'opt-a', 'body', 'GA')")
    with closing(opened(path)) as connection:
        assert connection.execute("SELECT value FROM attribute").fetchall() == [("GA",)]
    add_one(path)
    assert tables(path)["attribute"] == [("options", "opt-a", "body", "GA")]
    assert os.listdir(tmp_path) == ["g.duckdb"]


def test_two_who_write_a_folder_wait_for_each_other(tmp_path: Path, impatient: list[str]) -> None:
    write_debate(FIRST, tmp_path)
    raised: list[BaseException] = []

    def write() -> None:
        try:
            write_debate(FIRST, tmp_path)
        except Busy as error:
            raised.append(error)

    with alone(tmp_path):
        write_debate(FIRST, tmp_path)  # who has it alone, writes
        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert len(raised) == 1
    write_debate(FIRST, tmp_path)
    assert load_debate(tmp_path) == FIRST


def test_a_lock_is_not_made_through_a_link_of_others(tmp_path: Path) -> None:
    write_debate(FIRST, tmp_path / "d")
    (tmp_path / "d" / ".stancegraph.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StanceError, match=r"cannot write .*symbolic links"):
        write_debate(FIRST, tmp_path / "d")
    assert not (tmp_path / "elsewhere").exists()


# One statement more.

TOLD = st.builds(
    said,
    id=st.just("x"),
    holder=st.sampled_from(COUNTRIES[:3]),
    option=st.sampled_from(["opt", "other", "third"]),
    polarity=st.sampled_from(["supports", "undecided", "opposes", "not-disclosed"]),
    day=st.sampled_from([None, "2024-05-01", "2024-05-02", "2021-01-01", "2024-07-30"]),
    by=st.sampled_from([None, None, None, "paper", "voice"]),
    kind=st.sampled_from(["statement", "action", "vote"]),
    sure=st.sampled_from(["certain", "probable"]),
    until=st.sampled_from([None, None, date(2024, 6, 1), date(2024, 7, 10)]),
)
SCOPES: tuple[dict[str, Any], ...] = (
    {},
    {"own_words": True},
    {"since": date(2024, 5, 2)},
    {"as_of": date(2024, 5, 1)},
    {"as_of": date(2026, 1, 1)},
    {"filters": {"kind": ("vote", "action")}},
)


@settings(max_examples=10, deadline=None)
@given(told=st.lists(st.lists(TOLD, min_size=1, max_size=4), min_size=2, max_size=4))
def test_positions_after_each_import_are_those_of_the_rules(
    told: list[list[Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("renewed") / "g.duckdb"
    batches = [
        [replace(e, id=f"s{n}-{at}") for at, e in enumerate(batch)] for n, batch in enumerate(told)
    ]
    nobody = Debate(id="reference", title="None")
    graph = stored(path, Imported(debate_of(*batches[0])), reference=nobody)
    for n, _ in enumerate(batches):
        records = [e for batch in batches[: n + 1] for e in batch]
        if n:
            add(path, [Imported(debate_of(*batches[n]))], nobody, origin(str(n)))
        memory, now = graph_of(*records), graph.current()
        for which in SCOPES:
            assert entries(now.held(now.scope(**which))) == entries(
                memory.held(memory.scope(**which))
            ), which
            for actor in COUNTRIES[:3]:
                for by in MEASURED:
                    told_of = now.meeting(actor, by, now.scope(**which))
                    assert counted(told_of) == counted(met_one_by_one(now, actor, by, **which))
    graph.close()


MEASURED = (Measuring(min_shared=1), Measuring(measure="kappa", min_shared=1))


def met_one_by_one(graph: Graph, actor: str, by: Measuring, **which: Any) -> Meeting:
    """Let each pair of positions meet by itself."""
    scope = graph.scope(**which)
    held = graph.held(scope)
    is_mine = np.array([held.actors[n] == actor for n in held.actor], dtype=bool)
    mine = held.where(is_mine)
    found = crossed(mine, held.where(~is_mine), by, scope)
    return met(held.actors, held.options, len(mine), found, by, is_by_vote=held.is_by_vote)


def counted(found: Meeting) -> dict[str, Any]:
    told: dict[str, Any] = {"mine": found.mine, "by vote": found.is_by_vote}
    for at, actor in enumerate(found.actors):
        numbers = (found.shared, found.same, found.opposite, found.own_shared, found.own_same)
        score = repr(found.found.at(at)) if found.found and found.shared[at] else None
        latest = [found.latest(actor, side) for side in (1, -1)]
        told[actor] = [*(int(n[at]) for n in numbers), score, latest]
    return told


def test_one_statement_more_derives_its_own_positions_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    graph = stancegraph.load(path)
    assert isinstance(graph, StoredGraph)
    before = graph.held(graph.scope())
    add_one(path)

    def refuse(*_: Any) -> NoReturn:
        raise AssertionError("all positions are derived again")

    monkeypatch.setattr("stancegraph.store.held.held", refuse)
    monkeypatch.setattr(StoredGraph, "_decided", refuse)
    read: list[int] = []
    real = Store.arrays

    def arrays(self: Store, question: str, values: Any = ()) -> Any:
        found = real(self, question, values)
        read.append(len(found["evidence"]))
        return found

    monkeypatch.setattr(Store, "arrays", arrays)
    now = graph.current()
    after = now.held(now.scope())
    assert read == [1]  # the new record: Poland had said nothing on that option
    assert len(after) == len(before) + 1
    monkeypatch.undo()
    assert entries(after) == entries(StoredGraph(path).held(now.scope()))


def test_positions_after_any_change_are_those_of_a_graph_just_opened(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    graph = stancegraph.load(path)
    assert isinstance(graph, StoredGraph)

    def make(wish: Callable[[Any], Any]) -> None:
        home = home_of(path)
        home.make(wish(home), who="tester", time=NOON)

    later = replace(NEW, id="pol-3", when=ALL.evidence[0].when)
    changes: tuple[Callable[[], object], ...] = (
        lambda: add_one(path),
        lambda: make(lambda h: deprecated(h.part(["deu-1"]), ["deu-1"], "misquoted")),
        lambda: STEPS["file"]["merge"](tmp_path),
        lambda: make(lambda h: added({"evidence": [later]})),
        lambda: make(lambda h: undone(h.part(pointing_to=["pol-3"], names=["pol-3"]), h.log)),
        lambda: STEPS["file"]["import into"](tmp_path),
        lambda: outside(path, "UPDATE stance SET level = -level WHERE evidence = 1"),
        lambda: outside(path, "DELETE FROM change"),
    )
    for change in changes:
        held_before = graph.current().held(graph.current().scope())
        change()
        now, fresh = graph.current(), StoredGraph(path)
        assert now is not graph
        assert entries(now.held(now.scope())) == entries(fresh.held(fresh.scope()))
        assert now.align("pol").to_dict() == fresh.align("pol").to_dict()
        assert held_before is not now.held(now.scope())
        fresh.close()


def outside(path: Path, sql: str) -> None:
    """Let somebody change a copy of a file with DuckDB, and put it in the file's place."""
    copy = path.with_name("copy.duckdb")
    shutil.copyfile(path, copy)
    with duckdb.connect(copy) as connection:
        connection.execute(sql)
    copy.replace(path)


def test_a_graph_stays_as_it_was_loaded_and_its_questions_are_about_now(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    graph = stancegraph.load(path)
    assert isinstance(graph, StoredGraph)
    assert graph.current() is graph
    first = graph.position("pol").verdict
    add_one(path)
    assert NEW.id not in graph.evidence_by_id
    assert NEW.id in graph.current().evidence_by_id
    assert [c.id for c in graph.evidence(ids=[NEW.id]).rows] == [NEW.id]
    assert graph.position("pol").verdict != first
    assert graph.current() is graph.current()


def test_threads_share_a_graph_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "g.duckdb"
    import_first(tmp_path)
    graph = stancegraph.load(path)
    verdicts: set[str] = set()
    wrong: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                verdicts.add(graph.position("pol").verdict)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    expected = {graph.position("pol").verdict}
    for thread in threads:
        thread.start()
    for step in ("add", "import into"):
        STEPS["file"][step](tmp_path)
        with closing(StoredGraph(path)) as fresh:
            expected.add(fresh.position("pol").verdict)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert verdicts <= expected


def test_an_option_is_found_without_reading_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_first(tmp_path)

    def refuse(*_: Any) -> NoReturn:
        raise AssertionError("records are read")

    monkeypatch.setattr(Store, "evidence", refuse)
    assert stancegraph.load(tmp_path / "g.duckdb").option("Do opt-a").id == "opt-a"
