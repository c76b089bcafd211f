"""The app: shell, state, panel, components. Only this room knows Streamlit."""
