"""Page and choices ↔ address, for every link anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode


def address(page: str, choices: Mapping[str, object] | None = None, base: str = "") -> str:
    """The address of a page in a state: address("vgg", {"arch": "vgg16", "lang": "zh"}).

    Choices that are None are left out; the home page is "". Order is kept, so that equal states
    have equal addresses.
    """
    query = urlencode([(k, str(v)) for k, v in (choices or {}).items() if v is not None])
    return f"{base}/{quote(page)}" + (f"?{query}" if query else "")


def choices(query: str) -> dict[str, str]:
    """What `address` wrote; of a repeated name the last counts."""
    return dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))
