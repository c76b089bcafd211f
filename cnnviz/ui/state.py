"""The address is the state: every choice is a short token in it, left out at its default.

Widgets mirror the address and write to it when touched, so reload, Back, Forward and a link from
elsewhere all mean the same: read it again. Nothing is believed unread: each token is parsed, and
what cannot be becomes a notice and the default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import streamlit as st

from cnnviz.content import LANGS, label, sentence
from cnnviz.errors import ReaderError

LONGEST = 2000  # no token of ours is longer; the rest of a longer one is not looked at


@dataclass
class Desk:
    """One reader at one page: the language, and what was wrong in the address."""

    page: str
    lang: str
    notices: list[str] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)  # choice -> why it cannot be

    def say(self, key: str, **values: Any) -> str:
        """A label of the interface in the reader's language."""
        return label(f"ui.{key}", self.lang, **values)

    def read(self, name: str, parse: Callable[[str], str], default: str = "") -> str:
        """The token of a choice. `parse` gives the canonical one or raises ReaderError."""
        raw = st.query_params.get(name)
        if raw is None:
            return default
        try:
            return parse(str(raw)[:LONGEST])
        except ReaderError as e:
            self.wrong[name] = sentence(e, self.lang)
            self.note(self.wrong[name])
            return default

    def note(self, text: str) -> None:
        if text not in self.notices:
            self.notices.append(text)

    def show_notices(self) -> None:
        """What was wrong in the address: one calm banner, a line each."""
        if self.notices:
            lines = "<br>".join(map(escape, self.notices))
            st.html(f'<p class="notice" role="status">{lines}</p>')

    def key(self, name: str) -> str:
        """The key of a choice's widget: each page has its own."""
        return f"{self.page}_{name}"

    def mirror(self, name: str, token: str, *, hidden: bool = False) -> str:
        """Show the token on the widget about to be drawn; its key.

        The value is sent where it differs; in another language, for the widget keeps its label;
        and always to a `hidden` one (in a closed popover), which the browser makes anew.
        """
        key, words = self.key(name), f"_words_{self.key(name)}"
        said = st.session_state.get(words)
        if hidden or said != self.lang or st.session_state.get(key) != token:
            st.session_state[key] = token
            st.session_state[words] = self.lang
        return key

    def touched(self, name: str) -> str:
        """What the widget says now, inside its `on_change`."""
        return str(st.session_state[self.key(name)])

    def push(self, name: str, default: str) -> None:
        """Write what a widget says into the address: its `on_change`."""
        token = self.touched(name)
        self.put({name: None if token == default else token})

    def put(self, changes: Mapping[str, str | None]) -> None:
        """Write choices into the address in one step of its history; None takes one out."""
        now = {k: v for k, v in st.query_params.to_dict().items() if k not in changes}
        now |= {k: v for k, v in changes.items() if v is not None}
        if now != st.query_params.to_dict():
            st.query_params.from_dict(now)

    def event(self, component: str) -> Mapping[str, Any]:
        """What a component reported, inside its callback; empty if nothing."""
        state = st.session_state.get(component)
        event = state.get("event") if state is not None else None
        return event if isinstance(event, Mapping) else {}


def one_of(name: str, allowed: Iterable[str], shown: str = "{}") -> Callable[[str], str]:
    """A parser for a choice among tokens; its error names them, each `shown` so ("@" + a label)."""
    tokens = tuple(allowed)
    known = tuple(shown.format(t) for t in tokens)

    def parse(raw: str) -> str:
        if raw in tokens:
            return raw
        raise ReaderError("unknown_choice", name=name, value=clip(raw), known=known)

    return parse


def clip(text: str, length: int = 40) -> str:
    """A reader's text short enough for a sentence, control characters left out."""
    clean = "".join(c for c in text[: 4 * length] if c.isprintable())
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def language(notices: list[str]) -> str:
    """`?lang=`, else what was chosen before, else the browser's language."""
    raw = st.query_params.get("lang")
    if raw in LANGS:
        st.session_state["_lang"] = raw
    elif "_lang" not in st.session_state:
        st.session_state["_lang"] = "zh" if (st.context.locale or "").startswith("zh") else "en"
    lang = str(st.session_state["_lang"])
    if raw is not None and raw not in LANGS:
        wrong = ReaderError("unknown_lang", lang=clip(str(raw)), known=LANGS)
        notices.append(sentence(wrong, lang))
    return lang
