"""Files that a browser has begun to bring and no page has read yet.

    asked for a place → on its way → here → a page has it

A page puts a fresh uploader in the place of one whose files it has read (ui/your_photo/photo_uploads.py), and
the browser drops what is still on its way to the old one. On a slow line that may be a photo which a hand has
added while those before it were read, and nothing would say that it is lost. So the page asks here first.

The browser asks for a place on the socket. Streamlit's answer may still wait to be sent when a run of the
page begins, which clears all that waits. So the answer is kept here, or the file would never set out.
"""

import threading
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Any, NamedTuple

LASTS = 600.0  # seconds that a file may take; one that never comes only keeps its uploader for as long
HEARD_AFTER = 5.0  # seconds that the browser may take to say that a file is here


class _Stage(NamedTuple):
    here: bool
    until: float  # when it is given up, by time.monotonic()


_files: dict[tuple[str, str], _Stage] = {}  # of each session, by the file's name at Streamlit's place
_lock = threading.Lock()


def watch_uploads() -> None:
    """From now on, in this process. Where Streamlit keeps its files elsewhere, nothing is under way."""
    with suppress(ImportError, AttributeError):
        from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager as Place

        ask, bring, remove = Place.get_upload_urls, Place.add_file, Place.remove_file

        def get_upload_urls(place: Place, session_id: str, file_names: Any) -> Any:
            urls = ask(place, session_id, file_names)
            for one in urls:
                _note(session_id, one.file_id, here=False)
            return urls

        def add_file(place: Place, session_id: str, file: Any) -> None:
            bring(place, session_id, file)
            _note(session_id, file.file_id, here=True)

        def remove_file(place: Place, session_id: str, file_id: str) -> None:
            remove(place, session_id, file_id)
            with _lock:
                _files.pop((session_id, file_id), None)

        for made in (get_upload_urls, add_file, remove_file):
            setattr(Place, made.__name__, made)
    with suppress(ImportError, AttributeError):
        from streamlit.runtime.forward_msg_queue import ForwardMsgQueue as Waiting

        forget = Waiting.clear

        def clear(waiting: Waiting, retain_lifecycle_msgs: bool = False, *given: Any, **named: Any) -> None:
            answers = [one for one in waiting._queue if one.WhichOneof("type") == "file_urls_response"]
            forget(waiting, retain_lifecycle_msgs, *given, **named)
            if retain_lifecycle_msgs:  # else they have been sent, or nobody is there any more
                waiting._queue += [one for one in answers if one not in waiting._queue]

        Waiting.clear = clear  # type: ignore[method-assign, assignment]


def _note(session: str, file: str, *, here: bool) -> None:
    now = time.monotonic()
    with _lock:
        for gone in [one for one, stage in _files.items() if stage.until < now]:
            del _files[gone]
        _files[session, file] = _Stage(here, now + (HEARD_AFTER if here else LASTS))


def others_under_way(session: str, had: Collection[str], *, here: bool = False) -> bool:
    """Whether files of this session are under way besides those that a page has.

    here: whether the server has some of them already, of which nobody has heard.
    """
    now = time.monotonic()
    with _lock:
        for file in had:
            _files.pop((session, file), None)
        left = [stage for (whose, _), stage in _files.items() if whose == session and stage.until >= now]
    return any(stage.here or not here for stage in left)
