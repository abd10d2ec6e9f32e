import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    """Attempts are counted in the cache, which no transaction undoes."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def in_french():
    """Addresses are those of the French pages."""
    with translation.override("fr"):
        yield
