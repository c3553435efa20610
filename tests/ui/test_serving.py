"""The server's own routes: what takes long to get ready for one browser holds up nobody else."""

import threading
import urllib.request

from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.serving import serve


def test_a_tab_that_comes_back_first_does_not_hold_up_the_others():
    with serve() as server:
        answered = []

        def come_back() -> None:  # torch is imported before the server can tell whether it knows the run
            try:
                with connect(f"{server.socket}/live/{'x' * 22}", open_timeout=60):
                    pass
            except InvalidStatus as refused:
                answered.append(refused)

        tab = threading.Thread(target=come_back)
        tab.start()
        meanwhile = 0
        while tab.is_alive():
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=60) as page:
                meanwhile += page.status == 200
        assert not answered
        assert meanwhile > 20, "the import took seconds, and others were answered then"
