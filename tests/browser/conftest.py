"""One served office and one Chromium for all tests here: starting them takes longer than the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import stage
from tests.scenarios.served import ServedOffice


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    with stage.served(tmp_path_factory.mktemp("served")) as started:
        yield started


@pytest.fixture(scope="package")
def set_up(office: ServedOffice, tmp_path_factory: pytest.TempPathFactory) -> stage.Stage:
    return stage.set_stage(office, tmp_path_factory.mktemp("stage"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    # the whole package and no longer: while it runs, Playwright keeps an event loop in this thread, which Django's
    # database refuses in the tests of other packages
    with stage.chromium() as started:
        yield started


@pytest.fixture(scope="package")
def seats(chromium: Browser, office: ServedOffice) -> stage.Seats:
    return stage.Seats(chromium, office)
