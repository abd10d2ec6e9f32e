"""The engines: each one answers the same questions in the same way (see search.core.engine)."""
