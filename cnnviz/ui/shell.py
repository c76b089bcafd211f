"""The frame of every page: settings, stylesheet, menu, language switch, footer, no trace ever."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from html import escape
from pathlib import Path

import streamlit as st

from cnnviz import __version__
from cnnviz.content import has_label, label, sentence
from cnnviz.errors import ReaderError
from cnnviz.ui import components, present, warm
from cnnviz.ui.pages import GROUPS, pages
from cnnviz.ui.state import Desk, language
from cnnviz.views import palette

ASSETS = Path(__file__).parent / "assets"
log = logging.getLogger("cnnviz")


@contextmanager
def frame(page: str, name: str = "") -> Iterator[Desk]:
    """Everything around a page's body; what the body raises becomes one sentence.

    `name`: the key of the page's name, for the browser's title.
    """
    notices: list[str] = []
    lang = language(notices)
    desk = Desk(page, lang, notices)
    title = label(name, lang) if name and has_label(name) else page
    st.set_page_config(
        page_title=f"{title} · cnnviz" if title else "cnnviz",
        page_icon=str(ASSETS / "icon.svg"),
        layout="wide",
        initial_sidebar_state=200,
    )
    st.html(stylesheet())
    with st.sidebar, guard(desk):
        menu(desk)
    with st.container(key="bus_of_page"):
        told = {"lang": "zh-CN" if lang == "zh" else "en", "page": page, **present.state(desk)}
        components.bus("page", told, partial(present.on_event, desk))
    with guard(desk):
        yield desk
    st.html(f"<footer>{escape(desk.say('footer', version=__version__))}</footer>")
    warm.touch()


@cache
def stylesheet() -> str:
    """The page's style, and the palette as variables."""
    css = "".join(f.read_text("utf-8") for f in sorted((ASSETS / "style").glob("*.css")))
    colours = f'[data-testid="stApp"]{{{palette.variables()}}}{palette.marks()}'
    return f"<style>{colours}\n{css}</style>"


@contextmanager
def guard(desk: Desk) -> Iterator[None]:
    """A reader's mistake gets its sentence, anything else one general sentence and a log line."""
    try:
        yield
    except ReaderError as e:
        notice(sentence(e, desk.lang))
    except Exception:
        log.exception("page %r, query %.300r", desk.page, dict(st.query_params))
        notice(desk.say("broken"))


def notice(text: str) -> None:
    st.html(f'<p class="notice" role="status">{escape(text)}</p>')


def menu(desk: Desk) -> None:
    """The pages in groups; a link keeps the language. One that cannot be made harms no other."""
    with st.container(key="brand"):
        link("", "cnnviz", desk)
    for group in GROUPS:
        st.html(f'<p class="group">{escape(desk.say(f"menu.{group}"))}</p>')
        for page in pages():
            if page.group != group:
                continue
            with guard(desk):
                name = label(page.label, desk.lang)
                if page.slug == desk.page:
                    st.html(f'<span class="here" aria-current="page">{escape(name)}</span>')
                else:
                    link(page.slug, name, desk)
    with st.container(key="foot"), guard(desk):
        present.on_phone(desk)


def link(page: str, text: str, desk: Desk) -> None:
    """A link to another page that keeps the language, the class mode and what is pinned."""
    path = f"pages/{page}.py" if page else "app.py"
    kept = {"lang": desk.lang} | ({"present": present.ON} if present.presenting(desk) else {})
    if pinned := st.query_params.get("pin"):  # it names its network and settings: any page reads it
        kept["pin"] = pinned
    st.page_link(path, label=text, query_params=kept)


def corner(desk: Desk) -> None:
    """Up right: the class mode, the list of keys, the language."""
    with st.container(key="corner", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="modes">{present.buttons(desk)}</div>')
        language_switch(desk)


def language_switch(desk: Desk) -> None:
    """EN | 中文. The choice stands in the address from then on.

    Said in every run: the switch of a page newly come to would mark nothing otherwise.
    """
    key = "lang"
    st.session_state[key] = desk.lang

    def push() -> None:
        st.query_params["lang"] = st.session_state[key]

    st.segmented_control(
        desk.say("language"),
        ("en", "zh"),
        key=key,
        format_func={"en": "EN", "zh": "中文"}.__getitem__,
        on_change=push,
        required=True,
        label_visibility="collapsed",
    )
