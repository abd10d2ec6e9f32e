"""What holds in every test with a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

# What appears by itself does so later while the other pair is tested beside.
expect.set_options(timeout=20_000)


@pytest.fixture(autouse=True)
def no_page_breaks_the_security_policy(request: pytest.FixtureRequest) -> Iterator[None]:
    """A script, a style or a request that the policy refuses fails the test in which it is met."""
    if "context" not in request.fixturenames:
        yield
        return
    refused: list[str] = []
    request.getfixturevalue("context").on(
        "console",
        lambda message: (
            refused.append(f"{message.page.url if message.page else ''}: {message.text}")
            if "Content Security Policy" in message.text
            else None
        ),
    )
    yield
    assert refused == []
