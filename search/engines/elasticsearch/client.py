"""The connection to Elasticsearch: how long it may take, and what its failures mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import urllib3
from elastic_transport import (
    ApiError,
    ConnectionTimeout,
    HttpHeaders,
    TlsError,
    TransportError,
    Urllib3HttpNode,
)
from elastic_transport._node import NodeApiResponse
from elastic_transport.client_utils import DEFAULT, DefaultType
from elasticsearch import Elasticsearch

from search.core.engine import SearchUnavailable
from search.engines.elasticsearch.address import Address

CONNECT_SECONDS = 1.0
# A reader waits no longer than this for an answer.
READ_SECONDS = 2.0
# The worker, which nobody waits for. Twice this is still shorter than its lease.
WRITE_SECONDS = 20.0
CONNECTIONS = 20  # to each node
PATIENCE_WITH_THE_DEAD = 30.0  # seconds at most before a node that failed is tried again


class _Node(Urllib3HttpNode):
    """A node whose connection must be made soon, however long its answer may take."""

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        seconds = request_timeout if isinstance(request_timeout, int | float) else READ_SECONDS
        timeout: Any = urllib3.Timeout(connect=CONNECT_SECONDS, read=seconds)
        return super().perform_request(method, target, body, headers, timeout)


def connect(
    address: Address, *, ca_certs: str | None, api_key: str | None, read_seconds: float
) -> Elasticsearch:
    """A client that asks each node at most once and never sends a question twice.

    A node that refuses the connection is answered for by another one, where there is one.
    """
    options: dict[str, Any] = {}
    if api_key:
        options["api_key"] = api_key
    elif address.credentials:
        options["basic_auth"] = address.credentials
    if ca_certs:
        options["ca_certs"] = ca_certs
    return Elasticsearch(
        list(address.hosts),
        node_class=_Node,
        request_timeout=read_seconds,
        max_retries=len(address.hosts) - 1,
        retry_on_timeout=False,
        retry_on_status=(),
        connections_per_node=CONNECTIONS,
        max_dead_node_backoff=PATIENCE_WITH_THE_DEAD,
        **options,
    )


def patient(client: Elasticsearch) -> Elasticsearch:
    """The same client for work that may take longer and be sent again.

    Every write names its version, so that a second one changes nothing.
    """
    return client.options(
        request_timeout=WRITE_SECONDS,
        max_retries=1,
        retry_on_timeout=False,
        retry_on_status=(502, 503, 504),
    )


@contextmanager
def answering() -> Iterator[None]:
    """Turn every failure of the client into `SearchUnavailable`, in words for the operator."""
    try:
        yield
    except ApiError as error:
        raise SearchUnavailable(_refusal(error)) from error
    except TransportError as error:
        raise SearchUnavailable(_silence(error)) from error


def _refusal(error: ApiError) -> str:
    status = error.meta.status
    reason = reason_of(error.body)
    if status == 401:
        return (
            "Elasticsearch does not accept the name and secret of SEARCH_URL, or SEARCH_API_KEY,"
            f" or it has expired: {reason}"
        )
    if status == 403:
        return f"Elasticsearch forbids it (docs/elasticsearch.md lists the rights): {reason}"
    if status == 404:
        return f"There is no index for this version of the site: run search_rebuild. ({reason})"
    return f"Elasticsearch answers with status {status}: {reason}"


def _silence(error: TransportError) -> str:
    if isinstance(error, TlsError):
        return (
            "The certificate of Elasticsearch is not trusted: name the file of its authority in"
            f" SEARCH_CA_CERTS. ({error.message})"
        )
    if isinstance(error, ConnectionTimeout):
        return "Elasticsearch does not answer in time."
    return f"Elasticsearch cannot be reached: {error.message}"


def reason_of(body: Any) -> str:
    """What Elasticsearch says went wrong, from an answer or from one item of a bulk answer."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        cause = error.get("caused_by") or {}
        because = f" ({cause['reason']})" if cause.get("reason") else ""
        return f"{error.get('type', 'error')}: {error.get('reason', '')}{because}"[:500]
    return str(error)[:500]
