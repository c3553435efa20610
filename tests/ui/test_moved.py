"""What Back, a button or a run has moved stays there, whatever a browser says that has yet to hear of it."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from ui.moved import key_of, stand_at

    def further() -> None:
        st.session_state["lead"] = st.session_state[key_of("number")] + 1
        stand_at("number", st.session_state["lead"])

    st.number_input("number", value=st.session_state.get("lead", 3), key=key_of("number"), step=1)
    st.toggle("other", key="other")
    st.button("further", on_click=further)


def test_a_press_that_comes_before_the_browser_has_heard_moves_nothing_back():
    app = AppTest.from_function(page, default_timeout=60).run()
    unheard = app._tree.get_widget_states()  # what the browser says as long as it has not heard
    app.button[0].click().run()
    assert app.number_input[0].value == 4
    app._run(unheard)
    assert app.number_input[0].value == 4
    app.number_input[0].set_value(7).run()
    app.button[0].click().run()
    app.button[0].click().run()
    assert app.number_input[0].value == 9 and not app.exception


def led() -> None:
    """A widget that hands what is chosen to what leads it, as a live run does."""
    import streamlit as st

    from ui.moved import by_hand, stand_at

    lead = st.session_state.setdefault("lead", 3)
    key = stand_at("number", lead)

    def chosen() -> None:
        st.session_state["lead"] = st.session_state[key]
        st.session_state["heard"] = [*st.session_state.get("heard", []), st.session_state[key]]

    st.number_input("number", value=lead, key=key, step=1, on_change=by_hand("number", chosen))
    st.button("other")


def test_what_is_said_of_a_widget_that_is_gone_counts_where_a_hand_has_moved_it():
    app = AppTest.from_function(led, default_timeout=60).run()
    app.number_input[0].set_value(4).run()
    unheard = [app._tree.get_widget_states()]
    for lead in (5, 6):
        app.session_state["lead"] = lead
        app.run()
        unheard.append(app._tree.get_widget_states())
    for said in unheard:
        app._run(said)
        assert app.session_state["lead"] == app.number_input[0].value == 6
    assert app.session_state["heard"] == [4]
    gone = unheard[0].widgets[0]
    gone.int_value = 7  # a hand was quicker than the browser
    app._run(unheard[0])
    assert app.session_state["lead"] == app.number_input[0].value == 7 and not app.exception


def test_where_it_stands_there_already_it_is_the_same_widget():
    def page() -> None:
        import streamlit as st

        from ui.moved import stand_at

        lead = st.session_state.get("lead", 3)
        st.number_input("number", value=lead, key=stand_at("number", lead), step=1)

    app = AppTest.from_function(page, default_timeout=60).run()
    assert app.run().number_input[0].key == "number" and app.number_input[0].value == 3
    app.session_state["lead"] = 5
    assert app.run().number_input[0].key == "number:1" and app.number_input[0].value == 5
    app.number_input[0].set_value(6)
    app.session_state["lead"] = 6
    assert app.run().number_input[0].key == "number:1" and app.number_input[0].value == 6
