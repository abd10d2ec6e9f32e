"""Sources and mappings for the tests of the importer."""

from pathlib import Path

import pytest

from exchange.importing.mapping import ReadingOptions, load_mapping, parse_mapping
from exchange.importing.services import import_content
from organizations.services import create_organization
from taxonomy.services import sync_terms

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).with_name("fixtures")
LESSONS = FIXTURES / "nasa-llis.csv"
METHODS = FIXTURES / "18f-methods"

READING = ReadingOptions()


@pytest.fixture
def vocabularies(db):
    """The terms that are shipped."""
    sync_terms()


@pytest.fixture
def college(db):
    """An organization that content can be imported into."""
    return create_organization(slug="cegep", name_fr="Cégep d’essai", name_en="Test college")


@pytest.fixture
def shipped():
    """A shipped mapping by its name."""
    return lambda name: load_mapping(ROOT / "docs" / "import" / f"{name}.yaml")


@pytest.fixture
def import_csv(college, tmp_path):
    """Import a table of lessons with the columns id, title and summary, and perhaps others."""

    def run(text, *, fields=None, publish=True, dry_run=False, page_type="lesson", **top):
        path = tmp_path / "lessons.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        mapping = parse_mapping(
            {
                "source": "essai",
                "external_id": "id",
                "organization": "cegep",
                "fields": {"title": "title", "summary": "summary", **(fields or {})},
                **top,
            }
        )
        return import_content(
            path, mapping=mapping, page_type=page_type, publish=publish, dry_run=dry_run
        )

    return run
