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
    app = AppTest.from_function(page).run()
    unheard = app._tree.get_widget_states()  # what the browser says as long as it has not heard
    app.button[0].click().run()
    assert app.number_input[0].value == 4
    app._run(unheard)
    assert app.number_input[0].value == 4
    app.number_input[0].set_value(7).run()
    app.button[0].click().run()
    app.button[0].click().run()
    assert app.number_input[0].value == 9 and not app.exception


def test_where_it_stands_there_already_it_is_the_same_widget():
    def page() -> None:
        import streamlit as st

        from ui.moved import stand_at

        lead = st.session_state.get("lead", 3)
        st.number_input("number", value=lead, key=stand_at("number", lead), step=1)

    app = AppTest.from_function(page).run()
    assert app.run().number_input[0].key == "number" and app.number_input[0].value == 3
    app.session_state["lead"] = 5
    assert app.run().number_input[0].key == "number:1" and app.number_input[0].value == 5
    app.number_input[0].set_value(6)
    app.session_state["lead"] = 6
    assert app.run().number_input[0].key == "number:1" and app.number_input[0].value == 6
