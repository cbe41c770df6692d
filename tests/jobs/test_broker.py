"""The folder of messages is whole from the beginning, whatever was killed while writing it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from edocs.jobs.broker import is_whole, prepare_folder, table_of

SEND = """
import django, os
from pathlib import Path
django.setup()
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
