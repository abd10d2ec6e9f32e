"""Exit with 0 when the site answers on this machine as it would behind its proxy, else with 1.

Only the standard library: `python deploy/healthcheck.py [/healthz]`.
"""

import http.client
import os
import sys


def main(path: str) -> int:
    """Ask this path, and say what was answered."""
    host, _, port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")
    connection = http.client.HTTPConnection(
        "127.0.0.1" if host in ("", "0.0.0.0", "[::]") else host.strip("[]"), int(port), timeout=5
    )
    # A name that the site serves, and the word of a proxy that the reader came by HTTPS.
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    headers = {"Host": "localhost" if name == "*" else name, "X-Forwarded-Proto": "https"}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
    except OSError as error:
        print(f"{path}: {error}")
        return 1
    print(f"{path}: {answer.status} {answer.read(500).decode(errors='replace')}")
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "/healthz"))
