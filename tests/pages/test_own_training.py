"""Own photos on the live-training page: the group appears with them, and its widgets reach the run."""

import io
import json
import zipfile
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch

from core.balls import ONE, dataset
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.live_run.starts import start_from_bytes
from core.own_photos.before_after import names_of
from core.own_photos.own_photo import OwnPhoto
from core.own_photos.photo_set import PhotoSet
from core.own_photos.photo_zip import to_zip
from core.photo_folder.folder import list_photos
from core.photo_folder.learned import as_tensors, learned, saved
from core.photos import Photo
from core.weights import network_tensors, tensors_to_bytes
from tests.app_tests import given
from tests.core.own_photos import some
from tests.core.runs import few_photos, stepped
from tests.live_runs import in_link, live_of, trained, until
from tests.pages.jobs import button
from ui import links
from ui.live_training import brought_weights, keeper, own_training, runs, take_away
from ui.live_training.live_figure import VIEWER
from ui.live_training.live_photos import NO_PHOTO
from ui.live_training.run_link import LINK, query
from ui.live_training.watching import Watcher


@pytest.fixture(scope="module")
def mine():
    drawn = dataset(3, 24, ONE, device="cpu")
    labels = [tuple(int(v) for v in y) for y in drawn.Y.T.tolist()]
    return PhotoSet(
        tuple(
            OwnPhoto(f"{i}.png", Photo(np.array(255 - pixels), "PNG", (64, 64)), label)
            for i, (pixels, label) in enumerate(zip(drawn.pixels.numpy(), labels, strict=True))
        )
    )


@pytest.fixture
def session():
    """What this session's photos are; a test may put others there."""
    return {"photos": PhotoSet()}


@pytest.fixture
def page(training_page, session, monkeypatch):
    monkeypatch.setattr(own_training, "own_set", lambda: session["photos"])
    return training_page


def said(app):
    return " ".join(element.value for element in (*app.markdown, *app.caption, *app.info, *app.text))


def headers(app):
    return [element.value for element in (*app.header, *app.subheader)]


def test_without_photos_there_is_the_way_to_them(page):
    app = page()
    assert "Your photos" not in headers(app)
    assert any("photos of your own" in link.label for link in app.get("page_link"))
    assert not app.info


def test_photos_that_are_not_sorted_yet_are_spoken_of(page, session, mine):
    session["photos"] = mine.labelled(mine.ids, None)
    app = page()
    assert "Your photos" not in headers(app)
    assert "24 photos are not sorted yet" in said(app)
    asked = page(own="0.5")
    assert "50\u202f% of those it learns from, but it has none: until it gets some" in said(asked)
    assert "there are none" not in said(asked), "24 are there"
    assert any("Sort your photos" in link.label for link in app.get("page_link"))


def test_a_link_that_asks_for_photos_that_are_not_there_is_told(page):
    app = page(own="0.25", init="goal3")
    live = live_of(app)
    assert live.settings == Settings(own=0.25, init="goal3")
    assert "25\u202f%" in app.info[0].value
    trained(live, 2)
    assert not live.run.private
    assert in_link(app, "own") == "0.25"


def test_photos_come_into_a_run_that_has_not_begun_and_are_half_of_it(page, session, mine):
    session["photos"] = mine
    app = page(batch="16")
    live = live_of(app)
    assert {"Your photos", "Before and after on your photos"} <= set(headers(app))
    assert live.own.count + live.own.held_count == 24
    assert live.settings.own == 0.5 and in_link(app, "own") == "0.5"
    assert f"**{live.own.held_count}** held back, which no step sees, to measure on." in said(app)
    assert "Share of rendered training photos with two balls" in [one.label for one in app.select_slider]
    ((words,),) = [one["words"] for one in given(app, "training/before_after")]
    assert words.endswith("press play.")
    trained(live, 3)
    app.run()
    assert live.run.private
    ((words,),) = [one["words"] for one in given(app, "training/before_after")]
    assert "held back" in words
    assert "are right now; before, all outputs were equal and named nothing yet" in words
    assert live.run.before_after.before[0].step == 0 and live.run.before_after.now[0].step > 0


