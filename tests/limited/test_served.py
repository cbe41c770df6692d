"""Children from the fork server: limited as the others are, and nothing is lost when the server dies."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edocs.limited import FileRefused, RefusalCode, TaskFailed, run, served
from edocs.limited.limits import LIMITS
from edocs.limited.served import _Server
from signing import Box, Places

from . import hostile

ROOT = Path(__file__).parents[2]
REAL = ROOT / "edocs" / "limited"
CHILD_BODY = f"""
import json, os, resource, runpy, signal, sys, time
real = runpy.run_path({str(REAL / "child.py")!r})
def enter_packages():
    real["enter_packages"]()
    sys.path.append({str(ROOT)!r})
def answer(thing):
    sys.stdout.write(json.dumps(thing)); sys.stdout.flush(); os._exit(0)
def main():
    request = json.loads(sys.stdin.buffer.read())
"""


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    """A server for this test alone."""
    server = _Server()
    monkeypatch.setattr(served, "_server", server)
    yield server
    server.stop()


@pytest.fixture
def child_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets the server's children do a few lines of the test."""

    def replace(body: str) -> None:
        folder = tmp_path / "program"
        folder.mkdir()
        shutil.copy(served.SERVER, folder / "forking.py")
        (folder / "child.py").write_text(CHILD_BODY + "".join(f"    {line}\n" for line in body.splitlines()))
        monkeypatch.setattr(served, "SERVER", folder / "forking.py")

    return replace


def judge(path: Path, **limits: float) -> dict[str, str]:
    answer: dict[str, str] = run("judge", path=path, trust=str(path.parent), **limits)
    return answer


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return hostile.pdf(tmp_path / "letter", pages=1)


def test_the_task_is_done_by_a_child_of_the_server(letter: Path, own_server: _Server) -> None:
    first = judge(letter)
    server = own_server.pid
    assert server is not None
    assert first["verdict"] == "unsigned"
    assert first["sha256"] == hashlib.sha256(letter.read_bytes()).hexdigest()
    assert judge(letter) | {"judged_at": ""} == first | {"judged_at": ""}
    assert own_server.pid == server
    assert _children_of(server) == []


def test_no_variable_and_no_open_file_of_ours_reaches_the_child(
    child_that: Callable[[str], None], letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDOCS_SECRET_KEY", "quite-secret")
    child_that(
        "import tempfile\n"
        "listed = sorted(int(n) for n in os.listdir('/proc/self/fd'))\n"
        "answer({'result': [dict(os.environ), listed, os.getcwd(), tempfile.gettempdir(),"
        " [os.getpid() == n for n in (os.getpgid(0), os.getsid(0))],"
        " sorted(m for m in sys.modules if m.startswith(('django', 'celery', 'edocs.settings')))]})"
    )
    with (letter.parent / "ours").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        variables, descriptors, folder, temporary, own_group, loaded = run("judge", path=letter, trust="")
    assert "quite-secret" not in variables.values()
    assert set(variables) <= {
        "PATH", "LANG", "LC_CTYPE", "HOME", "TMPDIR", "XDG_CACHE_HOME", "OMP_THREAD_LIMIT", "MALLOC_ARENA_MAX",
    }  # fmt: skip
    assert variables["HOME"] == variables["TMPDIR"] == temporary == folder
    assert not Path(folder).exists()
    assert descriptors == [0, 1, 2, 3]  # the last is the listing itself
    assert own_group == [True, True]
    assert loaded == []


@pytest.mark.parametrize("task", sorted(served.SERVED))
def test_limits_hold_and_cannot_be_taken_back(task: str, child_that: Callable[[str], None], letter: Path) -> None:
    child_that(
        "real['limit_self'](request['limits'])\n"
        "read = [resource.getrlimit(w) for w in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE,"
        " resource.RLIMIT_CORE, resource.RLIMIT_NOFILE)]\n"
        "alarm = signal.getitimer(signal.ITIMER_REAL)[0]\n"
        "try:\n    bytearray(request['limits']['memory'])\n"
        "except MemoryError:\n    answer({'result': [read, alarm]})"
    )
    limits = LIMITS[task]
    read, alarm = run(task, path=letter)
    seconds = int(limits.seconds)
    size, file = limits.memory, limits.file_bytes
    assert read == [[size, size], [seconds, seconds + 1], [file, file], [0, 0], [256, 256]]
    assert seconds < alarm <= seconds + 2


def test_a_child_that_computes_for_ever_is_ended(child_that: Callable[[str], None], letter: Path) -> None:
    child_that("real['limit_self'](request['limits'])\nwhile True: pass")
    with pytest.raises(FileRefused) as refused:
        judge(letter, seconds=1)
    assert refused.value.code in (RefusalCode.BOMB, RefusalCode.TIMEOUT)  # its processor time, or ours


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "damaged"),
        ("os.abort()", "bomb"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "bomb"),
        ("os.kill(os.getpid(), signal.SIGALRM)", "timeout"),
        ("answer({'refused': 'macro', 'detail': 'x'})", "macro"),
    ],
)
def test_every_death_is_a_refusal(
    body: str, code: str, child_that: Callable[[str], None], letter: Path, own_server: _Server
) -> None:
    child_that(body)
    for _twice in range(2):
        with pytest.raises(FileRefused) as refused:
            judge(letter)
        assert refused.value.code == code
    assert own_server.pid is not None


