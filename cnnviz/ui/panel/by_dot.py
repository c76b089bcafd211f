"""dot's layout of the graph, asked of a worker: it may be slow or die, and the page goes on.

An answer is shared between readers. Until there is one, and when there is none, the picture's place
says so in a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Any, Final

import streamlit as st

from cnnviz import jobs
from cnnviz.content import label, sentence
from cnnviz.engine import Shared
from cnnviz.errors import ReaderError
from cnnviz.ui.panel import Scene
from cnnviz.views.layout_graphviz import LIMIT

SOON: Final = 0.3  # seconds within which most answers come: no word about the waiting
EVERY: Final = 0.5  # seconds between looks at a slow one
_JOB: Final = "_dot"  # session key: (key, job) of the last question

_answers: Shared[Mapping[str, Any]] = Shared(64)


def answer(scene: Scene, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """dot's answer; None where there is none (yet), which the place then says itself."""
    key = "dot " + sha256(repr(asked).encode()).hexdigest()
    found = _answers.known(key)
    if found is not None:
        return found
    try:
        job = _job(key, asked)
    except ReaderError as error:  # too many wait
        _say(scene, sentence(error, scene.desk.lang))
        return None
    if job.state == "done":
        result: Mapping[str, Any] = job.result
        return _answers.get(key, lambda: result)
    with st.container(key="graph_place"):
        if job.error is None:
            _wait(job, scene.desk.lang)
        else:
            _say(scene, sentence(job.error, scene.desk.lang))
    return None


def _job(key: str, asked: Mapping[str, Any]) -> jobs.Job:
    last: tuple[str, jobs.Job] | None = st.session_state.get(_JOB)
    if last is not None and last[0] == key:
        return last[1]
    job = jobs.submit("cnnviz.views.layout_graphviz:place", asked, key, LIMIT)
    st.session_state[_JOB] = (key, job)
    job.wait(SOON)
    return job


@st.fragment(run_every=EVERY)
def _wait(job: jobs.Job, lang: str) -> None:
    """Says that dot is at work, and looks whether it is done."""
    words = label("structure.dot.wait", lang, seconds=f"{LIMIT:g}")
    st.html(f'<p class="place" role="status">{escape(words)}</p>')
    if job.wait(0):
        st.rerun()


def _say(scene: Scene, words: str) -> None:
    """Why there is no picture, and what to do."""
    lang = scene.desk.lang
    st.html(f'<p class="place" role="status">{escape(words)}</p>')
    with st.container(key="graph_ways", horizontal=True):
        st.button(label("structure.dot.again", lang), key="graph_again", on_click=_forget)
        rows = label("structure.dot.rows", lang)
        st.button(rows, key="graph_rows", on_click=scene.desk.put, args=({"layout": None},))


def _forget() -> None:
    st.session_state.pop(_JOB, None)
