"""Teaching the network on patches on the page: by the sorted photos, and gone with those it learned from."""

from inspect import getclosurevars
from threading import Event

import numpy as np
import pytest
import torch
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from core.balls import ONE, render
from core.closer_look import SIDES
from core.judging import judge, judge_pixels
from core.own_photos import last_layers
from core.own_photos.last_layers import Lesson, teach
from core.own_photos.own_photo import OwnPhoto
from core.own_photos.photo_set import PhotoSet
from core.own_photos.photo_zip import from_zip, to_zip
from core.own_photos.taught_file import taught_to_bytes
from core.photos import Photo
from core.weights import load_model
from tests.live_runs import until
from tests.pages.jobs import button, run_to_the_end
from ui import jobs, renderings, shared
from ui.your_photo import answers, photo_uploads, teaching
from ui.your_photo.own_photos import Desk

NO_MARKS = np.zeros(0, np.int32)


@pytest.fixture(scope="module", autouse=True)
def few():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(teaching, "RENDERED", 32)
        patch.setattr(teaching, "TESTED", 16)
        patch.setattr(last_layers, "STEPS", 80)
        teaching._looked.clear()
        for photos in teaching.looked():
            photos.wait(120)
        yield
    teaching._looked.clear()


def test_photos_to_learn_beside_are_begun_anew_where_rendering_them_failed(monkeypatch, nothing_kept):
    def too_little(*_given, **_named):
        raise MemoryError("no memory")

    teaching._looked.clear()
    with monkeypatch.context() as broken:
        broken.setattr(renderings, "render_many", too_little)
        failed = teaching.looked()
        for photos in failed:
            with pytest.raises(MemoryError, match="no memory"):
                photos.wait(60)
            photos.failed_at -= renderings.AGAIN_AFTER
    for photos, before, count in zip(teaching.looked(), failed, (32, 16), strict=True):
        assert photos is not before and len(photos.wait(120)) == count
        assert photos.seen is not None and photos.seen.A.shape[1] == count


@pytest.fixture(scope="module")
def mine():
    """Twelve photos of basketballs in strange colours, none of which the network that ships knows."""
    drawn = render(3, range(400), ONE, device="cpu")
    strange = 255 - drawn.pixels[drawn.Y[1] > 0]
    known = judge_pixels(load_model("patches"), strange)[1] > 0.5
    photos = [
        OwnPhoto(f"{i}.png", Photo(pixels, "PNG", (64, 64)))
        for i, pixels in enumerate(strange[~known][:12].numpy())
    ]
    return PhotoSet(tuple(photo.sorted_under((0, 1, 0)) for photo in photos))


@pytest.fixture
def page(open_page, mine):
    """The page with these photos on the desk."""

    def opened(photos: PhotoSet = mine) -> AppTest:
        app = open_page("your_photo")
        app.session_state["own_photos"] = Desk(photos, photos.ids[0], stale=True)
        return app.run()

    return opened


def said(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.caption))


def switch(app: AppTest):
    found = [one for one in app.segmented_control if one.key == teaching.WHOSE]
    return found[0] if found else None


def place(block, words: str, *outer: int) -> list[tuple[int, ...]]:
    """Where the captions with these words stand: their number in every block around them."""
    found = []
    for at, one in block.children.items():
        if words in str(getattr(one, "value", "")) and one.type == "caption":
            found.append((*outer, at))
        found += place(one, words, *outer, at) if hasattr(one, "children") else []
    return found


def test_what_is_not_sorted_cannot_teach(page, mine):
    app = page(mine.labelled(mine.ids, None))
    assert "Sort your photos first" in said(app) and switch(app) is None
    assert not any("Teach" in one.label for one in app.button)


def test_that_the_first_lesson_takes_longer_is_said_before_it_and_why_to_who_asks(page):
    app = page()
    assert "the server’s first lesson takes longer" in said(app)
    (asked,) = app.expander
    assert asked.label == "What learns in it"
    (more,) = asked.markdown
    assert "12,547 parameters, go on learning" in more.value and "rendered photos are looked at" in more.value