@pytest.mark.parametrize("body", ["sys.exit(3)", "raise KeyError('ours')", "answer([1])"])
def test_a_fault_of_our_own_is_not_blamed_on_the_file(
    body: str, child_that: Callable[[str], None], letter: Path
) -> None:
    child_that(body)
    with pytest.raises(TaskFailed):
        judge(letter)


@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(60)",
        "os.close(1); time.sleep(60)",
        "os.fork()\ntime.sleep(60)",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
    ],
)
def test_who_does_not_end_is_ended_with_all_its_children(
    body: str, child_that: Callable[[str], None], letter: Path, own_server: _Server
) -> None:
    child_that(body)
    assert own_server.control({"PATH": os.environ["PATH"]}) is not None  # started, so that its start is not measured
    started = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        judge(letter, seconds=1)
    assert refused.value.code == RefusalCode.TIMEOUT
    assert time.monotonic() - started < 4
    assert own_server.pid is not None
    assert _children_of(own_server.pid) == []


def test_a_process_left_behind_by_a_child_that_answered_is_ended(
    child_that: Callable[[str], None], letter: Path
) -> None:
    child_that("if os.fork() == 0:\n    os.close(1); time.sleep(60)\nanswer({'result': 'done'})")
    assert run("judge", path=letter, trust="") == "done"


def test_hostile_files_do_not_reach_the_server(
    tmp_path: Path, letter: Path, own_server: _Server, caplog: pytest.LogCaptureFixture
) -> None:
    judge(letter)
    server = own_server.pid
    box = Box(0, 100, 100, 200, 130)
    makers = (
        hostile.encrypted_pdf,
        hostile.truncated_pdf,
        hostile.content_bomb_pdf,
        hostile.self_referencing_pdf,
        hostile.doubling_forms_pdf,
        hostile.page_tree_loop_pdf,
    )
    for make in makers:
        file = make(tmp_path / make.__name__)
        for task, more in (
            ("judge", {"trust": str(tmp_path)}),
            ("find_places", {"title": ["GIÁM ĐỐC"], "name": "Nguyễn Văn An"}),
            ("prepare", {"places": Places(box, box, box, box).to_json()}),
        ):
            with contextlib.suppress(FileRefused):
                run(task, path=file, seconds=4, **more)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []  # answers and refusals only
    assert judge(letter)["verdict"] == "unsigned"
    assert own_server.pid == server
    assert server is not None
    assert _children_of(server) == []


