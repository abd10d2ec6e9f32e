"""What every test may use. The settings of the suite already give it a data folder of its own."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.pairs import ONCE

# Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# For the same reason Django would open a second connection there, one that does not know how to
# restore the rows of the migrations after a test that commits.
connections._connections = threading.local()

TOOLS = Path(__file__).with_name("tools")
CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
CHROMIUM = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
CHROMIUM_ARGS = [
    # Inside a container Chromium cannot have a sandbox of its own.
    "--no-sandbox",
    "--disable-gpu",
    # The rest keeps it from talking to anyone but the server under test.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write-accessibility`: put what axe finds into the statement that the site publishes."""
    parser.addoption("--write-accessibility", action="store_true")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium of the system, so that Playwright has nothing to download."""
    if CHROMIUM is None:
        missing = "The browser tests need Chromium: install it, or use “python3 run.py test”."
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_ARGS}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, so that `-m "not browser"` leaves it out.

    Tests that commit empty the database in the end: they come after those that roll back, whatever
    pytest grouped by the parameters of a fixture. The launcher and its tools know nothing of the
    pair on which the suite runs, and are tested once.
    """
    for item in items:
        if TOOLS in item.path.parents:
            item.add_marker(ONCE)
        if {"browser", "page", "context"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    items.sort(key=lambda item: not _rolls_back(item))


def _rolls_back(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    if {"transactional_db", "live_server"} & names or (marker and marker.kwargs.get("transaction")):
        return False
    return marker is not None or "db" in names


@pytest.fixture
def search_index(db: None, settings: Any, tmp_path: Any) -> Iterator[Callable[[], Any]]:
    """An index of the test's own, of what the database holds; called, it indexes what waits.

    It answers with the `search.indexing.worker.Outcome` of its work.
    """
    from search import service
    from search.indexing import worker
    from search.indexing.rebuild import rebuild

    settings.SEARCH_DATA_DIR = tmp_path / "search"
    service.reset()
    for engine in service.engines():
        rebuild(engine)

    def drain() -> Any:
        outcome = worker.drain()
        for engine in service.engines():
            engine.refresh()
        return outcome

    yield drain
    service.reset()
