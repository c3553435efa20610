"""What a page writes into its link, what it reads there, and what of it counts after Back."""

import pytest

from ui import links


class Query(dict):
    """st.query_params, as far as a page goes."""

    def to_dict(self):
        return dict(self)


@pytest.fixture
def state(monkeypatch):
    found = {links.HERE: "page"}
    monkeypatch.setattr(links.st, "session_state", found)
    return found


@pytest.fixture
def query(monkeypatch, state):
    found = Query()
    monkeypatch.setattr(links.st, "query_params", found)
    return found


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


def test_only_a_whole_number_is_left_in_a_link_that_a_number_field_reads(query):
    query |= {"seed": "12", "hidden": "inf"}
    links.whole_or_nothing("seed")
    links.whole_or_nothing("hidden")
    links.whole_or_nothing("other")
    assert query == {"seed": "12"}


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


def test_a_new_value_takes_what_went_with_the_old_one_along(query, state, monkeypatch):
    monkeypatch.setattr(links, "_write_untold", lambda name, text: query.pop(name, None))
    query |= {"run": "old", "cell": "A", "step": "5"}
    links.note_anew("run", "old", ("cell",))
    assert query == {"run": "old", "cell": "A", "step": "5"}
    links.note_anew("run", "new", ("cell",))
    assert query == {"run": "new", "step": "5"} and state[links.SAID] == {"cell": None, "run": "new"}


def test_after_back_a_hand_is_heard_when_it_does_something_new(query, state, monkeypatch):
    told = {"neuron": 3, "at": 1.0}
    monkeypatch.setattr(links.told, "last", lambda key, name: told)
    assert links.heard("wall", "hand") == {"neuron": 3, "at": 1.0}
    monkeypatch.setattr(links, "came_back", lambda: True)
    assert links.heard("wall", "hand") is None
    monkeypatch.setattr(links, "came_back", lambda: False)
    assert links.heard("wall", "hand") is None, "the link says where things are"
    assert links.heard("another wall", "hand") == told
    told = {"neuron": 3, "at": 2.0}
    assert links.heard("wall", "hand") == told