def test_a_server_killed_between_two_tasks_is_started_again(letter: Path, own_server: _Server) -> None:
    judge(letter)
    first = own_server.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)  # dead, and not reaped
    assert judge(letter)["verdict"] == "unsigned"
    assert own_server.pid not in (None, first)
    assert not Path(f"/proc/{first}").exists()  # reaped


def test_a_server_killed_during_a_task_loses_nothing(
    child_that: Callable[[str], None], letter: Path, own_server: _Server
) -> None:
    child_that(f"open({str(letter.parent / 'begun')!r}, 'w').close(); time.sleep(60)")

    def kill_when_begun() -> None:
        while not (letter.parent / "begun").exists():
            time.sleep(0.01)
        assert own_server.pid is not None
        os.kill(own_server.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_when_begun)
    killer.start()
    started = time.monotonic()
    assert judge(letter)["verdict"] == "unsigned"  # by a plain child
    killer.join()
    assert time.monotonic() - started < 30


def test_a_stopped_server_is_a_timeout_and_the_next_task_has_another(letter: Path, own_server: _Server) -> None:
    judge(letter)
    first = own_server.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(FileRefused) as refused:
        judge(letter, seconds=0.5)
    assert refused.value.code == RefusalCode.TIMEOUT
    assert judge(letter)["verdict"] == "unsigned"
    assert own_server.pid not in (None, first)


def test_without_a_server_a_plain_child_does_the_work(
    tmp_path: Path, letter: Path, monkeypatch: pytest.MonkeyPatch, own_server: _Server
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text(f"open({str(tmp_path / 'started')!r}, 'a').write('x'); raise SystemExit(1)")
    monkeypatch.setattr(served, "SERVER", broken)
    for _twice in range(2):
        assert judge(letter)["verdict"] == "unsigned"
    assert own_server.pid is None
    assert (tmp_path / "started").read_text() == "x"  # not tried again at once


def test_the_server_ends_with_the_process_that_started_it(letter: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from edocs.limited import run, served\n"
        "run('judge', path=sys.argv[2], trust='')\n"
        "print(served._server.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(ROOT), str(letter)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    server = Path("/proc", parent.stdout.readline().decode().strip())
    assert server.exists()
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while server.exists() and _state(server) != "Z" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server.exists() or _state(server) == "Z"
    parent.stdin.close()
    parent.stdout.close()


def test_a_forked_copy_of_the_process_has_a_server_of_its_own(letter: Path, own_server: _Server) -> None:
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from edocs.limited import run, served\n"
        "ask = lambda: run('judge', path=sys.argv[2], trust='')['verdict']\n"
        "first = (ask(), served._server.pid)\n"
        "if os.fork() == 0:\n"
        "    os._exit(0 if ask() == 'unsigned' and served._server.pid not in (None, first[1]) else 1)\n"
        "assert os.waitstatus_to_exitcode(os.wait()[1]) == 0\n"
        "assert (ask(), served._server.pid) == first\n"
    )
    subprocess.run([sys.executable, "-c", program, str(ROOT), str(letter)], check=True)


def test_many_threads_at_once_each_get_their_own_answer(tmp_path: Path, own_server: _Server) -> None:
    files = {count: hostile.pdf(tmp_path / f"f{count}", pages=count) for count in range(1, 7)}
    found: dict[int, str] = {}

    def work(count: int) -> None:
        found[count] = judge(files[count])["sha256"]

    threads = [threading.Thread(target=work, args=(count,)) for count in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {count: hashlib.sha256(file.read_bytes()).hexdigest() for count, file in files.items()}
    assert own_server.pid is not None


def _children_of(server: int) -> list[str]:
    return Path(f"/proc/{server}/task/{server}/children").read_text().split()


def _state(process: Path) -> str:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"
