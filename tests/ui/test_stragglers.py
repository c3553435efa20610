"""Of what a tab says, what a page that is left says late is not heard, and nothing else is kept back."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.ui.asked import run
from ui.server.stragglers import Stragglers


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Where nothing is answered, a click waits for nothing."""
    monkeypatch.setattr("ui.server.stragglers.PATIENCE", 0.01)


def asks(page: str, *, part: str = "", hand: bool = False, clock: bool = False) -> bytes:
    """A message for a run: of a page, of a part of it, because of a widget, because it is time."""
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.fragment_id = part
    message.rerun_script.is_auto_rerun = clock
    if hand:
        message.rerun_script.widget_states.widgets.add(id="slider", double_value=1.0)
    return message.SerializeToString()


def opens(page: str) -> bytes:
    """The first message of a tab, which knows a page by its name alone."""
    message = BackMsg()
    message.rerun_script.page_name = page
    return message.SerializeToString()


def heard(*said: bytes, kind: str = "websocket", path: str = "/_stcore/stream") -> list[bytes]:
    """What of it the app hears."""
    waiting: list[Message] = [{"type": "websocket.receive", "bytes": data} for data in said]
    waiting.append({"type": "websocket.disconnect", "code": 1000})
    got: list[bytes] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError("nothing is answered here")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            got.append(message["bytes"])

    run(asyncio.wait_for(Stragglers(app)({"type": kind, "path": path}, receive, send), 10))
    return got


def test_a_page_that_is_left_is_heard_no_more_once_its_visitor_has_asked_for_another():
    first, turn = asks("A", hand=True), asks("B")
    late = [asks("A", part="polls"), asks("A", hand=True), asks("A", part="polls", hand=True)]
    assert heard(opens("a"), first, turn, *late, asks("B", hand=True)) == [
        opens("a"),
        first,
        turn,
        asks("B", hand=True),
    ]


def test_so_it_is_where_the_page_has_said_nothing_before():
    assert heard(opens("a"), asks("B"), asks("A", part="polls")) == [opens("a"), asks("B")]


def test_so_it_is_with_several_pages_in_a_row():
    said = [asks("A", hand=True), asks("B"), asks("C")]
    assert heard(*said, asks("A", hand=True), asks("B", part="polls"), asks("C", part="polls")) == [
        *said,
        asks("C", part="polls"),
    ]


def test_whoever_comes_back_is_heard():
    said = [asks("A", hand=True), asks("B"), asks("A"), asks("A", part="polls"), asks("A", hand=True)]
    assert heard(*said) == said


def test_a_page_to_which_another_has_led_is_heard():
    """st.switch_page, as on the Overview: the tab speaks for a page that it has not asked for."""
    said = [opens(""), asks("A", hand=True), asks("B", part="polls"), asks("B", hand=True)]
    assert heard(*said) == said
    said = [asks("B"), asks("B", hand=True), asks("A"), asks("A", hand=True), asks("B", part="polls")]
    assert heard(*said) == said


def test_what_is_no_wish_for_a_run_passes():
    clear, broken = BackMsg(clear_cache=True).SerializeToString(), b"\xff\xff\xff"
    assert heard(asks("A"), clear, broken, b"") == [asks("A"), clear, broken, b""]


def test_a_click_does_not_wait_for_what_no_hand_has_asked_for(monkeypatch):
    """A part that runs every second may be gone when it asks: Streamlit does not answer then."""
    monkeypatch.setattr("ui.server.stragglers.PATIENCE", 60)
    said = [asks("A", part="polls", hand=True, clock=True), asks("B")]
    assert heard(*said) == said


def answered(said: list[bytes], told: list[ForwardMsg]) -> list[str]:
    """What the app hears, by page, and what it tells meanwhile, one after the other, by kind."""
    waiting: list[Message] = [{"type": "websocket.receive", "bytes": data} for data in said]
    done: list[str] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        done.append(ForwardMsg.FromString(message["bytes"]).WhichOneof("type"))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def hear() -> None:
            for _ in said:
                done.append(BackMsg.FromString((await receive())["bytes"]).rerun_script.page_script_hash)

        hearing = asyncio.create_task(hear())
        for message in told:
            await asyncio.sleep(0.05)
            await send({"type": "websocket.send", "bytes": message.SerializeToString()})
        await hearing

    run(Stragglers(app)({"type": "websocket", "path": "/_stcore/stream"}, receive, send))
    return done


def begins(*parts: str) -> ForwardMsg:
    """That a run begins, of the page or of parts of it."""
    message = ForwardMsg()
    message.new_session.main_script_path = "app.py"
    message.metadata.run.fragment_ids.extend(parts)
    return message


ENDS = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)


@pytest.mark.parametrize("part", ["", "board"])
def test_a_click_waits_until_the_run_that_the_page_has_asked_for_has_begun(monkeypatch, part):
    """Two wishes at once would be one to Streamlit, and what the hand did last would be lost."""
    monkeypatch.setattr("ui.server.stragglers.PATIENCE", 60)
    said, told = [asks("A", part=part, hand=True), asks("B")], ["A", "script_finished", "new_session", "B"]
    assert answered(said, [ENDS, begins(part) if part else begins()]) == told
    if part:  # which runs with the whole page, too
        assert answered(said, [ENDS, begins()]) == told


@pytest.mark.parametrize("part", ["", "board"])
def test_it_does_not_take_a_run_that_another_part_has_asked_for_by_itself_for_that(monkeypatch, part):
    monkeypatch.setattr("ui.server.stragglers.PATIENCE", 60)
    said = [asks("A", part="clock", hand=True, clock=True), asks("A", part=part, hand=True), asks("B")]
    mine = begins("clock", part) if part else begins()
    told = ["A", "A", "new_session", "script_finished", "new_session", "B"]
    assert answered(said, [begins("clock"), ENDS, mine]) == told


def test_another_socket_is_none_of_its_business():
    said = [asks("A"), asks("B"), asks("A", hand=True)]
    assert heard(*said, path="/live/key") == said
    assert len(heard(*said)) == 2 and len(heard(*said, path="/course/_stcore/stream")) == 2
