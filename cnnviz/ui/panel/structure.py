"""Structure: the folded graph; a click selects a layer or opens a group where it stands."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

import streamlit as st

from cnnviz.analysis.fold import Fold, fold
from cnnviz.errors import ReaderError
from cnnviz.picture import Picture
from cnnviz.ui.components import svgview
from cnnviz.ui.panel import Scene
from cnnviz.ui.state import clip
from cnnviz.ui.study import Study
from cnnviz.views.structure import structure

KEY = "structure"


def show(scene: Scene) -> None:
    """The graph as opened by `?open=`; without it folded to about twenty visible nodes."""
    raise NotImplementedError