def test_it_is_taught_and_asked(page, mine):
    app = page()
    assert switch(app) is None and button(app, "Teach it").label == "Teach it your 12 photos"
    stood = place(app.main, "Green pixels speak")
    run_to_the_end(app, "Teach it")
    assert switch(app).value == "taught"
    assert place(app.main, "Green pixels speak") == stood != [], "the answers begin not anew"
    taught = app.session_state[f"job:{teaching.JOB}"].latest.lesson.network
    assert taught.layers[0] is shared.model("patches").layers[0], "what stays is in memory once"
    learn, back = mine.split()
    pixels, Y = back.tensors()
    shipped = load_model("patches")
    says = [judge_pixels(network, pixels) > 0.5 for network in (shipped, taught)]
    before, now = [int((answers == (Y > 0.5)).all(dim=0).sum()) for answers in says]
    assert before < now and len(back) == 4
    assert f"**{before} of 4** were right and **{now} of 4** are now" in said(app)
    focus = app.session_state["own_photos"].photos.find(app.session_state["own_photos"].focus)
    assert f"It {'has learned' if focus.id in learn.ids else 'did not learn'} from this photo." in said(app)

    switch(app).set_value("shipped")
    app.run()
    assert "this photo." not in said(app) and switch(app).value == "shipped"
    for page_ in ("overview", "your_photo"):
        app.switch_page(f"pages/{page_}.py").run()
    assert switch(app).value == "shipped", "as it was left"


def test_those_held_back_are_right_as_often_as_the_cards_say(page):
    """Balls that are small in their photos: with the 64 × 64 pixels of a photo alone none was right."""
    drawn = render(3, range(600), ONE, device="cpu")
    network, baseball = load_model("patches"), torch.tensor([[0], [0], [1]])
    photos = []
    for pixels in drawn.pixels[drawn.Y[2] > 0].numpy():
        ground = np.full((160, 160, 3), pixels[0].mean(axis=0).astype(np.uint8))
        ground[48:112, 48:112] = pixels
        photos.append(Photo(ground, "PNG", (160, 160)))
    closely = judge({"it": network}, photos)["it"]
    small = judge_pixels(network, torch.from_numpy(np.stack([one.crops(SIDES)[0] for one in photos])))
    right = [((answered > 0.5) == baseball).all(dim=0) for answered in (closely, small)]
    found = (right[0] & ~right[1]).nonzero()[:5, 0].tolist()
    assert len(found) == 5
    mine = PhotoSet(tuple(OwnPhoto(f"{i}.png", photos[i], (0, 0, 1)) for i in found))
    back = mine.split()[1].photos
    app = page(mine)
    run_to_the_end(app, "Teach it")
    assert f"**{len(back)} of {len(back)}** were right" in said(app)


def uploader(app: AppTest):
    """The one for a network, the page's last."""
    return app.file_uploader[-1]


def test_what_it_was_taught_is_saved_and_brought_back(page, mine, open_page, monkeypatch):
    """Into another session, where it answers as it did; the photos may come later, and are known again."""
    cards = list[answers.Answer]()
    monkeypatch.setattr(answers, "answers", lambda key, photo, alt, given: cards.append(given[-1]))
    app = page()
    assert len(app.session_state["own_zip:files"]) == 1, "there is nothing to save"
    run_to_the_end(app, "Teach it")
    (zipped, network) = app.session_state["own_zip:files"]
    assert network.name == "my-patches.safetensors" and cards[-1].title == "Network on patches, taught"
    data, taught = network.make(), cards[-1]

    other = open_page("your_photo")
    uploader(other).upload("<b>mine</b>.safetensors", data).run()
    assert not other.exception and switch(other).value == "file"
    assert "<b>mine</b>.safetensors" in [one.value for one in other.text], "its name is text"
    assert [one.value for one in other.success] == ["It is asked now: see further up."]
    photos = from_zip(zipped.make())[0]
    other.session_state["own_photos"] = Desk(photos, photos.ids[0], stale=True)
    other.run()
    assert cards[-1].title == "Network on patches, from your file"
    np.testing.assert_array_equal(cards[-1].p, taught.p)
    learn = {photo.name for photo in mine.split()[0].photos}
    for photo in photos.photos:
        other.session_state["own_photos"].focus = photo.id
        other.run()
        words = "<b>mine</b>.safetensors" + (": it has learned from this photo." * (photo.name in learn))
        assert words in [one.value for one in other.text]

    run_to_the_end(other, "Teach it")
    assert switch(other).value == "taught"
    assert switch(other).options == ["as you have taught it", "from your file", "as it ships"]
    assert [one.value for one in other.success] == ["It is here: further up you can choose it."]
    switch(other).set_value("file").run()
    assert [one.value for one in other.success] == ["It is asked now: see further up."]
    button(other, "Forget this network").click().run()
    assert switch(other).value == "taught" and not other.success


