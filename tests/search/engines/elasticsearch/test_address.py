"""What `SEARCH_URL` may say, and that nobody reads a secret out of it."""

import pytest

from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.address import Address
from tests.search.engines.corpus import SCHEMA


def test_everything_may_be_said() -> None:
    address = Address.parse("https://kn%40w:s%2Fcr%3At@one:9200,two.example:9243/practices")

    assert address.hosts == ("https://one:9200", "https://two.example:9243")
    assert address.credentials == ("kn@w", "s/cr:t")
    assert address.prefix == "practices"


def test_most_may_be_left_out() -> None:
    assert Address.parse("http://localhost") == Address(("http://localhost:9200",), "passerelle")
    assert Address.parse("http://[::1]:9201/").hosts == ("http://[::1]:9201",)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/prefix",
        "https://",
        "https:///prefix",
        "https://user@host",
        "https://user:s3cret@",
        "https://user:s3cret@host:port/prefix",
        "https://user:s3cret@host/Practices",
        "https://user:s3cret@host/-practices",
        "https://user:s3cret@host/a/b",
        "https://user:s3cret@one,,two/prefix",
    ],
)
def test_a_mistake_is_explained_without_the_secret(url: str) -> None:
    with pytest.raises(ValueError, match="SEARCH_URL") as caught:
        Address.parse(url)

    assert "s3cret" not in str(caught.value)


def test_no_secret_shows_in_what_is_printed() -> None:
    url = "https://user:s3cret@localhost:1/practices"
    engine = ElasticsearchEngine.from_url(SCHEMA, url)

    assert "s3cret" not in repr(Address.parse(url))
    assert "s3cret" not in repr(engine.__dict__)
    assert "s3cret" not in engine.health().detail
    engine.close()
