"""What stands between pages and core: what pages share here, the parts of each page in a folder of its own.

    shared by pages     theme, numbers, words, undecided, pictures, figures; controls, fragments
    addresses           links, settled_link, not_taken; moved (widgets that Back or a run moves)
    in the browser      components (what is drawn there), packing (what goes there), told (what comes back);
                        rooms (nothing moves later), gallery, logits, three_neurons, lecture_map, verbatim
    photos, models      renderings (data sets, for all sessions), shared (rows of photos, trained models)
    work of seconds     jobs
    server              what it serves, what it gets ready, and what becomes of what people bring
    one page's parts    one_ball, three_balls, unique_ball, live_training, hidden_layers, house_prices,
                        propagation, broadcasting, why_now, your_photo: each lists its modules

To change a page: its text and the order of its parts are in pages/, each part in that page's folder here,
what the browser draws of a part in the scripts of assets/components that it loads (components.load), and
every number comes from core. ui imports core, never pages.

A folder named pages/ beside app.py makes Streamlit, in a process that has not run app.py yet, run the file of
a page alone when somebody's first request is a link to that page: without the menu, without the other pages.
The server imports ui before the first request, so this is where it is told that app.py names the pages.
"""

from contextlib import suppress

# It is Streamlit's own affair and may move; without it only that first request is bare.
with suppress(ImportError):
    from streamlit.runtime.pages_manager import PagesManager

    PagesManager.uses_pages_directory = False  # as st.navigation does
