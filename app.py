"""What a neuron sees: CS229 lecture 11 as pages on photos of balls. Start with: streamlit run app.py

The file has two lives. The server imports it once for `app`, which adds to Streamlit the files and the socket
of the live figures; each run of a page executes it as the main script. Every page is named here once. Nothing
imported here may import torch: the first page must appear at once.
"""

import streamlit as st

from core.processor.waiting import give_cores_back
from ui import links, not_taken
from ui.server import reconnected
from ui.server.base_path import base

give_cores_back()

if __name__ == "__main__":
    LECTURE = [
        st.Page("pages/overview.py", title="Overview", default=True),
        st.Page("pages/why_now.py", title="Why now", url_path="why_now"),
        st.Page("pages/one_ball.py", title="Goal 1: one ball?", url_path="one_ball"),
        st.Page("pages/three_balls.py", title="Goal 2: which balls?", url_path="three_balls"),
        st.Page("pages/unique_ball.py", title="Goal 3: exactly one", url_path="unique_ball"),
        st.Page("pages/training.py", title="Live training", url_path="training"),
        st.Page("pages/hidden_layers.py", title="Hidden layers", url_path="hidden_layers"),
        st.Page("pages/house_prices.py", title="House prices", url_path="house_prices"),
        st.Page("pages/propagation.py", title="Propagation", url_path="propagation"),
        st.Page("pages/broadcasting.py", title="Broadcasting", url_path="broadcasting"),
    ]
    YOURS = [st.Page("pages/your_photo.py", title="Your photos", url_path="your_photo")]

    page = st.navigation({"The lecture": LECTURE, "Try it": YOURS})
    st.set_page_config(
        page_title=f"{page.title} · What a neuron sees",
        page_icon=f"{base()}/favicon.png",
        layout="wide",
    )
    st.logo("assets/logo.svg", size="large")
    reconnected.look()

    # Lines stay readable on a projector: the column is wide enough for three figures and no wider.
    with st.container(horizontal_alignment="center"), st.container(width=1120, key="column"):
        links.come_to(page.url_path)
        with not_taken.said_together():
            page.run()
        links.tell()
else:
    from ui.server.last_words import hear_them
    from ui.server.left_sessions import wait_for_a_hall
    from ui.server.open_files import allow_enough
    from ui.server.overtaken_runs import one_at_a_time
    from ui.server.serving import middleware, routes
    from ui.server.unwritten_uploads import write_none
    from ui.server.uploads_under_way import watch_uploads

    allow_enough()
    one_at_a_time()
    hear_them()
    write_none()
    watch_uploads()
    wait_for_a_hall()
    app = st.App(__file__, routes=routes(), middleware=middleware())
