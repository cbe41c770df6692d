"""After every test here: no child process of it lives on, and no folder of it is left."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _children() -> set[str]:
    """Ids of living processes whose working folder is one of a limited child."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            folder = os.readlink(process / "cwd")
        except OSError:
            continue
        if folder.startswith(os.path.join(tempfile.gettempdir(), "edocs-limited-")):
            found.add(process.name)
    return found


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Gives the test a temporary folder of its own for children, and looks into it afterwards."""
    folder = tmp_path_factory.mktemp("children")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert _children() == set()
    assert list(folder.iterdir()) == []