def test_into_a_run_that_has_begun_they_come_only_when_a_person_says_so(page, session, mine):
    app = page(batch="16")
    live = live_of(app)
    trained(live, 2)
    session["photos"] = mine
    app.run()
    assert live.own is not None and live.settings.own == 0
    app.select_slider(key="training:own").set_value(0.75).run()
    assert live.settings.own == 0.75 and live.run.steps == 2
    trained(live, 1)
    assert live.run.private and live.run.before_after.before[0].step == 2
    session["photos"] = PhotoSet()
    app.run()
    assert live.own is None and live.run.own is None
    assert "Your photos" not in headers(app)


def control(app, key):
    """As it is drawn by now: another choice may have moved it."""
    return next(one for one in app.segmented_control if one.key in (key, *(f"{key}:{n}" for n in range(9))))


def test_where_it_begins_is_chosen(page, session, mine):
    session["photos"] = mine
    app = page()
    live = live_of(app)
    app.segmented_control(key="training:own_start").set_value("network").run()
    assert not app.exception
    assert (live.settings.init, live.settings.hidden) == ("network", live.run.lanes[0].network.sizes[1:-1])
    assert in_link(app, "init") == "network"
    app.segmented_control(key="training:own_start").set_value("goal3").run()
    assert (live.settings.losses, live.settings.hidden) == (("softmax",), ())
    assert control(app, "training:init").value == "goal3"
    control(app, "training:init").set_value("network").run()
    control(app, "training:own_start").set_value("zeros").run()
    assert (live.settings.init, live.settings.hidden) == ("zeros", ())
    control(app, "training:layers").set_value(1).run()
    assert live.settings.init == "he" and not app.exception
    assert live.settings.own == 0.5


def test_a_session_without_photos_leaves_those_of_the_run_and_can_forget_them(page, session, mine):
    session["photos"] = mine
    live = live_of(page())
    session["photos"] = PhotoSet()
    again = page(run=live.key)
    assert live.own is not None
    assert again.button(key="training:own_forget").label == "Take these photos out of the run"
    assert "These photos were brought in another tab, or on an earlier visit." in said(again)
    again.button(key="training:own_forget").click().run()
    assert live.own is None and not again.exception


def test_what_is_forgotten_is_taken_from_the_runs_at_once(training_page, live_pool):
    app = training_page(batch="16")
    app.switch_page("pages/your_photo.py").run()
    labels = [(1, 0, 0)] * 3 + [(0, 1, 0)] * 3
    app.file_uploader[0].upload("mine.zip", to_zip(some(*labels)), "application/zip").run()
    app.switch_page("pages/training.py").run()
    live = live_of(app)
    assert live.own.count + live.own.held_count == 6
    trained(live, 2)
    branch = runs.branch(live, live.run.keyframes.steps[-1])
    other = training_page()  # somebody else's
    assert live_of(other).own is None
    app.switch_page("pages/your_photo.py").run()
    assert live.run.own is branch.run.own is live.own, "nothing was forgotten yet"
    button(app, "Forget this photo").click().run()
    for each in (live, branch):
        assert each.run.own is each.own and each.own.count + each.own.held_count == 5
    button(app, "Yes, forget all").click().run()
    for each in (live, branch):
        assert each.own is None and each.run.own is None
        trained(each, 1)
    assert not app.exception


