"""How the demo is served: one process, whose thread feeds the index, and several requests at once.

Read by gunicorn itself, in the virtual environment.
"""

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.demo import welcome

workers = 1
worker_class = "gthread"
threads = 8
timeout = 120
graceful_timeout = 3
loglevel = "warning"
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Say where the site is as soon as it can answer, and not before."""
    print(welcome(os.environ["PASSERELLE_DEMO_ADDRESS"]), flush=True)


def on_exit(server: Any) -> None:
    """Say that the site no longer answers."""
    print("\nPasserelle est arrêtée. / Passerelle has stopped.", flush=True)
