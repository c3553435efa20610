"""Processes that need not import torch anew: they are forked from one that has done so, and end as any other.

    with forked("import runpy; runpy.run_module('core', run_name='__main__')", "core", "--help") as process:
        said, complained = process.communicate()
    assert process.returncode == 0

A process that begins with Python's start costs 2 to 3 s of a core, such a one a few hundredths. It has
streams, arguments and handlers of signals of its own, as if it had just been started; what it finds imported
is core.commands and all below. Whatever is asked about the start itself needs a process that starts.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

import pytest

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="no fork and no signals there")
PIPE = subprocess.PIPE
SERVER = """
import json, os, signal, socket, sys
from tests.shared_tables import share
share()
import core.commands, runpy, tqdm, PIL.Image
line = socket.socket(fileno=int(sys.argv[1]))
while True:
    told, streams, *_ = socket.recv_fds(line, 1 << 20, 3)
    if not told:
        os._exit(0)
    child = os.fork()
    if child == 0:
        break
    for stream in streams:
        os.close(stream)
    line.sendall(b"%d\\n" % child)
    line.sendall(b"%d\\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
line.close()
for place, stream in enumerate(streams):
    os.dup2(stream, place)
    os.close(stream)
sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__ = (
    open(0, closefd=False),
    open(1, "w", closefd=False),
    open(2, "w", closefd=False, errors="backslashreplace", buffering=1),
)
signal.signal(signal.SIGINT, signal.SIG_DFL)
script, sys.argv[:] = json.loads(told)
exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})
"""


class Forked:
    """A process; what of it is used is as subprocess.Popen has it."""

    def __init__(self, script: str, arguments: tuple[str, ...], stdout: IO | int, stderr: IO | int) -> None:
        theirs, ours = os.pipe()
        self.stdin: IO[str] = os.fdopen(ours, "w")
        streams, self._read = [theirs], []
        for asked in (stdout, stderr):
            if asked == PIPE:
                mine, asked = os.pipe()
                self._read.append(os.fdopen(mine))
                streams.append(asked)
            else:
                self._read.append(None)
                streams.append(os.dup(asked.fileno()))
        self.stdout, self.stderr = self._read
        line, self._answers, _ = _server()
        socket.send_fds(line, [json.dumps([script, arguments]).encode()], streams)
        for stream in streams:
            os.close(stream)
        self.pid = int(self._answers.readline())
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, timeout: float = 300) -> int:
        if self.returncode is None:
            hurry = threading.Timer(timeout, self.send_signal, [signal.SIGKILL])
            hurry.start()
            self.returncode = int(self._answers.readline())
            hurry.cancel()
        return self.returncode

    def communicate(self, said: str = "") -> tuple[str, str]:
        """All that it still says on the pipes that it was given."""
        with self.stdin as stdin:
            stdin.write(said)
        heard = ["", ""]

        def hear(place: int, stream: IO[str]) -> None:
            heard[place] = stream.read()

        ears = [threading.Thread(target=hear, args=one) for one in enumerate(self._read) if one[1]]
        for ear in ears:
            ear.start()
        self.wait()
        for ear in ears:
            ear.join()
        return heard[0], heard[1]


@contextmanager
def forked(
    script: str, *arguments: str, stdout: IO | int = PIPE, stderr: IO | int = PIPE
) -> Iterator[Forked]:
    """A process that does the script; it does not outlive the block. One at a time."""
    process = Forked(script, arguments, stdout, stderr)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        for stream in (process.stdin, *process._read):
            if stream:
                stream.close()


@cache
def _server() -> tuple[socket.socket, IO[str], subprocess.Popen]:
    ours, theirs = socket.socketpair()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    theirs.close()
    atexit.register(ours.close)
    return ours, ours.makefile(), server
