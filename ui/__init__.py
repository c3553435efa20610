"""What the pages share: theme, pictures, figures, controls, components. Imports core, never pages.

A folder named pages/ beside app.py makes Streamlit, in a process that has not run app.py yet, run the file of
a page alone when somebody's first request is a link to that page: without the menu, without the other pages.
The server imports ui before the first request, so this is where it is told that app.py names the pages.
"""

from contextlib import suppress

# It is Streamlit's own affair and may move; without it only that first request is bare.
with suppress(ImportError):
    from streamlit.runtime.pages_manager import PagesManager

    PagesManager.uses_pages_directory = False  # as st.navigation does
