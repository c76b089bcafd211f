"""The page in class, in slides and on a phone: what the browser's side of it must be told.

`?present=1` and `?embed=1` are marks on <html> that the stylesheet reads (style/80-present.css,
81-embed.css); bus_*.js sets them at once, so that the key `p` waits for no server. Here the address
is kept equal, and the words are chosen.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from cnnviz import hosts
from cnnviz.content import label, labels, listed
from cnnviz.links import address
from cnnviz.ui.state import Desk, one_of
from cnnviz.views import qr

ON = "1"
BUS = "bus_page"  # the component that reports the key `p`
KEYS = "present.keys."


def presenting(desk: Desk) -> bool:
    """Whether the address asks for the class mode."""
    return desk.read("present", one_of("present", (ON,))) == ON


def state(desk: Desk) -> dict[str, Any]:
    """What the bus of the page is told: the mode, and the words of what it draws itself."""
    return {
        "present": presenting(desk),
        "words": {k: label(f"present.{k}", desk.lang) for k in ("skip", "open", "open_hint")},
        "help": {
            "title": label("present.keys_title", desk.lang),
            "first": label("present.first", desk.lang),
            "close": label("present.close", desk.lang),
            "groups": keys(desk.lang),
        },
    }


def keys(lang: str) -> list[dict[str, Any]]:
    """The keys of the page and of its views, by where they hold: {"name", "keys": [key, text]}."""
    groups: dict[str, list[list[str]]] = {}
    for name, texts in labels().items():
        if name.startswith(KEYS):
            group, key = name.removeprefix(KEYS).split(".", 1)
            groups.setdefault(group, []).append([key, texts[lang]])
    return [{"name": label(f"present.group.{g}", lang), "keys": k} for g, k in groups.items()]


def on_event(desk: Desk) -> None:
    """The bus's callback: the reader pressed `p`, the address follows."""
    event = desk.event(BUS)
    if event.get("kind") == "present":
        desk.put({"present": ON if event.get("value") else None})


def buttons(desk: Desk) -> str:
    """Two quiet buttons beside the language switch; bus_keys.js hears them."""
    return _buttons(desk, (("present", "start"), ("present", "leave"), ("help", "help")))


def handle(desk: Desk) -> str:
    """The head of a phone's card: a touch shows all of it, or less again; bus_sheet.js hears it."""
    return _buttons(desk, (("grow", "grow"), ("grow", "shrink")))


def _buttons(desk: Desk, kinds: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f'<button type="button" class="mode {words}" data-mode="{mode}" title="{said}"'
        f' aria-label="{said}"></button>'
        for mode, words in kinds
        for said in (escape(label(f"present.{words}", desk.lang)),)
    )


def on_phone(desk: Desk) -> None:
    """A button; it opens the QR code of the address that holds what is shown now."""
    title = label("present.phone.open", desk.lang)
    if st.button(title, key="phone", type="tertiary"):
        st.dialog(title, width="small")(_phone)(desk)


def _phone(desk: Desk) -> None:
    listening = str(st.get_option("server.address") or hosts.EVERYWHERE)
    found = hosts.reachable(listening, hosts.name_of(st.context.url or ""))
    if not found and not hosts.is_this_machine(listening):
        st.html(f"<p>{_say(desk, 'no_network')}</p>")
    elif not found:
        st.html(f"<p>{_say(desk, 'alone')}</p>")
        st.code("make app HOST=0.0.0.0", language="bash")
    else:
        port = urlsplit(st.context.url or "").port or int(st.get_option("server.port"))
        choices = {**st.query_params.to_dict(), "lang": desk.lang, "present": None}
        st.html(code(desk, [address(desk.page, choices, hosts.url(h, port)) for h in found]))


def code(desk: Desk, addresses: list[str]) -> str:
    """The first address as a QR code and as text, the others named."""
    first, *others = addresses
    drawn = qr.svg(first)
    parts = [f'<p class="qr_address"><a href="{escape(first)}">{escape(first)}</a></p>']
    if drawn:  # as a picture: Streamlit takes every <svg> out of HTML
        source = f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
        alt = _say(desk, "alt", address=first)
        parts.insert(0, f'<img class="qr" src="{source}" alt="{alt}">')
    parts.append(f"<p>{_say(desk, 'scan' if drawn else 'long')}</p>")
    if others:
        parts.append(f"<p>{_say(desk, 'others', addresses=_listed(others, desk.lang))}</p>")
    return "".join(parts)


def _listed(addresses: list[str], lang: str) -> str:
    bare = (f"{urlsplit(a).scheme}://{urlsplit(a).netloc}" for a in addresses)
    return listed(bare, lang)


def _say(desk: Desk, key: str, **values: str) -> str:
    return escape(label(f"present.phone.{key}", desk.lang, **values))
