"""The least that answers a touch in Streamlit: a fragment with a button and one text."""

import streamlit as st


@st.fragment
def part() -> None:
    st.session_state.setdefault("n", 0)
    if st.button("next"):
        st.session_state.n += 1
    st.html(f'<p id="value">{st.session_state.n}</p>')


part()
