"""What every test may use."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.core.cache import cache

from tests.factories import Office
from tests.handing_out import pytest_xdist_make_scheduler

__all__ = ["pytest_xdist_make_scheduler"]


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


def pytest_terminal_summary(terminalreporter: object, exitstatus: int) -> None:
    """Say which programs are missing, in one place."""
    skipped = getattr(terminalreporter, "stats", {}).get("skipped", [])
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests were skipped; see the reasons above.")  # type: ignore[attr-defined]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where everything is installed, a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("EDOCS_NOTHING_SKIPPED") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
