"""What the rooms have declared searchable. Each room registers its profiles in its `search.py`."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from search.core.declarations import Profile
from search.core.schema import Schema
from search.core.synonyms import Synonyms

_profiles: dict[str, Profile] = {}
_synonyms: list[Callable[[], Synonyms]] = []


def register(profile: Profile) -> Profile:
    """Make the pages of `profile.model` findable. Raises `ValueError` for a second profile."""
    if _profiles.get(profile.model, profile) != profile:
        raise ValueError(f"'{profile.model}' already has a search profile.")
    _profiles[profile.model] = profile
    schema.cache_clear()
    return profile


def register_synonyms(source: Callable[[], Synonyms]) -> Callable[[], Synonyms]:
    """Let readers find what `source()` says is another word for what they typed.

    It is asked once in the life of a process, when the first question comes.
    """
    _synonyms.append(source)
    schema.cache_clear()
    return source


def profiles() -> Iterable[Profile]:
    """Every profile, in the order of registration."""
    return tuple(_profiles.values())


def profile_of(model: str) -> Profile | None:
    """The profile of the model with the label `model` ("practices.LessonPage"), or None."""
    return _profiles.get(model)


@lru_cache(maxsize=1)
def schema() -> Schema:
    """The schema that holds the documents of every profile, with all synonyms."""
    synonyms = Synonyms()
    for source in _synonyms:
        synonyms += source()
    return Schema.of(_profiles.values(), synonyms)
