"""The link of a page that has just been opened, as the page completes it: that is no step of its own.

What Streamlit tells of a link is another entry in the browser's history, and Back would lead to the same page
once more. So the address is completed in place, by assets/components/settled_link.js. Where that fails, the
page's next run tells Streamlit (ui.links.say_again).
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.components import load

_settle = load("settled_link", at_once=True)


def has_address() -> bool:
    """Whether a browser shows the page, which has told its address; a test or a measurement has none."""
    return bool(urlsplit(st.context.url or "").netloc)


def settle(page: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Where the page's link still says `before`, it says `after`."""
    # As text: to ask whether a mapping is a data frame Streamlit would import pandas: half a second.
    data = {"page": page, "before": json.dumps(before), "after": json.dumps(after)}
    _settle(key="settled_link", data=data)
    with suppress(AttributeError):  # Streamlit's own note, with which a run that the server asks for begins
        get_script_run_ctx().query_string = urlencode(after)  # type: ignore[union-attr]
