"""The instrument panel that every family page is: `page("vgg")`; `panel` takes any network.

Top to bottom: the idea, six numbers, knobs, a switch of views, the chosen view, and beside it the
details of the one selection that runs through all of them. A touch in a view reruns the fragment
below the knobs only.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz import zoo
from cnnviz.content import label
from cnnviz.ui import components, header, knobs, pin, present, row, warm
from cnnviz.ui.details import details
from cnnviz.ui.panel import DEFAULT, Scene, layer_of, load, views_of
from cnnviz.ui.shell import frame, guard
from cnnviz.ui.state import Desk, one_of
from cnnviz.ui.study import Study
from cnnviz.views.derivation import QUANTITIES

ALONE = ("lesson", "opinion", "code")  # views that need no overview beside them


def page(slug: str) -> None:
    """The page of a family of the zoo."""
    family = zoo.family(slug)
    with frame(slug, f"families.{slug}.name") as desk:
        with guard(desk):
            header.head(desk, slug, family.year)
        panel(desk, knobs.study(desk, family))


def panel(desk: Desk, study: Study) -> None:
    """Six numbers, knobs, notices and views of any network."""
    study = pin.against(desk, study)
    with guard(desk):
        row.row(desk, study)
    scene(desk, study)  # reads the address once more here, so that its mistakes are said above
    with st.container(key="notices"):
        desk.show_notices()
    with guard(desk):
        pin.row(desk, study)
    _views(desk, study)


def scene(desk: Desk, study: Study) -> Scene:
    """What is chosen in the panel now: the view, the layer, the number."""
    view = desk.read("view", one_of("@ui.view", views_of(study), "@views.{}.name"), DEFAULT)
    sel = desk.read("sel", layer_of(study))
    number = desk.read("number", one_of("number", QUANTITIES)) if sel else ""
    return Scene(desk, study, view, sel, number)


@st.fragment
def _views(desk: Desk, study: Study) -> None:
    """The switch, the chosen view, the details: one fragment, so a touch redraws no more."""
    warm.touch()
    with guard(desk):
        now = scene(Desk(desk.page, desk.lang), study)
        now.desk.notices.clear()  # said above; what follows is the view's own
        _switch(now)
        with st.container(key="split", horizontal=True):
            with st.container(key="view"), guard(desk):
                said = st.container(key="view_notices")
                hint = label(f"views.{now.view}.hint", desk.lang)
                st.html(f'<p class="hint">{escape(hint)}</p>')
                load(now.view)(now)
                with said:
                    now.desk.show_notices()
            if now.sel or now.view not in ALONE:
                with st.container(key="details"), guard(desk):
                    _details(now)
        with st.container(key="bus_of_view"):
            components.bus("view", now.shared())


def _details(now: Scene) -> None:
    """The card; on a phone a chosen layer's lies at the foot of the screen and can be closed."""
    with st.container(key="sheet" if now.sel else "overview"):
        details(now.desk, now.study, now.sel, now.number)  # first: no two cards during a rerun
        if now.sel:
            st.html(present.handle(now.desk))
            st.button(
                now.desk.say("close"), key="close", type="tertiary", on_click=now.pick, args=(None,)
            )


def _switch(now: Scene) -> None:
    desk = now.desk
    names = {v: label(f"views.{v}.name", desk.lang) for v in views_of(now.study)}

    with st.container(key="view_switch"):
        st.segmented_control(
            desk.say("view"),
            tuple(names),
            key=desk.mirror("view", now.view),
            format_func=names.__getitem__,
            on_change=desk.push,
            args=("view", DEFAULT),
            required=True,
            wrap=False,
            width="stretch",
            label_visibility="collapsed",
        )
