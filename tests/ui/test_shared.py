"""What sessions share: photos as core renders them, made in a thread that reports, read-only."""

import base64
import io
import threading

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import weights
from core.balls import ONE, TRAIN_SEED, dataset, render
from ui import shared, trials
from ui.shared import Rendering, photos, rendering


def test_rendering_in_a_thread_is_what_core_renders():
    started = Rendering(3, 20, ONE)
    found = started.wait(120)
    expected = dataset(3, 20, ONE)
    torch.testing.assert_close(found.pixels, expected.pixels.cpu())
    torch.testing.assert_close(found.Y, expected.Y.cpu())
    assert started.done == started.count == 20


def test_the_process_waits_for_a_rendering_that_a_page_began():
    begun = []
    page_thread = threading.Thread(target=lambda: begun.append(Rendering(3, 1, ONE)), daemon=True)
    page_thread.start()
    page_thread.join(60)
    assert not begun[0]._thread.daemon
    begun[0].wait(60)


def test_rendering_that_fails_says_why():
    started = Rendering(3, -1, ONE)
    with pytest.raises(ValueError, match="-1"):
        started.wait(60)
    assert started.photos is None and isinstance(started.error, ValueError)


def test_photos_are_shared_read_only_and_exact():
    row = photos(5, (4, 2), ONE)
    assert photos(5, (4, 2), ONE) is row
    expected = render(5, [4, 2], ONE, device="cpu")
    np.testing.assert_array_equal(row.pixels, expected.pixels.numpy())
    np.testing.assert_array_equal(row.Y, expected.Y.numpy())
    with pytest.raises(ValueError, match="read-only"):
        row.pixels[0] = 0
    sent = Image.open(io.BytesIO(base64.b64decode(row.urls[1].split(",")[1])))
    np.testing.assert_array_equal(np.asarray(sent), row.pixels[1])


def page_without_weights() -> None:
    import streamlit as st

    from ui import shared

    shared.model("goal1")
    st.text("never")


def test_a_page_without_its_weights_ends_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    shared._model.clear()
    app = AppTest.from_function(page_without_weights, default_timeout=60).run()
    assert not app.exception and not app.text
    assert "goal1.safetensors" in app.error[0].value and "python -m core train" in app.error[0].value


def test_training_photos_are_rendered_elsewhere_once_and_kept_on_the_cpu():
    shared._rendering.clear()
    started = rendering(ONE, 32)
    assert rendering(ONE, 32) is started
    found = started.wait(120)
    assert started.done == started.count == len(found) and found.pixels.device.type == "cpu"
    torch.testing.assert_close(found.pixels[:1], render(TRAIN_SEED, [0], ONE).pixels.cpu())


def too_little(*_given, **_named):
    raise MemoryError("no memory")


def test_a_rendering_that_failed_is_begun_anew_after_a_while(monkeypatch):
    shared._rendering.clear()
    with monkeypatch.context() as broken:
        broken.setattr(shared, "dataset", too_little)
        failed = rendering(ONE, 16)
        with pytest.raises(MemoryError, match="no memory"):
            failed.wait(60)
    assert rendering(ONE, 16) is failed, "what went wrong is there to be told"
    failed.failed_at -= shared.AGAIN_AFTER
    again = rendering(ONE, 16)
    assert again is not failed and again is rendering(ONE, 16)
    assert len(again.wait(120)) == 16


def test_the_test_photos_of_the_experiments_are_begun_anew_too(monkeypatch):
    """They stayed failed for the life of the process once."""

    trials._unseen.clear()
    with monkeypatch.context() as broken:
        broken.setattr(trials, "render_many", too_little)
        failed = trials.unseen()
        with pytest.raises(MemoryError, match="no memory"):
            failed.wait(60)
    failed.failed_at -= shared.AGAIN_AFTER
    again = trials.unseen()
    Y = again.wait(120).Y
    assert Y.sum(dim=1).tolist() == [trials.EACH] * 3 and Y.sum(dim=0).tolist() == [1] * len(again.photos)
    assert again.done == again.count == len(again.photos)