def test_a_forgotten_photo_is_watched_no_more(training_page, live_pool):
    app = training_page(batch="16")
    live = live_of(app)
    app.switch_page("pages/your_photo.py").run()
    app.file_uploader[0].upload("mine.zip", to_zip(some((1, 0, 0), (0, 1, 0))), "application/zip").run()
    app.query_params["photo"] = "own"
    app.switch_page("pages/training.py").run()
    viewer = app.session_state[VIEWER]
    assert live_of(app) is live and live.photo_of(viewer).label == (1.0, 0.0, 0.0), "as it was sorted"
    app.query_params.clear()
    app.switch_page("pages/your_photo.py").run()
    assert live.photo_of(viewer).data == app.session_state["own_photo"].tobytes(), "nothing was forgotten yet"
    button(app, "Forget this photo").click().run()
    assert live.photo_of(viewer) == NO_PHOTO and not app.exception


def test_weights_from_a_file_begin_the_run(page):
    app = page(hidden="6", init="xavier", batch="16")
    live = live_of(app)
    trained(live, 3)
    data, W = take_away.weights(live, 0), live.run.lanes[0].network.layers[0].W.clone()
    other = page()
    other.file_uploader(key="training:weights").upload("w.safetensors", data).run()
    assert not other.exception
    new = live_of(other)
    assert (new.settings.init, new.settings.hidden, new.run.steps) == ("file", (6,), 0)
    assert new.run.lanes[0].network.layers[0].W.equal(W)
    assert (in_link(other, "init"), in_link(other, "hidden")) == ("he", "6")
    assert new.run.private
    assert "files are in no link" in said(other)
    trained(new, 2)
    other.run()
    assert new.run.steps == 2  # the same file does not begin it again
    branch = runs.branch(new, 2)
    other.session_state[links.SAID]["run"] = branch.key  # as the figure's button has it said
    other.run()
    assert live_of(other) is branch and branch.run.steps == 2, "nor its branch"


def test_weights_name_the_photos_that_they_have_learned_from(page, session, mine, tmp_path):
    """Taken away, and measured by the command on the same photos, they knew two thirds of these by heart."""
    session["photos"] = mine
    app = page(batch="16")
    live = live_of(app)
    file = tmp_path / "weights.safetensors"
    with zipfile.ZipFile(io.BytesIO(to_zip(mine))) as archive:
        archive.extractall(tmp_path / "saved")
    folder = list_photos(tmp_path / "saved")

    def names_of_learned():
        (weights, *_) = app.session_state["take_away:files"]
        file.write_bytes(weights.make())
        return {folder.path(i).name for i in torch.nonzero(learned(file, folder))[:, 0].tolist()}

    assert names_of_learned() == set(), "no step has learned from them"
    trained(live, 2)
    app.run()
    learn, back = mine.split()
    assert names_of_learned() == {photo.name for photo in learn.photos}
    assert len(back) and start_from_bytes(file.read_bytes()).sizes == (12288, 3)


def test_nothing_is_measured_on_a_photo_that_weights_from_a_file_have_learned_from(
    page, session, mine, monkeypatch
):
    """The command holds back others than the page does: the page measured on photos known by heart."""
    monkeypatch.setattr(brought_weights, "own_set", lambda: session["photos"])
    session["photos"] = mine
    app = page(batch="16")
    live = live_of(app)
    _, back = mine.split()
    assert live.run.before_after.held_back[1].shape[1] == len(back) > 3
    tensors = network_tensors(live.run.lanes[0].network)
    some = PhotoSet(back.photos[:3])
    header = {"activations": ["sigmoid"]}
    data = tensors_to_bytes(tensors | as_tensors(saved(mine, some)), header)
    app.file_uploader(key="training:weights").upload("w.safetensors", data).run()
    assert not app.exception and live.settings.init == "file"

    def measured_on():
        X, _ = live.run.before_after.held_back
        return set(names_of(X.photos))

    new = set(names_of(PhotoSet(back.photos[3:]).tensors()[0]))
    assert measured_on() == new and live.run.before_after.before
    assert "3 photos are held back by now and not measured on" in said(app)
    assert f"**{len(back)}** held back, **{len(back) - 3}** of them to measure on." in said(app)
    assert "which no step sees" not in said(app)
    trained(live, 2)
    assert measured_on() == new and live.run.before_after.now[0].step == 2
    assert "weights that have learned from" not in said(app), "none of these is to be learned from"
    with live.held() as run:
        run.begin(run.settings)  # Reset
    assert measured_on() == new
    with live.held() as run:
        run.begin(Settings(own=0.5))
    assert live.run.before_after.held_back[1].shape[1] == len(back), "from zero all of them are new"


