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


@dataclass(frozen=True)
class Server:
    """url: where it answers; pid: its process."""

    url: str
    pid: int

    def megabytes(self) -> float:
        """Memory that the process holds (resident set). Errors: OSError where there is no /proc."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextlib.contextmanager
def serve(script: Path, port: int | None = None) -> Iterator[Server]:
    """Start `script` in its folder for the with block. Errors: RuntimeError with the log's end."""
    port = port or _free_port()
    command = [sys.executable, "-m", "streamlit", "run", script.name, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as log:
        # The runs that are trained here stand beside nobody's own.
        env = os.environ | {"XDG_CACHE_HOME": home, "HOME": home}
        process = subprocess.Popen(command, cwd=script.parent, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            if not _answers(f"http://127.0.0.1:{port}/_stcore/health", process):
                log.seek(0)
                raise RuntimeError(f"{script} was not served:\n{log.read().decode(errors='replace')[-2000:]}")
            yield Server(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
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
