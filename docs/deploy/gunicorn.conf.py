"""How gunicorn serves ZoneTrack: gunicorn --config docs/deploy/gunicorn.conf.py"""

import os
from pathlib import Path

wsgi_app = "zonetrack.wsgi"
chdir = str(Path(__file__).resolve().parents[2])

# A socket only the web server in front can open; or an address such as 127.0.0.1:8000.
bind = os.environ.get("ZONETRACK_BIND") or "unix:/run/zonetrack/gunicorn.sock"
umask = 0o007

# Two processes of four threads each keep two cores busy.
workers = int(os.environ.get("ZONETRACK_WORKERS") or 2)
threads = int(os.environ.get("ZONETRACK_THREADS") or 4)
worker_class = "gthread"
# Read the code once and share its memory.
preload_app = True
# A process is replaced after so many requests, each at another moment, so that memory stays flat.
max_requests = 5000
max_requests_jitter = 1000
# A process that hangs is replaced; requests under way may end when gunicorn is told to stop.
timeout = 60
graceful_timeout = 30
# Not on a disk, whose stalls would look like a process that hangs.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# As long as the first line that nginx lets through.
limit_request_line = 8190
# No header may set these by a name with an underscore.
forwarder_headers = ""
control_socket_disable = True

# The application writes a line for every request itself.
accesslog = None
errorlog = "-"


def pre_fork(server, worker):
    """A process must not inherit the connection of another one."""
    from django.db import connections

    connections.close_all()