def test_a_file_that_is_no_such_network_is_refused_and_what_was_asked_still_is(page):
    app = page()
    run_to_the_end(app, "Teach it")
    for data, why in (
        (b"<b>no</b>", "this is not a safetensors file, or a part of it is missing."),
        (b"", "this is not a safetensors file, or a part of it is missing."),
        (to_zip(PhotoSet()), "this is a zip, and the field above takes those."),
    ):
        uploader(app).upload("no.safetensors", data).run()
        assert not app.exception and switch(app).value == "taught", why
        assert [one.value for one in app.error] == ["These weights are not used."]
        assert f"no.safetensors: {why}" in [one.value for one in app.text]
    uploader(app).upload("one.safetensors", taught_to_bytes(load_model("patches"), NO_MARKS))
    app.run()
    assert not app.error and switch(app).value == "file"


def test_a_network_among_the_photos_is_shown_the_way(page):
    app = page()
    app.file_uploader[0].upload("mine.safetensors", taught_to_bytes(load_model("patches"), NO_MARKS)).run()
    assert "mine.safetensors: This is no photo; the field at the page’s end takes networks." in [
        one.value for one in app.text
    ]


def test_what_it_was_taught_cannot_be_saved_once_a_photo_of_it_is_gone(page, mine):
    app = page()
    run_to_the_end(app, "Teach it")
    offered = app.session_state["own_zip:files"][1]
    app.session_state["own_photos"].photos = mine.remove(mine.split()[0].ids[:1])
    assert offered.make() is None
    app.run()
    assert len(app.session_state["own_zip:files"]) == 1


def test_a_lesson_that_ends_while_the_page_is_drawn_is_seen(page, monkeypatch):
    def slow(key, photo, alt, given):
        job = jobs.current(teaching.JOB)
        until(lambda: job is None or job.done)

    monkeypatch.setattr(answers, "answers", slow)
    app = page()
    button(app, "Teach it").click().run()
    assert not app.exception
    assert switch(app).value == "taught" and button(app, "Teach again")


def test_a_lesson_that_is_stopped_says_so_and_what_it_knows_is_not_asked(page, mine, monkeypatch):
    """Nor is it shown as how the network answers now, in place of what the lesson before has brought."""

    def broken_off(*given):
        for told in teach(*given):
            yield told
            if isinstance(told, Lesson) and told.step == 40:
                return

    drawn = list[dict]()
    app = page(PhotoSet(mine.photos[:2]))
    with monkeypatch.context() as patch:
        patch.setattr(teaching, "teach", broken_off)
        run_to_the_end(app, "Teach it")
        monkeypatch.setattr(teaching, "mount", lambda key, data: drawn.append(data))
        app.run()
    assert switch(app) is None
    assert "Stopped at step 40 of 80" in app.get("progress")[0].proto.text
    assert drawn == []

    run_to_the_end(app, "Teach it")
    known = app.session_state[teaching.TAUGHT]
    monkeypatch.setattr(teaching, "teach", broken_off)
    run_to_the_end(app, "Teach again")
    assert "Stopped at step 40 of 80" in app.get("progress")[0].proto.text
    assert switch(app).value == "taught" and app.session_state[teaching.TAUGHT] is known
    assert drawn[-1]["now"] == "now, at step 80" and "Of your photos" in said(app)


def test_it_learns_from_the_photos_as_they_are_when_it_begins(page, mine):
    app = page(mine.labelled(mine.ids[:2], None))
    app.session_state["own_photos"].photos = mine  # the hand went on after the button was drawn
    button(app, "Teach it your 10 sorted photos").click().run()
    assert app.session_state[teaching.LEARNS_FROM] == set(mine.split()[0].ids)


