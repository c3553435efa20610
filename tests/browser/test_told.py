"""Anything can be sent to the server over Streamlit's socket: no page breaks by it, and none stays broken."""

import json
from collections.abc import Callable, Iterator
from itertools import zip_longest

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"


class Session:
    """A session without a browser: what runs of a page have shown in red, and each component by its key."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.red: list[str] = []
        self.ids: dict[str, str] = {}
        self.page = self.link = ""

    def run(self, page: str = "", *states: WidgetState) -> None:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_name, rerun.query_string = page, self.link if page == self.page else ""
        rerun.widget_states.widgets.extend(states)
        self.page, self.red = page, []
        self.line.send(message.SerializeToString())
        while True:
            told = ForwardMsg.FromString(self.line.recv(timeout=60))
            kind = told.WhichOneof("type")
            if kind == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return
            if kind == "page_info_changed":
                self.link = told.page_info_changed.query_string
            element = told.delta.new_element if kind == "delta" else None
            if element is not None and element.WhichOneof("type") == "exception":
                self.red.append(f"{element.exception.type}: {element.exception.message}")
            if element is not None and element.WhichOneof("type") == "bidi_component":
                found = element.bidi_component.id
                self.ids[found.split("-", 2)[-1]] = found


@pytest.fixture
def session(server: str) -> Iterator[Session]:
    path = f"{server.replace('http', 'ws', 1)}/_stcore/stream"
    protocols = [Subprotocol("streamlit")]
    with connect(path, subprotocols=protocols, max_size=None, ping_interval=None) as line:
        yield Session(line)


def state(value: object) -> Callable[[str], WidgetState]:
    return lambda found: WidgetState(id=found, json_value=json.dumps(value))


def trigger(event: str, value: object) -> Callable[[str], WidgetState]:
    told = json.dumps([{"event": event, "value": value}])
    return lambda found: WidgetState(id=EVENTS.format(found), json_trigger_value=told)


NAN = float("nan")
HOSTILE = {
    "": [("map", trigger("page", "nowhere")), ("map", trigger("page", "\x00"))],
    "one_ball": [
        ("one_ball_photo", state({"picked": {"id": "\ud800"}})),
        ("one_ball_photo", state({"picked": {"id": ["64-3"], "at": "1"}})),
        ("one_ball_photo", state({"picked": ["64-3"]})),
        ("one_ball_neuron", state({"scene": {}})),
        ("one_ball_neuron", state({"scene": 5})),
    ],
    "three_balls": [
        ("three_balls_logits", state({"moved": {"of": [0, 0, 0], "z": z}})) for z in ([1e308] * 3, [], "123")
    ]
    + [("three_balls_logits", state({"moved": moved})) for moved in (True, {"of": 1})],
    "unique_ball": [
        ("goal3_board", state({"moved": {"of": [0, 0, 0], "z": [1, 2]}})),
        ("goal3_two", state({"picked": {"id": "\ud800"}})),
    ],
    "propagation": [
        ("propagation_heart", state({"scene": 5})),
        ("propagation_heart", state({"scene": {"y": []}})),
    ],
    "house_prices": [("house_prices_board", state({"moved": {"house": [10**400] * 4}}))],
    "broadcasting": [
        ("broadcasting_stretch", state({"board": told}))
        for told in (
            5,
            [],
            {"m": 1e308, "k": NAN},
            {"m": 5, "k": 3, "W": [[10**400] * 4] * 4},
            "x" * 1_000_000,
        )
    ],
    "hidden_layers": [
        *(
            ("hidden_flow", state({"pinned": told}))
            for told in (5, [[]], "99-1", "-1-1", "\ud800", "1" * 5000)
        ),
        *(
            ("hidden_first", state({"hand": told}))
            for told in (
                [],
                {"of": NAN},
                {"of": "first", "order": [[]], "chosen": -1, "off": [[], NAN, 10**400]},
            )
        ),
    ],
    "training": [
        *(
            ("training:figure", trigger("branch", told))
            for told in (NAN, -1, 10**400, "x", [[]], {"step": 0})
        ),
        ("training:figure", trigger("calmer", NAN)),
    ],
    "your_photo": [
        *(("your_photos_frame", state({"crop": told})) for told in (5, {"of": [], "x": NAN, "y": 1e308})),
        *(("your_photos_gone", state({"gone": told})) for told in (-1, NAN, 10**400, "5", [5])),
    ],
}


@pytest.mark.parametrize("page", HOSTILE, ids=lambda page: page or "overview")
def test_what_no_picture_sends_breaks_no_page(session, page):
    session.run(page)
    assert not session.red
    of = {key: [told for name, told in HOSTILE[page] if name == key] for key, _ in HOSTILE[page]}
    for together in zip_longest(*of.values()):  # what several components tell at once
        told = {key: one(session.ids[key]) for key, one in zip(of, together, strict=True) if one}
        session.run(page, *told.values())
        assert not session.red, list(told)
    session.run(page)
    assert not session.red, "nor does it stay"
    assert "nan" not in session.link and "inf" not in session.link and "%ED" not in session.link
