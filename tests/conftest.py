"""What every test may use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.cache import cache

from tests.factories import Office


@pytest.fixture(autouse=True)
def own_folders(settings: object, tmp_path: Path) -> None:
    """Each test keeps its files, index and keys apart."""
    for name in ("FILES_DIR", "PREVIEWS_DIR", "SEARCH_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    cache.clear()


@pytest.fixture
def office(db: None) -> Office:
    """A small department with its people and catalogues."""
    return Office()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests that need a program of the machine say which and how to get it."""
    for mark in item.iter_markers("tool"):
        missing = [name for name in mark.args if not shutil.which(name)]
        if missing:
            pytest.skip(f"needs {', '.join(missing)} (see docs/developers.md, Programs)")
