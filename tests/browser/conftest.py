"""What holds in every test with a browser."""

from collections.abc import Iterator

import pytest


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
