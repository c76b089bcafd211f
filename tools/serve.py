"""Starts the app: `python tools/serve.py [--dev]`. HOST and PORT say where; a busy port is told.

Where other machines may come (HOST=0.0.0.0), it prints the address that they need, and its QR code.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cnnviz import hosts  # noqa: E402  (the package stands in the folder above)
from cnnviz.views import qr  # noqa: E402

FIRST = 8501  # Streamlit's own
TRIES = 50
DEV = ["--server.fileWatcherType=auto", "--server.runOnSave=true", "--client.showErrorDetails=full"]


def command(host: str, port: int, dev: bool) -> list[str]:
    """What starts the server; it is silent, because `main` has said the address."""
    where = [
        f"--server.address={host}",
        f"--server.port={port}",
        "--logger.hideWelcomeMessage=true",
    ]
    return [sys.executable, "-m", "streamlit", "run", "app.py", *where, *(DEV if dev else [])]


def choose(host: str, wanted: str | None) -> int:
    """The wanted port, or the first free one from 8501. ValueError: a sentence for the reader."""
    if wanted is None:
        for port in range(FIRST, FIRST + TRIES):
            if free(host, port):
                return port
        last = FIRST + TRIES - 1
        raise ValueError(
            f"No port from {FIRST} to {last} is free on {host}. "
            "Is HOST an address of this machine? Else name a port: make app PORT=9000"
        )
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise ValueError(f"PORT={wanted} is no port: give a number from 1 to 65535.")
    if not free(host, int(wanted)):
        raise ValueError(
            f"Port {wanted} on {host} cannot be used: another program has it, or it needs rights, "
            "or HOST is not this machine. Leave PORT out to take the next free one."
        )
    return int(wanted)


def free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as s:
        if os.name == "posix":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((host, port))
        except OSError:
            return False
    return True


def greeting(host: str, port: int, *, colour: bool = False) -> str:
    """What is printed: where the app is, and for phones the same as a QR code."""
    here = f"cnnviz: {hosts.url(local(host), port)} (Ctrl+C ends it)\n"
    if hosts.is_this_machine(host):
        return here
    found = hosts.reachable(host)
    if not found:
        return (
            here + "No network: other machines cannot reach this one now. Join one, start again.\n"
        )
    first, *others = (hosts.url(address, port) for address in found)
    also = f"or, in another network of this machine: {', '.join(others)}\n" if others else ""
    code = qr.text(first, colour=colour)
    return f"{here}In the local network, phones too: {first}\n{also}{code}\n"


def local(host: str) -> str:
    """The address for this machine's own browser: everywhere is no address to go to."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def main(arguments: list[str]) -> None:
    host = os.environ.get("HOST") or "127.0.0.1"
    try:
        port = choose(host, os.environ.get("PORT") or None)
    except ValueError as error:
        sys.exit(str(error))
    said = greeting(host, port, colour=sys.stdout.isatty())
    try:
        sys.stdout.write(said)
    except UnicodeEncodeError:  # a terminal without block characters: the addresses will do
        sys.stdout.write("".join(line + "\n" for line in said.splitlines() if line.isascii()))
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(sys.executable, command(host, port, "--dev" in arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
