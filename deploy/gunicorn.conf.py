"""How gunicorn serves Passerelle behind a proxy: `gunicorn --config deploy/gunicorn.conf.py`.

gunicorn itself reads WEB_CONCURRENCY (processes) and FORWARDED_ALLOW_IPS (whom to believe about
the reader's address and HTTPS) from the environment.
"""

import multiprocessing
import os
from pathlib import Path

wsgi_app = "passerelle.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")

# Requests wait for the database and the search engine more than they compute.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or min(multiprocessing.cpu_count() + 1, 5))
threads = 4
timeout = 60
graceful_timeout = 30
# Longer than the proxy keeps an idle connection, so that the proxy is the one to close it.
keepalive = 75

# Whatever a library leaks goes away with the process, not with all of them at once.
max_requests = 5000
max_requests_jitter = 500

accesslog = "-"
errorlog = "-"
control_socket_disable = True
# A heartbeat file on a disk that is busy would get its process killed.
if Path("/dev/shm").is_dir():
    worker_tmp_dir = "/dev/shm"
