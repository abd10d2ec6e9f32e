"""The statuses, and an organization of one's own."""

import pytest

from tests.organizations.factories import organization
from tests.practices.factories import term
from tests.practices.life_cycle.pages import STATES


@pytest.fixture(autouse=True)
def statuses():
    return {slug: term("status", slug, label_fr=slug.capitalize()) for slug in STATES}


@pytest.fixture
def own():
    return organization("rives")