def test_the_button_tells_that_photos_have_changed(page, mine):
    app = page(PhotoSet(mine.photos[:10]))
    run_to_the_end(app, "Teach it your 10 photos")
    assert "have changed" not in said(app)
    app.session_state["own_photos"].photos = mine
    app.run()
    assert "have changed since it was taught" in said(app)
    assert button(app, "Teach again").label == "Teach again: your 12 photos"
    assert switch(app).value == "taught", "it has lost nothing"


def infos(app: AppTest) -> list[str]:
    return [info.value for info in app.info]


def put(app: AppTest, photos: PhotoSet) -> None:
    """Run the page with these photos in the place of its own."""
    desk = app.session_state["own_photos"]
    desk.photos, desk.focus = photos, photos.ids[0]
    app.run()


FORGOTTEN = "The network that you taught was forgotten along with a photo that it had learned from."


def test_what_it_learned_goes_with_a_photo_and_that_is_said_until_it_is_taught_anew(page, mine):
    app = page()
    run_to_the_end(app, "Teach it")
    learn, back = mine.split()
    put(app, mine.remove(back.ids[:1]))
    assert switch(app) is not None and not app.info, "from this one it has not learned"
    known, offered = app.session_state[teaching.TAUGHT], app.session_state["own_zip:files"][1]
    put(app, mine.remove(learn.ids[:1]))
    assert all(value is not known for value in app.session_state._state.filtered_state.values())
    assert all(value is not known for value in getclosurevars(offered.make).nonlocals.values())
    assert switch(app) is None and f"job:{teaching.JOB}" not in app.session_state
    assert app.session_state[teaching.TAUGHT] is None
    assert button(app, "Teach it").label == "Teach it your 11 photos"
    assert infos(app) == [FORGOTTEN]
    put(app, mine.labelled(mine.ids, None))
    assert infos(app) == [FORGOTTEN], "the photos are back, what it had learned is not"
    put(app, mine)
    assert infos(app) == [FORGOTTEN] and switch(app) is None
    run_to_the_end(app, "Teach it")
    assert not app.info and switch(app).value == "taught"


def test_that_what_it_learned_goes_with_all_photos_is_said_before(page):
    app = page()
    assert "The network that you taught" not in said(app)
    run_to_the_end(app, "Teach it")
    assert "brings back. The network that you taught is forgotten with them." in said(app)


def test_what_it_learned_goes_with_the_photos_where_the_page_is_left_at_once(page, monkeypatch):
    app = page()
    run_to_the_end(app, "Teach it")
    known = app.session_state[teaching.TAUGHT]

    def leave():
        raise StopException  # as where a link is clicked

    monkeypatch.setattr(photo_uploads, "receive_zip", leave)
    button(app, "Yes, forget all").click().run()
    assert known is not None and app.session_state[teaching.TAUGHT] is None
    assert f"job:{teaching.JOB}" not in app.session_state


def test_a_lesson_that_ends_with_a_photo_says_so(page, mine, monkeypatch):
    on = Event()

    def waits(*given):
        for told in teach(*given):
            yield told
            on.wait(30)

    monkeypatch.setattr(teaching, "teach", waits)
    app = page()
    button(app, "Teach it").click().run()
    put(app, mine.remove(mine.split()[0].ids[:1]))
    on.set()
    assert not app.exception
    assert infos(app) == ["The lesson ended: a photo that the network was learning from is gone."]
    assert button(app, "Teach it").label == "Teach it your 11 photos"


def test_the_button_says_which_of_the_photos_teach(page, mine):
    app = page(mine.labelled(mine.ids[1:], None))
    assert button(app, "Teach it").label == "Teach it your sorted photo"


def test_one_photo_teaches_too_and_leaves_nothing_to_measure_on(page, mine):
    app = page(PhotoSet(mine.photos[:1]))
    run_to_the_end(app, "Teach it your photo")
    assert "There is no photo to measure on" in said(app)
    put(app, mine)
    assert "There is no photo to measure on" not in said(app), "two of a kind are sorted by now"
    assert "It had no photo to measure on" in said(app)
    network = app.session_state[f"job:{teaching.JOB}"].latest.lesson.network
    pixels = torch.from_numpy(np.array(mine.photos[0].pixels))[None]
    assert judge_pixels(network, pixels)[1] > 0.5 >= judge_pixels(load_model("patches"), pixels)[1]
