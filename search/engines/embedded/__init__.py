"""The engine of a laptop or a small server: a tantivy index in the data folder, no service."""

from search.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
