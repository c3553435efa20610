"""A Streamlit script served as people start it, in a process of its own that keeps nothing behind."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

APP = Path(__file__).resolve().parent.parent / "app.py"


@dataclass(frozen=True)
class Server:
    """url: where it answers; log: the file of what it says; process: what to kill."""

    url: str
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def socket(self) -> str:
        """The beginning of a WebSocket's address."""
        return self.url.replace("http", "ws", 1)

    def said(self) -> str:
        """What it has written to its log so far."""
        return self.log.read_text(errors="replace")

    def megabytes(self) -> float:
        """Memory that the process holds (resident set). Errors: OSError where there is no /proc."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def kill(self) -> None:
        """As a power cut does it: SIGKILL, and nothing is put in order before."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def serve(
    script: Path = APP, port: int | None = None, folder: Path | None = None, through: str = "streamlit"
) -> Iterator[Server]:
    """Start `script` in its folder for the with block; its log and its caches stand in `folder`.

    Without a folder, nothing of them is left behind. through: a module that is called as Streamlit is.
    Errors: RuntimeError with the log's end.
    """
    port = port or free_port()
    command = [sys.executable, "-m", through, "run", script.name, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        # The runs that are trained here stand beside nobody's own.
        env = os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "HOME": str(folder)}
        log = stack.enter_context((folder / "streamlit.log").open("ab"))
        process = subprocess.Popen(command, cwd=script.parent, env=env, stdout=log, stderr=subprocess.STDOUT)
        server = Server(f"http://127.0.0.1:{port}", folder / "streamlit.log", process)
        try:
            if not _answers(f"{server.url}/_stcore/health", process):
                raise RuntimeError(f"{script} was not served:\n{server.said()[-4000:]}")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str, process: "subprocess.Popen[bytes]", seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):
            return True
        time.sleep(0.1)
    return False
