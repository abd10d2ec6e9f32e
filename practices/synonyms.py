"""Words that readers of this field use for one another."""

from pathlib import Path

import yaml

from search.core.synonyms import Synonyms
from taxonomy.files import read_folder

FILE = Path(__file__).parent / "synonyms.yaml"
# Labels such as “Other” or “High” mean something only beside the name of their vocabulary.
VOCABULARIES = {"theme", "audience", "education_level", "delivery_mode"}


def vocabulary_synonyms() -> Synonyms:
    """The labels of a theme, an audience, a level or a mode in both languages, in each of them.

    So that who types “flipped classroom” on the French page finds « classe inversée ». They come
    from the vocabularies as they are shipped: terms that were added in the admin have none.
    """
    pairs = [
        [term.label_fr, term.label_en]
        for vocabulary in read_folder()
        if vocabulary.slug in VOCABULARIES
        for term in vocabulary.terms
        if term.label_fr.casefold() != term.label_en.casefold()
    ]
    return Synonyms({"fr": pairs, "en": pairs})


def field_synonyms() -> Synonyms:
    """Acronyms and common other words, by language, from `synonyms.yaml`."""
    return Synonyms(yaml.safe_load(FILE.read_text(encoding="utf-8")))
