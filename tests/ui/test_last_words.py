"""A run that is over is heard to its end before a part of the page takes its next turn."""

from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

from ui.server.last_words import hear_them

TURN = ClientState(fragment_id="a part", is_auto_rerun=True)


@pytest.fixture
def begun(monkeypatch):
    """begun(the present runner's requests, client_state): the runners that begin for it, by what they run."""
    monkeypatch.setattr(AppSession, "request_rerun", AppSession.request_rerun)
    hear_them()

    def begun(requests, client_state):
        runs = []
        runner = requests and SimpleNamespace(
            _requests=requests, request_rerun=requests.request_rerun, request_stop=requests.request_stop
        )
        session = SimpleNamespace(
            _state=None,
            _scriptrunner=runner,
            _client_state=ClientState(),
            has_fragment=lambda _: True,
            _create_scriptrunner=lambda rerun: runs.append(rerun.fragment_id),
        )
        AppSession.request_rerun(session, client_state)
        return runs

    return begun


def over():
    """The requests of a runner that has found nothing more to run; nobody has heard of its end yet."""
    requests = ScriptRequests()
    requests.on_scriptrunner_ready()
    return requests


def test_a_timer_does_not_cut_off_the_last_words_of_a_run(begun):
    assert begun(over(), TURN) == []


def test_once_they_are_heard_it_has_its_turn(begun):
    assert begun(None, TURN) == ["a part"]


def test_while_a_run_goes_on_the_turn_stands_in_line(begun):
    running = ScriptRequests()
    running.request_rerun(RerunData())
    running.on_scriptrunner_ready()
    assert begun(running, TURN) == []
    assert running.on_scriptrunner_ready().rerun_data.fragment_id_queue == ["a part"]


@pytest.mark.parametrize(
    "by_hand", [ClientState(fragment_id="a part"), ClientState()], ids=["in a part", "on the page"]
)
def test_what_a_hand_did_never_waits(begun, by_hand):
    assert begun(over(), by_hand) == [by_hand.fragment_id or None]
