"""Parts of pages that run by themselves stand each in a container of its own."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


def page() -> None:
    import streamlit as st

    from ui.fragments import fragment

    @fragment
    def plain() -> str:
        st.text("plain")
        return "returned"

    @fragment(run_every=60.0)
    def timed(text: str, *, more: str) -> None:
        st.text(text + more)

    st.text("before")
    st.text(plain())
    timed("ti", more="med")
    st.text("after")


def test_a_part_stands_in_a_place_of_its_own():
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    kinds = [child.type for child in app.main.children.values()]
    assert kinds == ["text", "flex_container", "text", "flex_container", "text"]
    assert [text.value for text in app.text] == ["before", "plain", "returned", "timed", "after"]
    for place in (1, 3):
        (part,) = app.main.children[place].children.values()
        assert part.type == "flex_container", "the part's own container, and nothing beside it"


def test_no_part_goes_without():
    for folder in ("ui", "pages"):
        for file in (ROOT / folder).rglob("*.py"):
            assert "st.fragment(" not in file.read_text("utf-8") or file.name == "fragments.py", file
            assert "@st.fragment" not in file.read_text("utf-8"), file
