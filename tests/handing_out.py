"""How tests are handed out to the workers of ``make test``: file by file, what takes longest first.

A long file that begins when all others are done runs alone while the other cores have nothing to do.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

TOGETHER = ("tests/browser/",)
"""Folders that one worker does as a whole: the office that they serve is started once for all their files."""

FIRST = (
    "tests/browser/",
    "tests/faults/",
    "tests/scenarios/",
    "tests/signing/attacks/",
    "tests/signing/test_matrix.py",
    "tests/limited/",
    "tests/signatures/",
    "tests/workflow/",
)
"""Where the longest files lie: they draw pages, kill processes, sign. Others are sorted by their number of tests."""


class LongestFirst(LoadFileScheduling):
    """Hands out files as ``--dist loadfile`` does, in another order."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=self._turn), last=False)
        super()._assign_work_unit(node)

    def _turn(self, scope: str) -> tuple[int, int]:
        place = next((place for place, folder in enumerate(FIRST) if scope.startswith(folder)), len(FIRST))
        return place, -len(self.workqueue[scope])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    """Instead of the scheduler of ``--dist loadfile``; any other choice stays as it is."""
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None
