"""A visitor without a browser: Streamlit's own messages and the run's socket, as the page sends them.

A browser costs a core; twenty people are twenty sessions for the server, whoever draws what it sends. Two
WebSockets belong to a visitor:

    stream   /_stcore/stream: the page with its widgets; fragments are asked for every time they are due
    frames   /live/<key>: the pictures, each acknowledged as soon as it has come
"""

import json
import threading
import time
from collections import deque
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import parse_qs, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.serving import Server

LARGEST = 1 << 26  # bytes of a message; the photos of a page come in one


class Visitor:
    """One person on the live page. `key`: the run to open; without one the server begins a run.

    exceptions: what the page showed in red. frame: the header of the last frame. seen: when each of the last
    frames came (time.monotonic) and its step.
    """

    def __init__(self, server: Server, key: str = "", **query: str) -> None:
        self.server, self.key, self.query = server, key, query
        self.exceptions: list[str] = []
        self.frame: dict[str, Any] = {}
        self.seen: deque[tuple[float, int]] = deque(maxlen=1000)
        self._widgets: dict[str, tuple[str, list[str]]] = {}  # label → id, options
        self._chosen: dict[str, str] = {}  # id → option
        self._due: dict[str, tuple[float, float]] = {}  # fragment → when it is due, seconds between
        self._finished = threading.Condition()
        self._runs = 0
        self._hashes: list[str] = []
        self._lines = ExitStack()
        self._watching: Any = None
        self._begin()

    # ---- the page ----------------------------------------------------------------------------------

    def open(self, timeout: float = 120.0) -> None:
        """Open the page and watch its run. Errors: TimeoutError."""
        self._rerun(timeout)
        if not self.key:
            raise RuntimeError("the page opened no run")
        self._watching = self._line(f"live/{self.key}")
        threading.Thread(target=self._watch, args=(self._watching,), daemon=True).start()

    def reconnect(self) -> None:
        """Lose the run's socket and open it again; the page stays."""
        self._watching.close()
        self._watching = self._line(f"live/{self.key}")
        threading.Thread(target=self._watch, args=(self._watching,), daemon=True).start()

    def reload(self) -> None:
        """Load the page again: another session, the same run."""
        self._lines.close()
        self._chosen.clear()
        self._begin()
        self.open()

    def choose(self, label: str, option: str, timeout: float = 60.0) -> float:
        """Choose an option whose text begins with `option`; seconds until the page has been drawn again."""
        widget, options = self._widgets[label]
        self._chosen[widget] = next(one for one in options if one.startswith(option))
        return self.follow(timeout)

    def follow(self, timeout: float = 60.0) -> float:
        """The page runs again, as the figure asks it to when the run is set otherwise; seconds it took."""
        begun = time.perf_counter()
        self._rerun(timeout)
        return time.perf_counter() - begun

    def options(self, label: str) -> list[str]:
        """What can be chosen there."""
        return self._widgets[label][1]

    def leave(self) -> None:
        """Close the tab."""
        self._lines.close()

    # ---- the run -----------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """Of the last frame; −1 before the run has begun."""
        return int(self.frame.get("step", -1))

    def ask(self, do: str, **more: Any) -> None:
        """A command over the run's socket."""
        self._watching.send(json.dumps({"do": do} | more))

    def wait(self, true: Any, timeout: float = 120.0) -> None:
        """Until `true(frame)` holds of the last frame. Errors: TimeoutError."""
        end = time.monotonic() + timeout
        while not true(self.frame):
            if time.monotonic() > end:
                raise TimeoutError(f"not within {timeout} s; the last frame: {str(self.frame)[:300]}")
            time.sleep(0.002)

    # ---- inside ------------------------------------------------------------------------------------

    def _line(self, path: str, **more: Any) -> Any:
        line = connect(f"{self.server.socket}/{path}", ping_interval=None, max_size=LARGEST, **more)
        return self._lines.enter_context(line)

    def _begin(self) -> None:
        self._due.clear()
        self._stream = self._line("_stcore/stream", subprotocols=[Subprotocol("streamlit")])
        threading.Thread(target=self._read, args=(self._stream,), daemon=True).start()

    def _rerun(self, timeout: float) -> None:
        with self._finished:
            before = self._runs
            self._due.clear()
            self._ask_page()
            if not self._finished.wait_for(lambda: self._runs > before, timeout):
                raise TimeoutError(f"the page was not drawn within {timeout} s")

    def _ask_page(self, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.page_name = "training"
        state.query_string = urlencode(self.query | ({"run": self.key} if self.key else {}))
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment)
        state.cached_message_hashes.extend(self._hashes)
        for widget, option in self._chosen.items():
            one = state.widget_states.widgets.add()
            one.id = widget
            one.string_array_value.data.append(option)
        self._stream.send(message.SerializeToString())

    def _read(self, stream: Any) -> None:
        with suppress(ConnectionClosed):
            while True:
                due = [at for at, _ in self._due.values()]
                try:
                    data = stream.recv(timeout=max(0.0, min(due) - time.monotonic()) if due else None)
                except TimeoutError:
                    self._ask_what_is_due()
                    continue
                assert isinstance(data, bytes)
                message = ForwardMsg()
                message.ParseFromString(data)
                self._take(message)

    def _ask_what_is_due(self) -> None:
        now = time.monotonic()
        for fragment, (at, every) in list(self._due.items()):
            if at <= now:
                self._due[fragment] = now + every, every
                self._ask_page(fragment)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "page_info_changed":
            link = parse_qs(message.page_info_changed.query_string)
            self.query = {name: texts[0] for name, texts in link.items()}
            self.key = self.query.pop("run", self.key)
        elif kind == "auto_rerun":
            every = message.auto_rerun.interval
            self._due[message.auto_rerun.fragment_id] = time.monotonic() + every, every
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._due.pop(fragment, None)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                with self._finished:
                    self._runs += 1
                    self._finished.notify_all()
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            what = element.WhichOneof("type")
            if what == "exception":
                self.exceptions.append(f"{element.exception.type}: {element.exception.message}")
            elif what == "button_group":
                group = element.button_group
                self._widgets[group.label] = group.id, [option.content for option in group.options]
                if group.set_value:
                    self._chosen[group.id] = group.raw_values[0]
            elif what == "slider":
                slider = element.slider
                self._widgets[slider.label] = slider.id, list(slider.options)
                if slider.set_value:
                    self._chosen[slider.id] = slider.raw_value[0]

    def _watch(self, line: Any) -> None:
        with suppress(ConnectionClosed):
            while True:
                data = line.recv()
                if isinstance(data, str):
                    self.exceptions.append(data)
                    continue
                length = int.from_bytes(data[:4], "little")
                self.frame = json.loads(data[4 : 4 + length])
                self.seen.append((time.monotonic(), self.step))
                line.send('{"do":"ack"}')
