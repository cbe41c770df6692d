"""Writing: updates, several writers, a writer killed, damaged files."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from search import Engine, EngineBusy, EngineUnavailable, SearchError, open_engine
from search.engines.tantivy import TantivyEngine
from search.engines.tantivy_store import Store
from tests.search.conftest import READER, document, found

WRITER = """
import sys
from search import IndexDocument, open_engine
engine = open_engine(sys.argv[1])
first, last = int(sys.argv[2]), int(sys.argv[3])
for number in range(first, last):
    engine.index([IndexDocument(id=str(number), summary=f"họp lần {number}", tokens={"u:1"})])
    print(number, flush=True)
"""


def start_writer(folder: Path, first: int, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(first), str(last)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_a_document_is_replaced_and_taken_out(engine: Engine) -> None:
    assert engine.index([document(1, "cũ"), document(2, "khác")]) == 2
    engine.index([document(1, "mới")])
    assert (found(engine, "cũ"), found(engine, "mới"), engine.count()) == ([], ["1"], 2)
    engine.delete(["1", "no such id"])
    assert (found(engine, "mới"), engine.count()) == ([], 1)
    assert engine.index([document(3, "một"), document(3, "hai")]) == 1
    assert (found(engine, "một"), found(engine, "hai")) == ([], ["3"])
    assert engine.index([]) == 0
    engine.clear()
    assert (engine.count(), engine.needs_reindex) == (0, True)


def test_another_engine_on_the_folder_sees_what_was_committed(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "index")
    other = open_engine(tmp_path / "index")
    engine.index([document(1, "họp")])
    assert found(other, "họp") == ["1"]
    other.delete(["1"])
    assert engine.count() == 0


def test_threads_and_processes_write_one_after_another(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    processes = [start_writer(tmp_path, 1000 * at, 1000 * at + 15) for at in (1, 2)]
    failures: list[Exception] = []

    def write(first: int) -> None:
        try:
            for number in range(first, first + 15):
                engine.index([document(number, "họp")])
        except SearchError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(first,)) for first in (3000, 4000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert failures == []
    assert engine.count() == 60
    assert engine.search("họp", READER).total == 60


def test_a_writer_that_waits_too_long_says_so(tmp_path: Path) -> None:
    impatient = TantivyEngine(tmp_path, lock_timeout=0.1)
    with Store(tmp_path, 1).locked(), pytest.raises(EngineBusy, match="Another process has been writing"):
        impatient.index([document(1, "họp")])
    impatient.index([document(1, "họp")])
    assert impatient.count() == 1


def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(3)
    acknowledged: set[str] = set()
    for at in range(8):
        process = start_writer(tmp_path, 1000 * at, 1000 * at + 1000)
        assert process.stdout
        acknowledged.add(process.stdout.readline().strip())
        time.sleep(chance.uniform(0.0, 0.25))
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        acknowledged.update(line for line in rest.splitlines() if line)
        engine = open_engine(tmp_path)
        assert {hit.id for hit in engine.search("họp", READER, limit=500).hits} >= acknowledged
    engine.index([document(99_999, "họp")])
    assert "99999" in found(engine, "họp", limit=500)
    assert len(acknowledged) >= 8


def test_a_new_index_asks_to_be_filled_until_it_is_declared_full(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "deep" / "folder")
    assert engine.needs_reindex
    engine.index([document(1, "họp")])
    assert engine.needs_reindex
    engine.mark_reindexed()
    assert not engine.needs_reindex
    assert not open_engine(tmp_path / "deep" / "folder").needs_reindex


@pytest.mark.parametrize("damage", ["meta", "meta missing", "segments", "truncated", "version", "state", "all"])
def test_a_damaged_or_older_index_is_made_new_and_says_so(tmp_path: Path, damage: str) -> None:
    engine = open_engine(tmp_path)
    engine.index([document(at, "họp", "văn bản " * 100) for at in range(50)])
    engine.mark_reindexed()
    files = tmp_path / "index"
    match damage:
        case "meta":
            (files / "meta.json").write_text("{")
        case "meta missing":
            (files / "meta.json").unlink()
        case "segments":
            for file in files.glob("*.store"):
                file.unlink()
        case "truncated":
            for file in files.glob("*.fast"):
                file.write_bytes(file.read_bytes()[:10])
        case "version":
            (tmp_path / "state.json").write_text('{"version": 0, "complete": true}')
        case "state":
            (tmp_path / "state.json").write_text("[1")
        case "all":
            for file in files.iterdir():
                file.unlink()
    again = open_engine(tmp_path)
    assert again.needs_reindex
    assert again.count() == 0
    again.index([document(1, "họp")])
    assert found(again, "họp") == ["1"]
    assert found(engine, "họp") == ["1"]  # one that was open before goes on with the new files


def test_a_full_disk_is_an_error_that_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.index([document(1, "họp")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))  # stands for a disk without room
    try:
        with pytest.raises(EngineUnavailable, match="failed"):
            engine.index(document(at, "họp", f"trang {at} " * 500) for at in range(2, 300))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert found(engine, "họp") == ["1"]
    engine.index([document(2, "họp")])
    assert found(open_engine(tmp_path), "họp") == ["2", "1"]


OPEN_WITH_ONE_FILE = """
import os, resource, sys
from search import EngineUnavailable, open_engine
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
last = max(int(name) for name in os.listdir("/proc/self/fd"))
while os.open("/dev/null", os.O_RDONLY) <= last:  # until no number below is free
    pass
resource.setrlimit(resource.RLIMIT_NOFILE, (last + 3, hard))  # one more file may be open, the index needs two
try:
    open_engine(sys.argv[1])
except EngineUnavailable as problem:
    print(problem)
"""


def test_an_index_that_cannot_be_read_for_a_while_is_not_made_new(tmp_path: Path) -> None:
    open_engine(tmp_path).index([document(1, "họp")])
    # in a process of its own: here others open and close files at the same time
    said = subprocess.run(
        [sys.executable, "-c", OPEN_WITH_ONE_FILE, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert "cannot be read now" in said.stdout
    assert found(open_engine(tmp_path), "họp") == ["1"]


def test_an_index_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))  # stands for a disk without room
    try:
        with pytest.raises(EngineUnavailable, match="cannot be used"):
            open_engine(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    open_engine(tmp_path).index([document(1, "họp")])
    assert found(open_engine(tmp_path), "họp") == ["1"]


def test_a_folder_that_cannot_be_used_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EngineUnavailable, match="cannot be used"):
        open_engine(tmp_path / "file")
