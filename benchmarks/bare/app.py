"""The least that Streamlit can show: one slider, one text."""

import streamlit as st

x = st.slider("x", 0, 100, 50)
st.html(f'<p id="value">{x}</p>')
