"""The language chains of the index, as a real node carries them out."""

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from search.core.analysis import Chain
from search.engines.elasticsearch.mappings import index_body
from tests.search.engines.corpus import SCHEMA
from tests.search.node import remove_indexes

PREFIX = "test-analysis"


@pytest.fixture(scope="module")
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    remove_indexes(elasticsearch_url, PREFIX)
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        chains: list[Chain] = ["fr", "en"]
        for chain in chains:
            body = index_body(SCHEMA, chain, f"{PREFIX}-{chain}-write")
            client.indices.create(index=f"{PREFIX}-{chain}", body=body)
        yield client
    remove_indexes(elasticsearch_url, PREFIX)


def analysed(client: Elasticsearch, chain: str, text: str, analyzer: str = "language") -> list[str]:
    answer = client.indices.analyze(index=f"{PREFIX}-{chain}", analyzer=analyzer, text=text)
    return [token["token"] for token in answer["tokens"]]


def test_french_loses_elision_stop_words_endings_and_only_then_accents(
    client: Elasticsearch,
) -> None:
    assert analysed(client, "fr", "L'évaluation des élèves à distance") == [
        "evalu", "elev", "distanc",
    ]  # fmt: skip
    assert analysed(client, "fr", "L’ÉLÈVE") == analysed(client, "fr", "élèves") == ["elev"]
    assert analysed(client, "fr", "jusqu’à la TÉLUQ") == ["teluq"]


def test_english_has_its_own_chain(client: Elasticsearch) -> None:
    assert analysed(client, "en", "The students' assessments") == ["student", "assess"]
    assert analysed(client, "en", "The teacher's café") == ["teacher", "cafe"]


def test_beginnings_and_readings_of_a_word(client: Elasticsearch) -> None:
    assert analysed(client, "fr", "eleve", "beginnings") == ["el", "ele", "elev", "eleve"]
    assert analysed(client, "fr", "mobil|mobilit reduit", "readings") == [
        "mobil", "mobilit", "reduit",
    ]  # fmt: skip
