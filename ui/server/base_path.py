"""The path under which the app is served: what addresses of its own files begin with."""

import streamlit as st


def base() -> str:
    """ "" or "/lecture", as server.baseUrlPath says."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
