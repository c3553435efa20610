"""What a page writes into its link, what it reads there, and what of it counts after Back."""

from contextlib import contextmanager

import pytest

from ui import links


class Query(dict):
    """st.query_params, and Streamlit's inner ones, as far as needed; heard: what the browser was told."""

    def __init__(self):
        super().__init__()
        self.heard = []

    def to_dict(self):
        return dict(self)

    def __setitem__(self, name, text):
        super().__setitem__(name, text)
        self.heard.append(dict(self))

    def __delitem__(self, name):
        super().__delitem__(name)
        self.heard.append(dict(self))

    def update(self, *_):
        self.heard.append(dict(self))

    def update_untold(self, **texts):
        super().update(texts)

    def set_with_no_forward_msg(self, name, text):
        super().__setitem__(name, text)

    def discard_param_no_forward_msg(self, name):
        self.pop(name, None)


@pytest.fixture
def state(monkeypatch):
    found = {links.HERE: "page"}
    monkeypatch.setattr(links.st, "session_state", found)
    return found


@pytest.fixture
def query(monkeypatch, state):
    found = Query()

    class State:
        @contextmanager
        def query_params(self):
            yield found

    monkeypatch.setattr(links.st, "query_params", found)
    monkeypatch.setattr(links, "get_session_state", State)
    monkeypatch.setattr(links, "has_address", lambda: True)
    return found


@pytest.fixture
def settled(monkeypatch):
    found = []
    monkeypatch.setattr(links, "settle", lambda *told: found.append(told))
    return found


def came_back(monkeypatch, there=True):
    monkeypatch.setattr(links, "came_back", lambda: there)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7), ("-7", -7), ("007", 7), ("999", 999), ("-999", -999), ("0", 0),
        ("", None), ("-", None), ("--7", None), ("1000", None), ("-1000", None), ("7.0", None), (" 7", None),
        ("٣", None), ("7²", None), ("1e3", None), ("+7", None),
    ],
)  # fmt: skip
def test_a_whole_number_is_what_a_link_would_spell(query, text, number):
    assert links.whole_in(text) == number
    query["neuron"] = text
    assert links.whole("neuron") == number
    assert links.whole("other") is None


def test_a_number_stays_within_its_bounds(query):
    for text, value in (
        ("2.5", 2.5),
        ("9", 8.0),
        ("0", 1.0),
        ("x", 3.0),
        ("nan", 3.0),
        ("-inf", 3.0),
        ("", 3.0),
    ):
        query["zoom"] = text
        assert links.number("zoom", 3.0, 1.0, 8.0) == value
    assert links.number("other", 3.0, 1.0, 8.0) == 3.0


def test_what_is_usual_does_not_stand_in_the_link(query, state):
    links.note("rate", 0.1 + 0.2, 0.01)
    links.note("neuron", 3, 1)
    assert query == {"rate": "0.3", "neuron": "3"}
    assert state[links.LEFT] == {"page": {"rate": "0.3", "neuron": "3"}}
    links.note("rate", 0.01, 0.01)
    links.note("neuron", 1, 1)
    assert query == {} == state[links.LEFT]["page"]


def test_a_text_that_no_link_can_hold_is_not_written(query, state):
    links.put("name", "soccer")
    links.put("name", "half \ud800")
    assert query == {} and state[links.SAID] == {"name": None}


def test_when_a_link_changed_last_is_known(query, state, monkeypatch):
    now = [10.0]
    monkeypatch.setattr(links.time, "monotonic", lambda: now[0])
    links.remember()
    assert links.CHANGED not in state, "as somebody came to it"
    links.note("neuron", 3, 1)
    assert state[links.CHANGED] == 10
    now[0] = 20.0
    links.note("neuron", 3, 1)
    assert state[links.CHANGED] == 10, "nothing is new"
    links.note("neuron", 4, 1)
    assert state[links.CHANGED] == 20


@pytest.mark.parametrize(("since", "hasty"), [(links.JUST_NOW - 1, True), (links.JUST_NOW + 1, False)])
def test_a_page_that_is_left_right_after_a_change_is_left_in_haste(query, state, monkeypatch, since, hasty):
    monkeypatch.setattr(links.time, "monotonic", lambda: 100.0)
    state[links.CHANGED] = 100.0 - since
    links.come_to("another")
    assert state[links.HASTY] is hasty
    del state[links.CHANGED]
    links.come_to("page")
    assert state[links.HASTY] is False


