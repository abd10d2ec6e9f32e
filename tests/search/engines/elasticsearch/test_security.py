"""A node with security on: TLS, the rights that the documentation lists, and refused doors."""

import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from search.core.documents import Write
from search.core.engine import SearchUnavailable
from search.engines.elasticsearch import ElasticsearchEngine
from tests.search.engines.corpus import PUBLIC, SCHEMA, ask, document, fill, keys
from tests.search.node import started
from tools.node import ADMINISTRATOR, Node

DOCUMENTATION = Path(__file__).parents[4] / "docs" / "elasticsearch.md"
SECRET = "correct-horse-battery"


@dataclass(frozen=True)
class Secured:
    """A node, its administrator's client, and engines for others."""

    node: Node
    administrator: Elasticsearch

    def engine(self, login: str = "", **options: Any) -> ElasticsearchEngine:
        host = self.node.url.removeprefix("https://")
        url = f"https://{login}@{host}/practices" if login else f"https://{host}/practices"
        options = {"ca_certs": str(self.node.ca), **options}
        return ElasticsearchEngine.from_url(SCHEMA, url, read_seconds=30, **options)


def documented_role() -> dict[str, Any]:
    """The rights as the documentation gives them."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    role = re.search(r"PUT /_security/role/passerelle\n(\{.*?\n\})\n", text, re.DOTALL)
    found: dict[str, Any] = json.loads(role[1].replace('"passerelle-*"', '"practices-*"'))
    return found


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    with started(secured=True) as node:
        client = Elasticsearch(
            node.url,
            basic_auth=(ADMINISTRATOR, node.password),
            ca_certs=str(node.ca),
            request_timeout=60,
        )
        client.security.put_role(name="passerelle", **documented_role())
        reader = {"indices": [{"names": ["practices-*"], "privileges": ["read"]}]}
        client.security.put_role(name="reader", **reader)
        for name in ("passerelle", "reader"):
            client.security.put_user(username=name, password=SECRET, roles=[name])
        yield Secured(node, client)
        client.close()


@pytest.fixture
def engine(secured: Secured) -> Iterator[ElasticsearchEngine]:
    """An engine that has the documented rights and no other."""
    made = secured.engine(f"passerelle:{SECRET}")
    yield made
    made.close()


def test_the_documented_rights_are_enough_for_everything(engine: ElasticsearchEngine) -> None:
    first = engine.create_generation()
    engine.promote_generation(first)
    fill(engine, [document("1", "Tutorat entre pairs"), document("2", "Tutorat en ligne")])
    second = engine.create_generation()
    engine.write([Write("1", 2, document("1", "Tutorat entre pairs"))], generation=second)
    engine.write([Write("2", 2, None)], generation=second)
    engine.refresh(generation=second)

    assert set(keys(engine.search(ask("tutorat")))) == {"1", "2"}
    assert engine.search(ask("tutorta ")).suggestion == "tutorat "
    assert [hit.key for hit in engine.similar("1", locale="fr", audience=PUBLIC)] == ["2"]
    assert len(engine.suggest("tut", locale="fr", audience=PUBLIC)) == 2
    assert [entry.key for entry in engine.scan()] == ["1", "2"]
    engine.promote_generation(second)
    engine.drop_generation(first)
    assert engine.health().available
    assert engine.health().documents == 1


def test_the_documented_rights_reach_no_other_index(secured: Secured) -> None:
    host = secured.node.url.removeprefix("https://")
    elsewhere = ElasticsearchEngine.from_url(
        SCHEMA,
        f"https://passerelle:{SECRET}@{host}/accounts",
        ca_certs=str(secured.node.ca),
        read_seconds=30,
    )
    with pytest.raises(SearchUnavailable, match="forbids it"):
        elsewhere.create_generation()
    elsewhere.close()


def test_a_user_without_a_right_is_told_where_the_rights_are_listed(secured: Secured) -> None:
    reader = secured.engine(f"reader:{SECRET}")

    with pytest.raises(SearchUnavailable, match=r"forbids it \(docs/elasticsearch\.md"):
        reader.create_generation()
    reader.close()


def test_a_wrong_secret_is_said_and_not_shown(
    secured: Secured, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = secured.engine("passerelle:wrong-s3cret")

    with pytest.raises(SearchUnavailable, match="does not accept the name and secret") as caught:
        stranger.search(ask("tutorat"))
    assert not stranger.health().available
    assert "wrong-s3cret" not in f"{caught.value}{stranger.health()}{caplog.text}"
    stranger.close()


def test_an_api_key_opens_until_it_expires(
    secured: Secured, engine: ElasticsearchEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.promote_generation(engine.create_generation())
    fill(engine, [document("3", "Mentorat")])
    key = secured.administrator.security.create_api_key(
        name="short", expiration="15s", role_descriptors={"passerelle": documented_role()}
    )["encoded"]
    caplog.set_level(logging.DEBUG)
    holder = secured.engine(api_key=key)

    assert keys(holder.search(ask("mentorat"))) == ["3"]
    time.sleep(16)
    with pytest.raises(SearchUnavailable, match="expired") as caught:
        holder.search(ask("mentorat"))
    assert key not in f"{caught.value}{caplog.text}"
    holder.close()


def test_a_certificate_of_an_unknown_authority_is_not_trusted(secured: Secured) -> None:
    trusting_others = secured.engine(f"passerelle:{SECRET}", ca_certs=None)

    with pytest.raises(SearchUnavailable, match="SEARCH_CA_CERTS"):
        trusting_others.search(ask("tutorat"))
    trusting_others.close()
