"""Where Elasticsearch is and who asks, as `SEARCH_URL` says it."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

DEFAULT_PREFIX = "passerelle"
DEFAULT_PORT = 9200
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
FORM = "https://user:secret@host:9200/prefix"


@dataclass(frozen=True)
class Address:
    """The nodes of one cluster, the name and secret to show them, and our indexes' prefix."""

    hosts: tuple[str, ...]
    prefix: str
    credentials: tuple[str, str] | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Read `https://user:secret@host:9200,other:9200/prefix`.

        Name and secret, port and prefix may be left out. Raises `ValueError` for anything else;
        its message never repeats the address, which holds a secret.
        """
        scheme, _, rest = url.partition("://")
        if scheme not in ("http", "https"):
            raise ValueError(f"SEARCH_URL must look like {FORM}.")
        before_path, _, prefix = rest.partition("/")
        login, _, hosts = before_path.rpartition("@")
        prefix = prefix.strip("/") or DEFAULT_PREFIX
        if not _PREFIX.fullmatch(prefix):
            raise ValueError(
                "The prefix at the end of SEARCH_URL may hold lower-case letters, digits, hyphens"
                " and underscores, and starts with a letter or a digit."
            )
        name, colon, secret = login.partition(":")
        if login and not (name and colon and secret):
            raise ValueError(f"SEARCH_URL names a user without a secret: it must look like {FORM}.")
        return cls(
            tuple(_host(scheme, host) for host in hosts.split(",")),
            prefix,
            (unquote(name), unquote(secret)) if login else None,
        )


def _host(scheme: str, host: str) -> str:
    try:
        parts = urlsplit(f"{scheme}://{host.strip()}")
        name, port = parts.hostname, parts.port
    except ValueError:
        name, port = None, None
    if not name:
        raise ValueError(f"SEARCH_URL names no host, or a bad port: it must look like {FORM}.")
    name = f"[{name}]" if ":" in name else name
    return f"{scheme}://{name}:{port or DEFAULT_PORT}"
