"""One engine after the other, empty."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.core.engine import SearchEngine
from search.core.schema import Schema
from tests.search.engines.corpus import SCHEMA
from tests.search.engines.factories import FACTORIES

MakeEngine = Callable[[Schema], SearchEngine]


@pytest.fixture(params=sorted(FACTORIES))
def make_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeEngine]:
    """Makes an empty engine of the kind under test for a schema."""
    made: list[SearchEngine] = []

    def make(schema: Schema) -> SearchEngine:
        folder = tmp_path / f"engine-{len(made)}"
        made.append(FACTORIES[request.param](request, schema, folder))
        made[-1].promote_generation(made[-1].create_generation())
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def engine(make_engine: MakeEngine) -> SearchEngine:
    """An empty engine for the schema of the corpus."""
    return make_engine(SCHEMA)
