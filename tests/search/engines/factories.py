"""The engines that the contract is asked of. A new engine is added here and nowhere else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from search.core.engine import SearchEngine
from search.core.schema import Schema
from search.engines.brute_force import BruteForceEngine
from search.engines.embedded import EmbeddedEngine
from tests.search.node import engine_of_the_test

# Given the request of the test (for fixtures such as a server), a schema and an empty folder.
Factory = Callable[[pytest.FixtureRequest, Schema, Path], SearchEngine]

FACTORIES: dict[str, Factory] = {
    "brute-force": lambda request, schema, folder: BruteForceEngine(schema),
    "embedded": lambda request, schema, folder: EmbeddedEngine(schema, folder),
    "elasticsearch": lambda request, schema, folder: engine_of_the_test(request, schema),
}
