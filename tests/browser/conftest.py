"""A real browser against a live server: the system's Chromium, so that nothing is downloaded."""

import os
import shutil
from typing import Any

import pytest

# Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the system's Chromium; inside a container it cannot have a sandbox of its own."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("The browser tests need Chromium: install the package “chromium”.")
        pytest.skip("There is no Chromium here: install the package “chromium” to run these tests.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}