@pytest.mark.parametrize(("count", "words"), [(1, "one of your photos"), (5, "5 of your photos")])
def test_weights_that_have_learned_from_ones_photos_are_no_before(
    page, session, mine, monkeypatch, count, words
):
    monkeypatch.setattr(brought_weights, "own_set", lambda: session["photos"])
    session["photos"] = mine
    app = page(batch="16")
    learn, _ = mine.split()
    tensors = network_tensors(live_of(app).run.lanes[0].network)
    marks = as_tensors(saved(mine, PhotoSet(learn.photos[:count])))
    data = tensors_to_bytes(tensors | marks, {"activations": ["sigmoid"]})
    app.file_uploader(key="training:weights").upload("w.safetensors", data).run()
    assert f"begins from weights that have learned from {words} already: “before” is after that." in said(app)
    trained(live_of(app), 2)
    app.run()
    assert f"weights that have learned from {words}" in said(app)
    session["photos"] = PhotoSet(learn.photos[count:])
    app.run()
    assert "weights that have learned from" not in said(app), "those are gone"


@pytest.mark.parametrize("hidden", [(), (8,), (16, 8)])
def test_a_link_without_its_file_opens_a_run_that_can_learn(hidden):
    """Hidden neurons that begin as zeros would stay zeros."""
    asked = dict(parse_qsl(query(Settings(init="file", hidden=hidden, activation="tanh"))))
    names = {short: name for name, short in LINK.items()}
    settings, refused = Settings.checked({names[short]: text for short, text in asked.items()})
    assert not refused and settings.hidden == hidden
    run = stepped(Run(settings, *few_photos()), 3)
    first, start = run.lanes[0].network.layers[0].W, settings.network().layers[0].W
    assert not first.equal(start)


def test_a_file_that_is_none_is_refused_and_the_run_stays(page):
    app = page(batch="16")
    live = live_of(app)
    trained(live, 2)
    app.file_uploader(key="training:weights").upload("w.safetensors", b"<b>no</b>").run()
    assert not app.exception
    assert "not used" in app.error[0].value
    assert "This is not a safetensors file, or a part of it is missing." in said(app)
    assert live.run.steps == 2 and live.settings.init == "zeros"


def test_a_page_of_another_session_follows_when_photos_are_brought_or_taken_back(page, session, mine):
    """Else its tables of before and after would stand there for good."""
    live = live_of(app := page(batch="16", own="0.5"))  # has none of its own

    def told():
        (figure,) = given(app, "training/entry")
        return figure["settings"]

    def as_it_is():
        frame = Watcher(live).frame()
        return json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])["settings"]

    moved = mine.cropped(mine.ids[0], 0.2, 0.2, 2.0)  # as many photos as before, and others
    for own in (*map(own_training.own_examples, (mine, moved)), None):
        assert told() == as_it_is()
        live.bring(own)
        assert told() != as_it_is()
        app.run()
        assert ("Before and after on your photos" in headers(app)) == (own is not None)
    assert told() == as_it_is()


def test_own_photos_stand_in_no_file_of_the_folder(page, session, mine, live_pool, monkeypatch):
    session["photos"] = mine
    with monkeypatch.context() as patched:  # or the run may be written before it has got the photos
        patched.setattr(keeper, "KEEP_EVERY", 600.0)
        live = live_of(page(batch="16", init="goal2"))
    trained(live, 12)
    until(lambda: not live.unsaved)
    files = [file for file in live_pool.files.folder.rglob("*") if file.is_file()]
    assert [file.name for file in files] == ["memory-only"] and files[0].read_bytes() == b""
    live_pool.runs.clear()  # as if the process had gone
    session["photos"] = PhotoSet()
    app = page(run=live.key, own="0.5", init="goal2", batch="16")
    again = live_of(app)
    assert again is not live and again.run.steps == 0 and again.settings.own == 0.5
    assert any("has been lost since" in element.value for element in app.warning)
    assert "rendered photos alone" in app.info[0].value


