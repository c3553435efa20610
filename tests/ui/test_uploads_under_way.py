"""What a browser has begun to bring is known until a page has it; and the way there is not taken from it."""

from collections.abc import Iterator

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from ui.server import uploads_under_way
from ui.server.uploads_under_way import others_under_way, watch_uploads


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryUploadedFileManager]:
    """Where Streamlit keeps the files, watched in this test alone."""
    for name in ("get_upload_urls", "add_file", "remove_file"):
        monkeypatch.setattr(MemoryUploadedFileManager, name, getattr(MemoryUploadedFileManager, name))
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    watch_uploads()
    yield MemoryUploadedFileManager("/_stcore/upload_file")
    uploads_under_way._files.clear()


def test_a_file_is_under_way_from_its_asking_until_a_page_has_it(place: MemoryUploadedFileManager) -> None:
    assert not others_under_way("me", ())
    one, two = (url.file_id for url in place.get_upload_urls("me", ["a.jpg", "b.jpg"]))
    assert others_under_way("me", ()) and not others_under_way("you", ())
    assert not others_under_way("me", (), here=True)
    place.add_file("me", UploadedFileRec(one, "a.jpg", "image/jpeg", b"a"))
    assert others_under_way("me", (), here=True), "its page has not heard of it"
    assert not others_under_way("me", [one], here=True)
    assert others_under_way("me", [one]), "the other one is still to come"
    place.add_file("me", UploadedFileRec(two, "b.jpg", "image/jpeg", b"b"))
    assert not others_under_way("me", [one, two])
    assert len(place.get_files("me", [one, two])) == 2


def test_what_is_taken_back_or_never_comes_is_given_up(
    place: MemoryUploadedFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = place.get_upload_urls("me", ["a.jpg"])
    place.remove_file("me", one.file_id)
    assert not others_under_way("me", ())
    monkeypatch.setattr(uploads_under_way, "LASTS", -1.0)
    place.get_upload_urls("me", ["a.jpg"])
    assert not others_under_way("me", ())
    place.get_upload_urls("me", ["b.jpg"])
    assert len(uploads_under_way._files) == 1, "nothing of it stays"


@pytest.mark.usefixtures("place")
def test_the_answer_that_tells_a_file_its_way_outlives_the_beginning_of_a_run() -> None:
    """Streamlit clears what waits to be sent then, and the browser would wait for it for good."""
    waiting, answer, word = ForwardMsgQueue(), ForwardMsg(), ForwardMsg()
    answer.file_urls_response.response_id = "1"
    word.delta.new_element.text.body = "of the run before"
    for message in (word, answer):
        waiting.enqueue(message)
    waiting.clear(retain_lifecycle_msgs=True)
    assert waiting.flush() == [answer]
    assert not waiting.flush(), "it is sent once"
