"""A proxy before a real Elasticsearch node that refuses, keeps silent or answers badly."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

# What is left out of an answer because it concerns one connection only.
HOP_HEADERS = {"connection", "content-length", "keep-alive", "transfer-encoding"}


@dataclass(frozen=True)
class Answer:
    """What goes back to the client."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


Ask = Callable[[bytes], Answer]
# Given the path, the body, and how to ask the node: an answer, or None for a closed connection.
Fault = Callable[[str, bytes, Ask], Answer | None]


class FaultyProxy:
    """Passes everything on to the node at `upstream` but what `suffering` a fault changes.

    `requests` counts what clients have sent, answered or not.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream = parts.hostname or "", parts.port or 80
        self.requests = 0
        self._fault: Fault | None = None
        self._healed = threading.Event()
        self._connections: set[socket.socket] = set()
        self._listen(0)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def _listen(self, port: int) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler, self)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Listen no more, and hang up on whoever is connected."""
        self._healed.set()
        self._server.shutdown()
        self._server.server_close()
        self._hang_up()

    def _hang_up(self) -> None:
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Nobody listens on the port."""
        self.close()
        try:
            yield
        finally:
            self._listen(self.port)

    @contextlib.contextmanager
    def suffering(self, fault: Fault) -> Iterator[None]:
        """Every request meets `fault`."""
        self._healed.clear()
        self._fault = fault
        try:
            yield
        finally:
            self._fault = None
            self._healed.set()
            self._hang_up()

    def silent(self, _path: str, _body: bytes, _ask: Ask) -> Answer | None:
        """The fault of a node that accepts a request and never answers."""
        self._healed.wait(120)
        return None

    def answer(self, method: str, path: str, body: bytes, headers: Any) -> Answer | None:
        """What the node answers, or what the fault makes of it."""
        self.requests += 1

        def ask(sent: bytes) -> Answer:
            upstream = http.client.HTTPConnection(*self.upstream, timeout=60)
            try:
                passed = {k: v for k, v in headers.items() if k.lower() not in HOP_HEADERS}
                upstream.request(method, path, sent or None, {**passed, "Connection": "close"})
                response = upstream.getresponse()
                kept = [(k, v) for k, v in response.getheaders() if k.lower() not in HOP_HEADERS]
                return Answer(response.status, kept, response.read())
            finally:
                upstream.close()

        return ask(body) if self._fault is None else self._fault(path, body, ask)


def slow(seconds: float) -> Fault:
    """Every answer comes after `seconds`."""

    def fault(_path: str, body: bytes, ask: Ask) -> Answer:
        time.sleep(seconds)
        return ask(body)

    return fault


def status(code: int, kind: str) -> Fault:
    """Every request is refused with this status, as Elasticsearch words it."""

    def fault(_path: str, _body: bytes, _ask: Ask) -> Answer:
        error = {"type": kind, "reason": "injected"}
        return _json(code, {"error": {"root_cause": [error], **error}, "status": code})

    return fault


def half_of_each_bulk(path: str, body: bytes, ask: Ask) -> Answer:
    """Every other write of a bulk request is rejected; the node never sees it."""
    if not path.startswith("/_bulk"):
        return ask(body)
    lines = body.splitlines(keepends=True)
    actions = [lines[start : start + 2] for start in range(0, len(lines), 2)]
    passed = ask(b"".join(b"".join(action) for action in actions[1::2])) if actions[1:] else None
    done = iter(json.loads(passed.body)["items"] if passed else [])
    refusal = {"type": "es_rejected_execution_exception", "reason": "injected"}
    items = []
    for number, (about, _source) in enumerate(actions):
        name = json.loads(about)["index"]
        refused = {"_index": name["_index"], "_id": name["_id"], "status": 429, "error": refusal}
        items.append(next(done) if number % 2 else {"index": refused})
    return _json(200, {"took": 1, "errors": True, "items": items})


def _json(code: int, body: Any) -> Answer:
    headers = [
        ("X-Elastic-Product", "Elasticsearch"),
        ("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8"),
    ]
    return Answer(code, headers, json.dumps(body).encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], handler: Any, proxy: FaultyProxy) -> None:
        self.proxy = proxy
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.proxy._connections.add(self.connection)

    def finish(self) -> None:
        self.server.proxy._connections.discard(self.connection)
        super().finish()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.proxy.answer(self.command, self.path, body, self.headers)
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
