"""What the tests of the search share."""

from tests.search.node import elasticsearch_url

__all__ = ["elasticsearch_url"]
