"""A phone's photo comes to the server through no file."""

import pytest

from benchmarks.serving import serve
from tests.ui.uploading import bring, held, tab

resource = pytest.importorskip("resource")
prlimit = getattr(resource, "prlimit", None)
PHOTO, LARGEST_FILE = bytes(4_000_000), 1_000_000


@pytest.mark.skipif(prlimit is None, reason="only Linux limits another process")
def test_a_photo_comes_to_a_server_that_can_write_no_file_as_large():
    with serve() as server:
        assert prlimit is not None
        hard = prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
        prlimit(server.process.pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, hard))
        with tab(server) as line:
            bring(server, line, PHOTO)
            assert held(server) >= len(PHOTO)
