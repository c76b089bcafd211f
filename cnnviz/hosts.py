"""Where the app can be reached from: the addresses of this machine in its networks.

Asked when the app starts or somebody wants it on a phone; asking sends nothing anywhere.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

EVERYWHERE = "0.0.0.0"
# An address of the documentation's own nets (RFC 5737, RFC 3849), which no machine has.
_ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def url(host: str, port: int) -> str:
    """ "http://192.168.1.20:8501"; IPv6 in brackets, port 80 left out."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}" + ("" if port == 80 else f":{port}")


def name_of(address: str) -> str:
    """The host in an address: "http://[::1]:8501/vgg" → "::1"; "" if there is none."""
    with suppress(ValueError):
        return urlsplit(address).hostname or ""
    return ""


def is_this_machine(host: str) -> bool:
    """Whether only this machine itself gets there."""
    if host == "localhost":
        return True
    found = _number(host)
    return found is not None and found.is_loopback


def reachable(
    listening: str, asked: str = "", own: Callable[[], tuple[str, ...]] | None = None
) -> tuple[str, ...]:
    """Hosts by which another machine gets here, the likeliest first; empty if none does.

    `listening`: what the server was told to listen on. `asked`: the host by which the reader came;
    one that is no loopback works for the neighbours too, a proxy's name included. `own`: the
    addresses of this machine (for tests).
    """
    came = (asked,) if asked and not is_this_machine(asked) and not _unspecified(asked) else ()
    if is_this_machine(listening):
        return came
    if not _unspecified(listening):
        return tuple(dict.fromkeys((*came, listening)))
    found = (own or addresses)()
    if listening == EVERYWHERE:
        found = tuple(a for a in found if ":" not in a)
    return tuple(dict.fromkeys((*came, *found)))


def addresses() -> tuple[str, ...]:
    """This machine's addresses that others can reach: the way out first, IPv4 before IPv6."""
    named: list[str] = []
    with suppress(OSError):
        named = [str(a[4][0]) for a in socket.getaddrinfo(socket.gethostname(), None)]
    ways = [_way_out(family) for family in (socket.AF_INET, socket.AF_INET6)]
    return outward((*ways, *named))


def outward(found: Iterable[str]) -> tuple[str, ...]:
    """What another machine can use of some addresses, IPv4 first, each once."""
    usable = [n for n in map(_number, found) if n is not None and _usable(n)]
    return tuple(dict.fromkeys(map(str, sorted(usable, key=lambda n: n.version))))


def _way_out(family: socket.AddressFamily) -> str:
    """The address that this machine would use towards the outside: a UDP socket sends nothing."""
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as s:
        s.connect((_ELSEWHERE[family], 9))
        return str(s.getsockname()[0])
    return ""


def _usable(number: IPv4Address | IPv6Address) -> bool:
    special = number.is_loopback or number.is_link_local or number.is_unspecified
    return not special and not number.is_multicast


def _unspecified(host: str) -> bool:
    found = _number(host)
    return found is not None and found.is_unspecified


def _number(host: str) -> IPv4Address | IPv6Address | None:
    with suppress(ValueError):
        return ip_address(host)
    return None
