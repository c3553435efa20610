"""What the pages share: theme, pictures, figures, controls, components. Imports core, never pages.

A folder named pages/ beside app.py makes Streamlit, in a process that has not run app.py yet, run the file of
a page alone when somebody's first request is a link to that page: without the menu, without the other pages.
Every page imports ui first, so this is where such a run ends and starts again at app.py.
"""

import streamlit as st

try:
    from streamlit.runtime.pages_manager import PagesManager
except ImportError:  # it is Streamlit's own affair and may move; without it only that first request is bare
    PagesManager = None

if PagesManager is not None and getattr(PagesManager, "uses_pages_directory", False):
    PagesManager.uses_pages_directory = False  # as st.navigation does
    st.rerun()
