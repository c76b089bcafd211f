"""On the path of a server under test: writes down every host that the process turns to."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

_EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if event in _EVENTS:
        where = args[0] if event in ("socket.getaddrinfo", "socket.gethostbyname") else args[1]
        host = where[0] if isinstance(where, tuple) else where
        with Path(os.environ["AUDIT_FILE"]).open("a") as f:
            f.write(f"{event} {host}\n")


if "AUDIT_FILE" in os.environ:
    sys.addaudithook(_hear)