def test_while_a_page_is_new_its_link_says_how_it_was_left(query, state):
    state[links.LEFT] = {"another": {"neuron": "7"}}
    assert not links.is_new() and links.came_with() == {}
    query["run"] = "key"
    links.come_to("another")
    assert links.is_new() and links.came_with() == {"run": "key"}
    assert query == {"run": "key"}, "a link that says something is not added to"
    links.tell()
    assert not links.is_new() and links.came_with() == {}
    assert state[links.LEFT]["another"] == {"run": "key"}


def test_a_page_that_is_come_to_by_the_menu_says_again_how_it_was_left(query, state, settled):
    state[links.LEFT] = {"another": {"neuron": "7", "cell": "A"}}
    links.come_to("another")
    assert query == {"neuron": "7", "cell": "A"} and not query.heard
    links.tell()
    assert settled == [("another", {}, {"neuron": "7", "cell": "A"})] and not query.heard, (
        "no entry of its own"
    )


def test_how_a_page_was_left_is_said_again_to_a_browser_that_has_not_heard_of_it(query, state, settled):
    state[links.LEFT] = {"another": {"neuron": "7", "cell": "A"}}
    links.come_to("another")
    links.note("cell", "B", "A")
    links.tell()
    dict.clear(query)  # as the browser says it with a press that was quicker
    links.come_to("another")
    assert query == {"neuron": "7", "cell": "B"} == query.heard[-1]


def test_what_a_run_was_to_say_in_place_the_next_says_that_has_ended_it(query, state, settled, monkeypatch):
    def begun(*, rate):
        query.update_untold(rate=rate)  # as the browser says it with each run
        links.come_to("page")

    begun(rate="1")
    links.note_in_place({"rate": "2"})
    begun(rate="1")
    links.tell()
    assert query == {"rate": "2"} and not query.heard
    assert settled == [("page", {"rate": "1"}, {"rate": "2"})]

    links.note_in_place({"rate": "3"})
    links.note("photo", "64-6", None)  # a step of Back: the browser hears of both
    assert query.heard == [{"rate": "3", "photo": "64-6"}]
    begun(rate="3")
    links.tell()

    links.note_in_place({"rate": "4"})
    came_back(monkeypatch)
    begun(rate="2")
    assert query["rate"] == "2", "where Back has led to"
    links.tell()
    assert len(settled) == 1


def test_a_first_run_that_was_ended_early_has_not_written_in_vain(query, state, settled, monkeypatch):
    def begin(**said):
        dict.clear(query)
        dict.update(query, said)  # as the browser says it with each run
        links.come_to("another")

    begin(rate="1", l2="<b>")
    links.note_all({"run": "key", "l2": None})
    begin(rate="1", l2="<b>")
    assert query == {"rate": "1", "run": "key"} and not query.heard
    came_back(monkeypatch)
    begin(rate="2")
    assert query == {"rate": "2"}
    came_back(monkeypatch, False)
    links.note_all({"run": "other"})
    begin(rate="2")
    links.tell()
    assert settled == [("another", {"rate": "2"}, {"rate": "2", "run": "other"})] and not query.heard
    begin(rate="2", run="other")
    assert query == {"rate": "2", "run": "other"}


def test_a_press_that_ends_a_first_run_is_told_with_how_the_page_was_left(query, state, settled):
    state[links.LEFT] = {"another": {"cell": "A"}}
    links.come_to("another")
    dict.clear(query)  # as the browser says it with the press
    links.note_anew("photo", "64-6", ())  # in its callback, before the page runs again
    links.come_to("another")
    links.tell()
    assert settled == [("another", {}, {"photo": "64-6", "cell": "A"})] and not query.heard


def test_back_leads_to_what_a_link_said_then(query, state, monkeypatch):
    came_back(monkeypatch)
    state[links.LEFT] = {"another": {"neuron": "7", "cell": "A"}}
    for said in ({"cell": "A"}, {"cell": "B"}):
        dict.clear(query)
        dict.update(query, said)
        state[links.HERE] = "page"
        state.pop(links.UNTOLD, None)
        links.come_to("another")
        assert query == said


@pytest.mark.parametrize(("back", "address"), [(True, True), (False, False)])
def test_without_an_address_and_after_back_streamlit_tells_the_browser(
    query, settled, monkeypatch, back, address
):
    links.come_to("another")
    links.put("neuron", "7")
    came_back(monkeypatch, back)
    monkeypatch.setattr(links, "has_address", lambda: address)
    links.tell()
    assert query.heard == [{"neuron": "7"}] and not settled


def test_after_back_the_browser_hears_of_the_link_even_where_the_server_has_nothing_new(
    query, state, settled, monkeypatch
):
    query["neuron"] = "7"
    query.heard.clear()
    came_back(monkeypatch)
    links.come_to("page")
    links.tell()
    assert query.heard == [{"neuron": "7"}] and not settled
    came_back(monkeypatch, False)
    links.come_to("page")
    links.tell()
    assert query.heard == [{"neuron": "7"}], "once"


