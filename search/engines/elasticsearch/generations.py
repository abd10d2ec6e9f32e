"""The indexes of each generation, and the aliases through which they are read and written."""

import re
from collections import Counter
from collections.abc import Iterable

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from search.core.analysis import CHAINS, Chain
from search.core.engine import SearchUnavailable
from search.core.schema import Schema
from search.engines.elasticsearch.mappings import REFRESH_INTERVAL, index_body

ATTEMPTS = 5


class Generations:
    """Names, makes and removes the indexes `<prefix>-<language>-<generation>`.

    The aliases that answer hold the hash of the schema: while a new version of the site builds its
    index, the old version goes on reading its own.
    """

    def __init__(self, client: Elasticsearch, schema: Schema, prefix: str) -> None:
        self._client = client
        self._schema = schema
        self._prefix = prefix
        languages = "|".join(CHAINS)
        self._pattern = re.compile(rf"{re.escape(prefix)}-(?P<chain>{languages})-(?P<name>\d{{6}})")

    def live_alias(self, chain: Chain) -> str:
        """The name under which the live index of `chain` is read and written."""
        return f"{self._prefix}-{chain}-live-{self._schema.hash}"

    def alias(self, chain: Chain, generation: str) -> str:
        """The name under which the index of `chain` is written; of the live one for ""."""
        if not generation:
            return self.live_alias(chain)
        return f"{self._index(chain, generation)}-write"

    def live(self) -> str:
        """The generation that answers, or "" also when one of its indexes was lost."""
        names = [self.live_alias(chain) for chain in CHAINS]
        found = self._client.options(ignore_status=404).indices.get_alias(name=names)
        chains = Counter(
            match["name"] for each in found.body if (match := self._pattern.fullmatch(each))
        )
        return max((name for name, count in chains.items() if count == len(CHAINS)), default="")

    def names(self) -> list[str]:
        """All generations of this schema, the oldest first."""
        return sorted(name for name, schema in self._all().items() if schema == self._schema.hash)

    def create(self) -> str:
        """A new generation without documents; its name."""
        for _attempt in range(ATTEMPTS):
            name = f"{max(map(int, self._numbers()), default=0) + 1:06d}"
            try:
                for chain in CHAINS:
                    body = index_body(self._schema, chain, self.alias(chain, name))
                    self._client.indices.create(index=self._index(chain, name), body=body)
            except BadRequestError as error:
                # Somebody else has just made the one with this number.
                if error.error != "resource_already_exists_exception":
                    raise
            else:
                return name
        raise SearchUnavailable("Others are making indexes at the same time: try again.")

    def promote(self, name: str) -> None:
        """Let `name` answer, in one step. Raises `ValueError` for an unknown one."""
        names = self.names()
        if name not in names:
            raise ValueError(f"No generation '{name}'. Known: {', '.join(names)}.")
        self._client.indices.put_settings(
            index=[self._index(chain, name) for chain in CHAINS],
            settings={"index": {"refresh_interval": REFRESH_INTERVAL}},
        )
        live = self.live()
        actions = []
        for chain in CHAINS:
            alias = self.live_alias(chain)
            if live and live != name:
                old = self._index(chain, live)
                actions.append({"remove": {"index": old, "alias": alias, "must_exist": False}})
            actions.append({"add": {"index": self._index(chain, name), "alias": alias}})
        self._client.indices.update_aliases(actions=actions)

    def drop(self, name: str) -> None:
        """Remove `name` and what it holds; nothing when there is none."""
        self._delete([name])

    def sweep(self) -> None:
        """Remove what no alias reads any more of other versions of the site, and what is not whole.

        A generation lacks an index when it was made by somebody who died, or when one was deleted.
        """
        aliases = self._client.indices.get_alias(index=f"{self._prefix}-*")
        read = {
            match["name"]
            for index, each in aliases.body.items()
            if (match := self._pattern.fullmatch(index))
            and any("-live-" in alias for alias in each["aliases"])
        }
        known = self._all()
        newest = max(self._numbers(), default="")
        foreign = {name for name, schema in known.items() if schema != self._schema.hash} - read
        broken = {*self._numbers()} - known.keys()
        self._delete((foreign | broken) - {newest})

    def _delete(self, names: Iterable[str]) -> None:
        indexes = [self._index(chain, name) for name in names for chain in CHAINS]
        if indexes:
            self._client.indices.delete(index=indexes, ignore_unavailable=True)

    def _index(self, chain: Chain, generation: str) -> str:
        return f"{self._prefix}-{chain}-{generation}"

    def _all(self) -> dict[str, str]:
        """The schema of each whole generation, of whatever version of the site."""
        schemas: dict[str, list[str]] = {}
        for match, schema in self._indexes():
            schemas.setdefault(match["name"], []).append(schema)
        return {name: each[0] for name, each in schemas.items() if len(each) == len(CHAINS)}

    def _numbers(self) -> list[str]:
        return [match["name"] for match, _schema in self._indexes()]

    def _indexes(self) -> list[tuple[re.Match[str], str]]:
        try:
            found = self._client.indices.get_mapping(index=f"{self._prefix}-*")
        except NotFoundError:
            return []
        return [
            (match, each["mappings"].get("_meta", {}).get("schema", ""))
            for index, each in found.body.items()
            if (match := self._pattern.fullmatch(index))
        ]
