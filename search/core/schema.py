"""What an index must be able to hold: the sum of all declarations."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from search.core.analysis import Words, words_of
from search.core.declarations import Facet, Field, Profile
from search.core.parsing import ParsedText, parse
from search.core.synonyms import Synonyms
from search.core.weights import LEVELS, LOWEST, STEP

# What the analysis makes of a text: an index made by another analysis must be rebuilt.
ANALYSIS_VERSION = 2


@dataclass(frozen=True)
class Schema:
    """The fields and facets of every profile, each name once, and the readers' synonyms."""

    fields: tuple[Field, ...]
    facets: tuple[Facet, ...]
    synonyms: Synonyms = field(default_factory=Synonyms)

    @classmethod
    def of(cls, profiles: Iterable[Profile], synonyms: Synonyms | None = None) -> "Schema":
        """The schema that holds the documents of all `profiles`.

        Raises `ValueError` where two profiles declare the same name differently.
        """
        fields: dict[str, Field] = {}
        facets: dict[str, Facet] = {}
        for profile in profiles:
            for declared in profile.fields:
                if fields.setdefault(declared.name, declared) != declared:
                    raise ValueError(f"Field '{declared.name}' is declared in two ways.")
            for facet in profile.facets:
                if facets.setdefault(facet.name, facet) != facet:
                    raise ValueError(f"Facet '{facet.name}' is declared in two ways.")
        return cls(tuple(fields.values()), tuple(facets.values()), synonyms or Synonyms())

    def parse(self, text: str, locale: str) -> ParsedText:
        """The clauses of what a reader typed, for documents in the language `locale`."""
        return parse(text, locale, self.synonyms)

    def words(self, texts: Mapping[str, str], locale: str) -> list[tuple[Field, Words]]:
        """The words of each field of a document in the language `locale`, given its `texts`."""
        return [(field, words_of(texts.get(field.name, ""), locale)) for field in self.fields]

    def facet(self, name: str) -> Facet:
        """The facet called `name`. Raises `KeyError` that lists the known ones."""
        for facet in self.facets:
            if facet.name == name:
                return facet
        known = ", ".join(sorted(facet.name for facet in self.facets))
        raise KeyError(f"No facet '{name}'. Known facets: {known}.")

    @cached_property
    def hash(self) -> str:
        """A short name of this schema: an index made for another one must be rebuilt."""
        parts = [f"analysis:{ANALYSIS_VERSION}:{LEVELS}:{LOWEST}:{STEP}"]
        parts += [f"field:{f.name}:{f.boost}:{f.highlight}" for f in self.fields]
        parts += [f"facet:{f.name}:{f.kind}" for f in self.facets]
        return hashlib.sha256("|".join(sorted(parts)).encode()).hexdigest()[:12]
