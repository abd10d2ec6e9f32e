"""A batch of writes as bulk requests, and what became of each write."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from search.core.analysis import CHAINS, Chain, chain_of
from search.core.documents import Write
from search.core.engine import SearchUnavailable, WriteOutcome
from search.core.schema import Schema
from search.engines.elasticsearch.client import reason_of
from search.engines.elasticsearch.documents import removal, source_of

BIGGEST_REQUEST = 16_000_000  # bytes
STALE = 409
# What ails the index or the cluster rather than one document: the whole batch waits.
AWAY = {404, 429, 502, 503, 504}
BLOCKED = "cluster_block_exception"


@dataclass(frozen=True)
class _Action:
    write: Write
    alias: str
    version: int
    lines: bytes


class Writer:
    """Writes batches to the indexes that `aliases` names, one for each language.

    A document is in the index of its language alone. What removes it is written to all, since the
    language of what is gone is not known.
    """

    def __init__(self, client: Elasticsearch, schema: Schema, aliases: Mapping[Chain, str]) -> None:
        self._client = client
        self._schema = schema
        self._aliases = aliases

    def write(self, batch: Sequence[Write]) -> list[WriteOutcome]:
        """Write all of `batch`; one outcome for each, in order.

        Raises `SearchUnavailable` when the index takes no writes at all.
        """
        outcomes: dict[int, WriteOutcome] = {}
        actions: list[_Action] = []
        for write in batch:
            try:
                actions += self._actions(write)
            except (ValueError, TypeError, OverflowError) as error:
                message = f"{type(error).__name__}: {error}"
                outcomes[id(write)] = WriteOutcome(write.key, error=message)
        for action, status, reason in self._send(actions):
            known = outcomes.get(id(action.write))
            stale = status == STALE
            if known is None or (stale and not known.error) or (reason and not stale):
                failure = "" if stale else reason
                outcomes[id(action.write)] = WriteOutcome(action.write.key, stale, failure)
        for write in self._outrun(batch, outcomes):
            outcomes[id(write)] = WriteOutcome(write.key, stale=True)
        return [outcomes[id(write)] for write in batch]

    def _actions(self, write: Write) -> list[_Action]:
        if write.document is None:
            return [
                self._action(write, chain, removal(write.key), write.version) for chain in CHAINS
            ]
        source = source_of(write.document, self._schema)
        return [self._action(write, chain_of(write.document.locale), source, write.version)]

    def _action(
        self, write: Write, chain: Chain, source: Mapping[str, Any], version: int
    ) -> _Action:
        alias = self._aliases[chain]
        about = {
            "_index": alias,
            "_id": write.key,
            "version": version,
            "version_type": "external",
            "require_alias": True,
        }
        lines = b"".join(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            for line in ({"index": about}, source)
        )
        return _Action(write, alias, version, lines)

    def _send(self, actions: Iterable[_Action]) -> Iterator[tuple[_Action, int, str]]:
        """Each action with its status and, where it failed, the reason."""
        for together in _requests(actions):
            lines: Any = [action.lines for action in together]
            answer = self._client.bulk(operations=lines)
            for action, item in zip(together, answer["items"], strict=True):
                result = item["index"]
                status, error = result["status"], result.get("error") or {}
                reason = reason_of(error) if error else ""
                if error and (status in AWAY or error.get("type") == BLOCKED):
                    raise SearchUnavailable(f"Elasticsearch takes no writes: {reason}")
                yield action, status, reason

    def _outrun(self, batch: Sequence[Write], outcomes: Mapping[int, WriteOutcome]) -> list[Write]:
        """Keep each key in one index: the writes that a newer one in another language outruns.

        Looked for after the write, so that of two writers at once the later one sees the other.
        """
        outrun: list[Write] = []
        repairs: list[_Action] = []
        for chain in CHAINS:
            moved = [
                write
                for write in batch
                if write.document is not None
                and chain_of(write.document.locale) != chain
                and not outcomes[id(write)].error
            ]
            known = self._known(chain, [write.key for write in moved])
            for write in moved:
                version, removed = known.get(write.key, (-1, True))
                if version > write.version:
                    outrun.append(write)
                    own = chain_of(write.document.locale) if write.document else chain
                    repairs.append(self._action(write, own, removal(write.key), version))
                elif not removed:
                    repairs.append(self._action(write, chain, removal(write.key), write.version))
        for _action, status, reason in self._send(repairs):
            if reason and status != STALE:
                raise SearchUnavailable(f"Elasticsearch keeps a document twice: {reason}")
        return outrun

    def _known(self, chain: Chain, keys: Sequence[str]) -> dict[str, tuple[int, bool]]:
        """The version of each key in the index of `chain`, and whether it is removed there."""
        if not keys:
            return {}
        found = self._client.mget(
            index=self._aliases[chain], ids=list(dict.fromkeys(keys)), source_includes=["removed"]
        )
        return {
            each["_id"]: (each["_version"], bool(each["_source"].get("removed")))
            for each in found["docs"]
            if each.get("found")
        }


def _requests(actions: Iterable[_Action]) -> Iterator[list[_Action]]:
    """Actions in lots that Elasticsearch takes in one request."""
    together: list[_Action] = []
    size = 0
    for action in actions:
        if together and size + len(action.lines) > BIGGEST_REQUEST:
            yield together
            together, size = [], 0
        together.append(action)
        size += len(action.lines)
    if together:
        yield together
