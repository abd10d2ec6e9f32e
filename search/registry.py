"""What the rooms have declared searchable. Each room registers its profiles in its `search.py`."""

from collections.abc import Iterable
from functools import lru_cache

from search.core.declarations import Profile
from search.core.schema import Schema

_profiles: dict[str, Profile] = {}


def register(profile: Profile) -> Profile:
    """Make the pages of `profile.model` findable. Raises `ValueError` for a second profile."""
    if _profiles.get(profile.model, profile) != profile:
        raise ValueError(f"'{profile.model}' already has a search profile.")
    _profiles[profile.model] = profile
    schema.cache_clear()
    return profile


def profiles() -> Iterable[Profile]:
    """Every profile, in the order of registration."""
    return tuple(_profiles.values())


def profile_of(model: str) -> Profile | None:
    """The profile of the model with the label `model` ("practices.LessonPage"), or None."""
    return _profiles.get(model)


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The schema that holds the documents of every profile."""
    return Schema.of(_profiles.values())
