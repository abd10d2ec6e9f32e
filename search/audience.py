"""Who a reader is to the search: the tokens that decide what they may find.

The search knows no organization; the room that does registers itself here at start-up.
"""

from collections.abc import Callable
from typing import Any

PUBLIC = frozenset({"public"})

Resolver = Callable[[Any], frozenset[str]]

_resolver: Resolver | None = None


def register(resolver: Resolver) -> Resolver:
    """Let `resolver(user)` say which audience tokens a reader holds; usable as a decorator."""
    global _resolver
    _resolver = resolver
    return resolver


def audience_of(user: Any) -> frozenset[str]:
    """The tokens that `user` (anonymous or not) holds; only "public" when no room has a say."""
    return _resolver(user) if _resolver else PUBLIC