def test_a_link_as_it_came_is_told_again_only_after_haste(query, state, settled):
    links.come_to("another")
    links.tell()
    assert not query.heard
    links.come_to("page")
    state[links.HASTY] = True
    links.tell()
    assert query.heard == [{}] and not settled
    links.tell()
    assert query.heard == [{}] and not settled, "once"


def test_what_is_noted_in_place_is_told_when_the_page_has_run(query, state, settled, monkeypatch):
    links.note("neuron", 3, 1)
    query.heard.clear()
    links.note_in_place({"neuron": None, "cell": "A"})
    links.note_in_place({"cell": "B"})
    assert query == {"cell": "B"} and not query.heard
    assert state[links.SAID] == {"neuron": None, "cell": "B"} and state[links.LEFT]["page"] == {"cell": "B"}
    links.tell()
    assert settled == [("page", {"neuron": "3"}, {"cell": "B"})]
    links.note_in_place({"cell": "B"})
    links.tell()
    assert len(settled) == 1, "nothing is new"
    came_back(monkeypatch)
    links.note_in_place({"cell": "C", "step": "5"})
    assert query.heard == [{"cell": "C", "step": "5"}], "one entry"


def test_where_streamlits_inner_way_is_gone_the_browser_hears_at_once(query, monkeypatch):
    links.come_to("another")
    monkeypatch.setattr(links, "get_session_state", object)
    links.put("neuron", "7")
    links.put("neuron", None)
    links.put("neuron", None)
    assert query.heard == [{"neuron": "7"}, {}]


def test_several_parameters_are_one_entry(query, state):
    links.note_all({"step": "5", "cell": "A", "run": "key", "neuron": None})
    assert query.heard == [{"step": "5", "cell": "A", "run": "key"}]
    links.note_all({"step": None, "cell": None, "run": None})
    assert query == {} and len(query.heard) == 2
    links.note_all({"step": "6"})
    assert query.heard[2:] == [{"step": "6"}]


def test_a_new_value_takes_what_went_with_the_old_one_along(query, state):
    query |= {"run": "old", "cell": "A", "step": "5"}
    query.heard.clear()
    links.note_anew("run", "old", ("cell",))
    assert query == {"run": "old", "cell": "A", "step": "5"} and not query.heard
    links.note_anew("run", "new", ("cell",))
    assert query == {"run": "new", "step": "5"} and state[links.SAID] == {"cell": None, "run": "new"}
    assert query.heard == [query]


def test_after_back_a_hand_is_heard_when_it_does_something_new(query, state, monkeypatch):
    told = {"neuron": 3, "at": 1.0}
    monkeypatch.setattr(links.told, "last", lambda key, name: told)
    assert links.heard("wall", "hand") == {"neuron": 3, "at": 1.0}
    came_back(monkeypatch)
    assert links.heard("wall", "hand") is None
    came_back(monkeypatch, False)
    assert links.heard("wall", "hand") is None, "the link says where things are"
    assert links.heard("another wall", "hand") == told
    told = {"neuron": 3, "at": 2.0}
    assert links.heard("wall", "hand") == told


def test_back_that_is_ended_early_holds_for_what_had_yet_to_follow_it(query, state, monkeypatch):
    state.update({"first": 1, "second": 1, "third": 1})
    came_back(monkeypatch)
    links.come_to("page")
    assert links.led_back("first") and links.led_back("first"), "as often as it is asked for"
    state["first"] = 0
    came_back(monkeypatch, False)
    state.update({"first": 1, "third": 2})  # what a hand has done since, which has ended that run
    links.come_to("page")
    assert not links.led_back("first"), "it has followed"
    assert links.led_back("second") and not links.led_back("second")
    assert not links.led_back("third"), "a hand has moved it since"
    links.tell()
    state["fourth"] = 1
    links.come_to("page")
    assert not any(map(links.led_back, ("first", "second", "third", "fourth")))


def test_back_does_not_hold_on_another_page(query, state, monkeypatch):
    came_back(monkeypatch)
    links.come_to("page")
    came_back(monkeypatch, False)
    links.come_to("another")
    assert not links.led_back("first")


def test_what_a_hand_did_before_back_that_is_ended_early_is_undone(query, state, monkeypatch):
    state["wall"] = {"hand": 1}
    assert links.heard("wall", "hand") == 1
    came_back(monkeypatch)
    links.come_to("page")
    came_back(monkeypatch, False)
    links.come_to("page")
    assert links.heard("wall", "hand") is None is links.heard("wall", "hand")
    state["wall"] = {"hand": 2}
    assert links.heard("wall", "hand") == 2