def test_who_opens_the_run_of_somebody_else_replaces_no_photos_without_a_word(page, session, mine):
    theirs = mine.remove(mine.ids[:10])
    session["photos"] = mine
    app = page(batch="16")
    live, brought = live_of(app), live_of(app).own
    session["photos"] = theirs
    other = page(run=live.key)
    assert live_of(other) is live and live.own is brought, "as the first session brought them"
    assert "another tab" in said(other) and "14 sorted photos" in said(other)
    session["photos"] = theirs.cropped(theirs.ids[0], 0.2, 0.2, 2.0)
    other.run()
    assert live.own is brought, "nor where they change"
    button(other, "Use my 14 sorted photos instead").click().run()
    assert live.own.count + live.own.held_count == 14 and "another tab" not in said(other)

    session["photos"] = mine.cropped(mine.ids[0], 0.2, 0.2, 2.0)
    app.run()
    assert live.own.count + live.own.held_count == 14, "the first session's next change takes nothing back"
    button(app, "Use my 24 sorted photos instead").click().run()
    assert live.own.count + live.own.held_count == 24 and "another tab" not in said(app)
    assert not app.exception and not other.exception


def test_of_one_photo_nothing_is_said_in_the_plural(page, session, mine):
    session["photos"] = PhotoSet(mine.photos[:1])
    app = page(batch="16")
    live = live_of(app)
    assert "**1** photo to learn from (" in said(app) and "), also mirrored. None can" in said(app)
    assert "It stays in memory" in said(app) and "as it was before it:" in said(app)
    session["photos"] = PhotoSet()
    assert "This photo was brought in another tab" in said(without := page(run=live.key))
    assert button(without, "Take this photo out of the run")
    session["photos"] = PhotoSet(mine.photos[1:2])
    other = page(run=live.key)
    assert "This photo was brought in another tab" in said(other)
    assert "Your sorted photo can take its place" in said(other)
    button(other, "Use my sorted photo instead").click().run()
    live.bring(None)
    other.run()
    assert button(other, "Let it learn from your sorted photo")
    assert not any("Sort your photos" in link.label for link in other.get("page_link"))


def test_the_same_photos_brought_back_after_a_refresh_are_this_sessions(page, session, mine):
    session["photos"] = mine
    live = live_of(page(batch="16"))
    brought = live.own
    session["photos"] = PhotoSet(mine.photos)
    again = page(run=live.key)
    assert live.own is brought and "another tab" not in said(again)
    session["photos"] = mine.remove(mine.ids[:1])
    again.run()
    assert live.own.count + live.own.held_count == 23


def test_where_somebody_has_taken_them_back_they_can_be_brought_once_more(page, session, mine):
    session["photos"] = mine
    app = page(batch="16")
    live = live_of(app)
    session["photos"] = PhotoSet()
    page(run=live.key).button(key="training:own_forget").click().run()
    session["photos"] = mine
    app.run()
    assert live.own is None and "not sorted yet" not in said(app)
    button(app, "Let it learn from your 24 sorted photos").click().run()
    assert live.own.count + live.own.held_count == 24 and not app.exception


def test_a_run_that_memory_has_lost_is_given_the_photos_anew(page, session, mine, live_pool):
    session["photos"] = mine
    app = page(batch="16")
    key = live_of(app).key
    live_pool.runs.clear()  # as if nobody had watched it for long
    app.run()
    again = live_of(app)
    assert again.key == key and again.own is not None and again.run.own is again.own
