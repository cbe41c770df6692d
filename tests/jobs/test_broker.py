"""The folder of messages is whole from the beginning, whatever was killed while writing it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from django.conf import settings

from edocs.jobs.broker import is_whole, prepare_folder, table_of
from edocs.jobs.folder import Channel, Transport

SEND = """
import django, os
from pathlib import Path
from queue import Empty
django.setup()
from edocs.jobs.folder import Channel, Transport
from edocs.jobs.broker import prepare_folder
from edocs.jobs.tasks import run_job
prepare_folder(Path(os.environ["VAR_DIR"], "queue", "control"))
run_job.apply_async((1,), retry=False)
"""


@pytest.mark.parametrize("left", [None, "", "[[", "[]", "null"])
def test_a_missing_or_damaged_table_is_made_whole(tmp_path: Path, left: str | None) -> None:
    if left is not None:
        table_of(tmp_path).write_text(left)
    assert not is_whole(tmp_path)
    prepare_folder(tmp_path)
    assert is_whole(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["celery.exchange"]


def test_a_whole_table_is_left_alone(tmp_path: Path) -> None:
    prepare_folder(tmp_path)
    before = table_of(tmp_path).stat().st_mtime_ns
    prepare_folder(tmp_path)
    assert table_of(tmp_path).stat().st_mtime_ns == before


def test_the_transport_takes_our_table_for_its_own(tmp_path: Path) -> None:
    """A real message goes through a folder whose table was damaged, and the table is not written again."""
    control = tmp_path / "queue" / "control"
    control.mkdir(parents=True)
    table_of(control).write_text("")
    environment = {"DEMO": "1", "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "edocs.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SEND],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(list((tmp_path / "queue" / "messages").iterdir())) == 1
    assert is_whole(control)


def channel_of(folder: Path) -> Channel:
    from kombu import Connection

    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    return Connection("filesystem://", transport=Transport, transport_options=options).channel()


def test_workers_that_look_while_messages_are_written_take_each_once_and_whole(tmp_path: Path) -> None:
    """Two readers and two writers on one folder: nothing is read half, nothing twice, nothing is left."""
    sent, got, done = 400, [], threading.Event()

    def write(start: int) -> None:
        channel = channel_of(tmp_path)
        for number in range(start, sent, 2):
            channel._put("now", {"number": number, "filling": "x" * 20_000})

    def read() -> None:
        channel = channel_of(tmp_path)
        while True:
            all_sent = done.is_set()
            try:
                got.append(channel._get("now")["number"])
            except Empty:
                if all_sent:
                    return

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for writer in [pool.submit(write, start) for start in range(2)]:
            writer.result()
        done.set()
        for reader in readers:
            reader.result()
    assert sorted(got) == list(range(sent))
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


@pytest.mark.parametrize("left", [b"", b"\xff\xfe\x00"])
def test_a_message_that_a_power_cut_emptied_or_spoiled_is_passed_over(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "0_a.now.msg").write_bytes(left)
    channel = channel_of(tmp_path)
    channel._put("now", {"number": 1})
    channel._put("later", {"number": 2})
    assert channel._get("now") == {"number": 1}
    with pytest.raises(Empty):
        channel._get("now")
    assert channel._get("later") == {"number": 2}


def test_the_embedded_broker_is_the_one_that_writes_in_one_step() -> None:
    from edocs.celery import app

    with app.connection_for_write("filesystem://localhost") as connection:
        assert isinstance(connection.transport, Transport)


def test_the_folder_is_listed_once_for_many_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many wait: listing tens of thousands for each took longer than sending the next."""
    one, other = channel_of(tmp_path), channel_of(tmp_path)
    for number in range(50):
        one._put("now", {"number": number})
    looks: list[Path] = []

    def listed(folder: Path) -> list[str]:
        looks.append(folder)
        return [entry.name for entry in os.scandir(folder)]

    monkeypatch.setattr("edocs.jobs.folder.os.listdir", listed)
    got = [one._get("now")["number"] for _ in range(25)]
    got += [other._get("now")["number"] for _ in range(25)]
    assert got == list(range(50))
    assert len(looks) == 2
    with pytest.raises(Empty):
        one._get("now")  # all that it had listed was taken by the other
    one._put("now", {"number": 50})
    assert other._get("now") == {"number": 50}
