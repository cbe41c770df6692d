"""The child process: its limits, its surroundings, and every way it can end."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from edocs.limited import FileRefused, RefusalCode, TaskFailed, inspect, limits, render_page, run, set_limits

from . import hostile

CHILD_BODY = """
import json, os, resource, signal, sys, time
request = json.loads(sys.stdin.buffer.read())
def answer(thing):
    sys.stdout.write(json.dumps(thing)); sys.stdout.flush(); os._exit(0)
"""


@pytest.fixture
def child_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Replaces the child's program by a few lines of the test."""

    def replace(body: str) -> None:
        program = tmp_path / "child.py"
        program.write_text(CHILD_BODY + body)
        monkeypatch.setattr("edocs.limited.process.CHILD", program)

    return replace


def refusal(path: Path, **arguments: float) -> RefusalCode:
    with pytest.raises(FileRefused) as refused:
        run("inspect", path=path, **arguments)
    return refused.value.code


def test_no_variable_and_no_open_file_of_ours_reaches_the_child(
    child_that, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDOCS_SECRET_KEY", "quite-secret")
    with (tmp_path / "ours").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        child_that("answer({'result': [dict(os.environ), os.listdir('/proc/self/fd'), os.getcwd()]})")
        variables, descriptors, folder = run("inspect", path=tmp_path)
        assert str(ours.fileno()) not in descriptors
    assert "quite-secret" not in variables.values()
    assert set(variables) <= {
        "PATH", "LANG", "LC_CTYPE", "HOME", "TMPDIR", "XDG_CACHE_HOME", "OMP_THREAD_LIMIT", "MALLOC_ARENA_MAX",
    }  # fmt: skip
    assert variables["HOME"] == folder
    assert not Path(folder).exists()


def test_the_child_loads_neither_django_nor_the_settings(tmp_path: Path) -> None:
    probe = (
        "import sys, runpy\n"
        "child = runpy.run_path(%r)\n"
        "child['enter_packages']()\n"
        "import edocs.limited.tasks.inspect, edocs.limited.tasks.render, edocs.limited.tasks.text\n"
        "assert not [m for m in sys.modules if m.startswith(('django', 'celery', 'edocs.settings'))]\n"
    )
    from edocs.limited.process import CHILD

    subprocess.run([sys.executable, "-I", "-c", probe % str(CHILD)], check=True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
        ("os.kill(os.getpid(), signal.SIGBUS)", "damaged"),
        ("os.abort()", "bomb"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "bomb"),
        ("answer({'refused': 'macro', 'detail': 'x'})", "macro"),
        ("sys.stdout.write('x' * 10_000_000); answer({'result': 1})", "bomb"),
    ],
)
def test_every_death_is_a_refusal(body: str, code: str, child_that, tmp_path: Path) -> None:
    child_that(body)
    monkey = limits.LIMITS["inspect"]
    try:
        set_limits("inspect", reply_bytes=1_000_000)
        assert refusal(tmp_path) == code
    finally:
        limits.LIMITS["inspect"] = monkey


@pytest.mark.parametrize("body", ["sys.exit(3)", "sys.exit(0)", "raise KeyError('ours')", "answer([1])"])
def test_a_fault_of_our_own_is_not_blamed_on_the_file(body: str, child_that, tmp_path: Path) -> None:
    child_that(body)
    with pytest.raises(TaskFailed):
        run("inspect", path=tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(60)",
        "os.close(1); time.sleep(60)",  # says it is done, and stays
        "os.fork() or time.sleep(60)",  # leaves somebody behind who holds the pipe
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
    ],
)
def test_who_does_not_end_is_ended_with_all_its_children(body: str, child_that, tmp_path: Path) -> None:
    child_that(body + "\ntime.sleep(60)")
    started = time.monotonic()
    assert refusal(tmp_path, seconds=1) == RefusalCode.TIMEOUT
    assert time.monotonic() - started < 3


def test_a_process_left_behind_by_a_child_that_answered_is_ended(child_that, tmp_path: Path) -> None:
    child_that("if os.fork() == 0:\n    os.close(1); time.sleep(60)\nanswer({'result': 'done'})")
    assert run("inspect", path=tmp_path) == "done"


def test_a_request_larger_than_a_pipe_to_a_dead_child_is_a_failure_not_a_crash(child_that, tmp_path: Path) -> None:
    child_that("")
    (tmp_path / "child.py").write_text("import os; os._exit(4)")
    with pytest.raises(TaskFailed):
        run("inspect", path=tmp_path, padding="x" * 1_000_000)


def test_limits_are_set_and_cannot_be_taken_back(tmp_path: Path) -> None:
    from edocs.limited.process import CHILD

    probe = (
        "import runpy, resource as r\n"
        "child = runpy.run_path(%r)\n"
        "child['limit_self'](dict(seconds=7.5, memory=2**30, file_bytes=1000))\n"
        "print([r.getrlimit(w) for w in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_CORE)])\n"
    )
    said = subprocess.run([sys.executable, "-I", "-c", probe % str(CHILD)], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == f"[({2**30}, {2**30}), (8, 9), (1000, 1000), (0, 0)]"


def test_a_child_whose_parent_was_killed_ends_by_itself(tmp_path: Path, nothing_left_behind: Path) -> None:
    file = hostile.huge_page_pdf(tmp_path / "upload")
    stuck = tmp_path / "child.py"
    from edocs.limited.process import CHILD

    stuck.write_text(
        f"import runpy, json, sys, time\nchild = runpy.run_path({str(CHILD)!r})\n"
        "child['limit_self'](json.loads(sys.stdin.buffer.read())['limits'])\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "import edocs.limited.process as r; from pathlib import Path; r.CHILD = Path(sys.argv[2])\n"
            "r.run('inspect', path=sys.argv[3], seconds=1)",
            str(Path(__file__).parents[2]),
            str(stuck),
            str(file),
        ],
        env={"TMPDIR": str(nothing_left_behind)},
    )
    time.sleep(0.8)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    (left,) = nothing_left_behind.iterdir()  # the killed parent could not tidy up
    deadline = time.monotonic() + 6
    while _working_in(left) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _working_in(left)
    for place in sorted(left.rglob("*"), reverse=True):
        place.rmdir() if place.is_dir() else place.unlink()
    left.rmdir()


def _working_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd") == str(folder):
                found.append(process.name)
        except OSError:
            continue
    return found


def test_failed_output_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "page.webp"
    target.write_bytes(b"the earlier picture")
    file = hostile.page_tree_loop_pdf(tmp_path / "upload")
    with pytest.raises(FileRefused):
        render_page(file, 1, target)
    assert target.read_bytes() == b"the earlier picture"
    assert sorted(os.listdir(tmp_path)) == ["page.webp", "upload"]


def test_many_threads_at_once_each_get_their_own_answer(tmp_path: Path) -> None:
    files = {count: hostile.pdf(tmp_path / f"f{count}", pages=count) for count in range(1, 7)}
    counted: dict[int, int] = {}

    def work(count: int) -> None:
        counted[count] = inspect(files[count]).page_count

    threads = [threading.Thread(target=work, args=(count,)) for count in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted == {count: count for count in files}


def test_unknown_limits_and_tasks_are_programming_errors(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        run("paint", path=tmp_path)
    with pytest.raises(ValueError, match="colour"):
        set_limits("inspect", colour=1)
