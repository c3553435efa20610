"""The last words of a run reach the browser, though a part of the page asks for its next turn just then.

A run that is over is still to be heard: its messages wait for the server's loop. Where a part that runs by
itself (ui/fragments.py) asks in that moment, Streamlit begins a new runner for it, and then ignores all that
the runner before has yet to say. A button would show "Stop" for good though its job is over, and a part that
was to run by itself from now on would stand still.

What asks there is a timer in the browser. It brings nothing that a hand did, and asks again soon, or, where
the run's words take it away, need not: so its turn is left out. What a hand asks for in a part is not: should
a run's last words be lost to that, ui.links.say_again and ui.jobs.rerun_when_over say the link, and a job's
end, once more.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.proto.ClientState_pb2 import ClientState
    from streamlit.runtime.app_session import AppSession


def hear_them() -> None:
    """From now on, in this process. Where Streamlit's internals have changed, nothing else does."""
    with suppress(ImportError, AttributeError):
        from streamlit.runtime.app_session import AppSession
        from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

        ask, over = AppSession.request_rerun, ScriptRequestType.STOP

        def asked(session: "AppSession", client_state: "ClientState | None") -> None:
            if client_state is not None and client_state.fragment_id and client_state.is_auto_rerun:
                requests = getattr(session._scriptrunner, "_requests", None)
                if getattr(requests, "_state", None) == over:  # it is heard to its end: then there is none
                    return
            ask(session, client_state)

        AppSession.request_rerun = asked  # type: ignore[method-assign, assignment]
