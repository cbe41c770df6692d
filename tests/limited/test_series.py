"""Several files of our own making in one child: the answers are those of a child each, and any trouble ends it."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edocs.limited import run, series, served
from edocs.limited.limits import LIMITS
from edocs.limited.series import Series, SeriesEnded
from edocs.limited.served import _Server
from tests.signing.attacks.world import ATTACKS, LAWFUL, World

from . import hostile
from .test_served import REAL, ROOT, _children_of, own_server

__all__ = ["own_server"]
CHILD = f"""
import json, os, resource, runpy, signal, sys, time
real = runpy.run_path({str(REAL / "child.py")!r})
def enter_packages():
    real["enter_packages"]()
    sys.path.append({str(ROOT)!r})
def say(words):
    sys.stdout.write(words + chr(10)); sys.stdout.flush()
def main():
    for number, line in enumerate(iter(sys.stdin.buffer.readline, b"")):
        request = json.loads(line)
"""


@pytest.fixture
def child_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets the server's children do a few lines of the test for each request."""

    def replace(body: str) -> None:
        folder = tmp_path / "program"
        folder.mkdir()
        shutil.copy(served.SERVER, folder / "forking.py")
        (folder / "child.py").write_text(CHILD + "".join(f"        {line}\n" for line in body.splitlines()))
        monkeypatch.setattr(served, "SERVER", folder / "forking.py")

    return replace


@pytest.fixture
def letters(tmp_path: Path) -> list[Path]:
    return [hostile.pdf(tmp_path / f"letter{number}", pages=number) for number in (1, 2, 3)]


@pytest.fixture
def a_series() -> Iterator[Series]:
    made = Series("judge_fully")
    yield made
    made.close()


def trust_of(letter: Path) -> str:
    return str(letter.parent)


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"judged_at": ""}


def test_one_child_answers_about_each_file_and_ends(letters: list[Path], a_series: Series, own_server: _Server) -> None:
    alone = [plain(run("judge_fully", path=one, trust=trust_of(one))) for one in letters]
    together = [plain(a_series.run(one, trust=trust_of(one))) for one in letters]
    assert together == alone
    assert len({one["sha256"] for one in alone}) == len(letters)
    assert own_server.pid is not None
    assert len(_children_of(own_server.pid)) == 1
    a_series.close()
    assert _children_of(own_server.pid) == []
    with pytest.raises(SeriesEnded):
        a_series.run(letters[0], trust=trust_of(letters[0]))


def test_a_child_serves_so_many_files_and_no_more(
    letters: list[Path], a_series: Series, own_server: _Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "MOST", 2)
    seen = []
    for one in (*letters, *letters):
        a_series.run(one, trust=trust_of(one))
        assert own_server.pid is not None
        seen += _children_of(own_server.pid)
    assert [seen.count(one) for one in dict.fromkeys(seen)] == [2, 2, 2]


def test_memory_is_that_of_one_child_and_every_file_has_its_own_time(
    child_that: Callable[[str], None], letters: list[Path], a_series: Series
) -> None:
    child_that(
        "if number == 0:\n    real['limit_self'](request['limits'], request['most'])\n"
        "else:\n    real['limit_next'](request['limits'])\n"
        "read = [resource.getrlimit(w) for w in (resource.RLIMIT_AS, resource.RLIMIT_CPU)]\n"
        "say(json.dumps({'result': [*read, signal.getitimer(signal.ITIMER_REAL)[0]]}))"
    )
    limits = LIMITS["judge_fully"]
    seconds, most = int(limits.seconds), series.MOST * int(limits.seconds) + 1
    first, second = (a_series.run(one, trust="") for one in letters[:2])
    assert first[:2] == [[limits.memory, limits.memory], [seconds, most]]
    assert second[0] == first[0]
    assert second[1] == [second[1][0], most]
    assert seconds < second[1][0] <= seconds + 10
    assert all(seconds < one[2] <= seconds + 2 for one in (first, second))


@pytest.mark.parametrize(
    "trouble",
    [
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os._exit(0)",
        "say('[1]')",
        "say('{\"result\"')",
        'say(\'{"refused": "bomb"}\')',
        "time.sleep(60)",
    ],
)
def test_any_trouble_ends_the_series(
    trouble: str,
    child_that: Callable[[str], None],
    letters: list[Path],
    own_server: _Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(LIMITS, "judge_fully", LIMITS["judge_fully"]._replace(seconds=1))
    child_that(f"if number == 1:\n    {trouble}\nelse:\n    say('{{\"result\": 7}}')")
    found = Series("judge_fully")
    assert found.run(letters[0], trust="") == 7
    begun = time.monotonic()
    with pytest.raises(SeriesEnded):
        found.run(letters[1], trust="")
    assert time.monotonic() - begun < 5
    with pytest.raises(SeriesEnded):
        found.run(letters[2], trust="")  # though that one would be answered
    assert own_server.pid is not None
    assert _children_of(own_server.pid) == []


def test_without_a_server_there_is_no_series(
    letters: list[Path], own_server: _Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(served, "SERVER", broken)
    with pytest.raises(SeriesEnded):
        Series("judge_fully").run(letters[0], trust="")


def test_a_child_says_of_every_file_what_a_child_of_its_own_says(tmp_path: Path, a_series: Series) -> None:
    """Attacks and lawful files, one after the other: nothing of one stays behind for the next."""
    (tmp_path / "world").mkdir()
    world, path = World(tmp_path / "world"), tmp_path / "x.pdf"
    verdicts = set()
    for sample in (*ATTACKS, *LAWFUL):
        trust = sample.trust(world)
        folder = tmp_path / trust.fingerprint
        if not folder.exists():
            trust.write_to(folder)
        path.write_bytes(sample.make(world))
        alone = plain(run("judge_fully", path=path, trust=str(folder)))
        assert plain(a_series.run(path, trust=str(folder))) == alone, sample.name
        verdicts.add(alone["verdict"])
    assert verdicts == {"pass", "unsure", "fail", "unsigned"}
