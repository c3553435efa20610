"""The live-training page from app.py, without a browser: what its widgets and its link do to the run."""

import json
import shutil
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from core.live_run.settings import Settings
from tests.app_tests import verbatim
from tests.live_runs import in_link, live_of, trained, until
from tests.ui.asked import handed_out
from ui.hidden_layers import hidden_study
from ui.hidden_layers.hidden_study import fingerprint
from ui.live_training import run_link, runs, take_away, worth_a_run
from ui.live_training.live_figure import VIEWER
from ui.live_training.watching import Watcher
from ui.server.downloads import GONE, hand_out


@pytest.fixture
def page(training_page):
    return training_page


def test_a_link_is_a_run_with_its_settings(page):
    app = page(loss="softmax,squared", rate="0.01", batch="16", init="xavier", seed="7", optimiser="adam")
    assert live_of(app).settings == Settings(("softmax", "squared"), 0.01, 16, 0.0, "adam", "xavier", 7)
    assert app.select_slider(key="training:learning_rate").value == 0.01
    assert app.number_input(key="training:seed").value == 7
    assert not app.warning


def figure(app):
    """What the page has told the live figure."""
    return next(
        json.loads(one.proto.json)
        for one in app.get("bidi_component")
        if one.proto.component_name == "training/entry"
    )


def test_a_link_says_how_the_figure_is_looked_at(page):
    def looks(app):
        return figure(app)["looks"]

    usual = {"pictures": "weights", "log": False, "without": []}
    assert looks(page()) == usual
    app = page(pictures="change", scale="log", without="test,B,test")
    assert looks(app) == {"pictures": "change", "log": True, "without": ["B", "test"]} and not app.toast
    app = page(pictures="<b>", scale="loud", without="batch,<b>")
    assert looks(app) == usual
    (toast,) = app.toast
    said = toast.value.replace("\N{NO-BREAK SPACE}| ", " | ")
    assert "one of weights | change | gradient | evidence" in said and "one of linear | log" in said
    assert "**without** needs to be some of A, B, C, batch, train, test" in said
    assert "<b>" not in said


def test_the_pace_is_in_the_link_and_a_run_that_stands_keeps_its_own(page):
    app = page(pace="full", seed="4")
    live = live_of(app)
    assert live.pace.name == "full" and live.settings == Settings(seed=4)
    live.at_pace("steps")  # by a key in the figure
    app.run()
    assert app.query_params["pace"] == "steps" and "pace=steps" in take_away_link(app)
    assert live_of(page(run=live.key, pace="full")) is live and live.pace.name == "steps"
    live.at_pace("slow")
    app.run()
    assert "pace" not in app.query_params and "pace" not in take_away_link(app)
    app = page(pace="<b>")
    assert live_of(app).pace.name == "slow"
    said = " ".join(text.value for text in app.text)
    assert "A pace is one of slow, steps, full. It stays slow." in said and "<b>" not in said


def test_what_is_changed_while_the_page_runs_is_news_for_the_figure(page, monkeypatch):
    """It compares how the run stands in the link with how it is, and asks the page to run again."""
    app = page(seed="4")
    live, noted = live_of(app), run_link.note_in_place

    def changed_just_then(texts):
        noted(texts)
        live.at_pace("full")

    monkeypatch.setattr(run_link, "note_in_place", changed_just_then)
    app.run()
    assert "pace" not in app.query_params and figure(app)["settings"] != live.stands
    app.run()
    assert app.query_params["pace"] == "full" and figure(app)["settings"] == live.stands


def take_away_link(app):
    return next(
        json.loads(one.proto.json)["text"]
        for one in app.get("bidi_component")
        if one.proto.component_name == "verbatim" and "seed=4" in one.proto.json
    )


def test_a_broken_link_is_said_and_the_rest_holds(page):
    app = page(loss="hinge", rate="fast", batch="16", run="../../etc")
    assert live_of(app).settings == Settings(batch_size=16)
    for _ in range(2):  # with such a link the page runs once more by itself
        assert any("asks for something that cannot be" in said.value for said in app.markdown)
        said = " ".join(text.value for text in app.text)
        assert "of the losses binary, softmax, squared, tangled" in said
        assert "learning rate must be a number, not “fast”" in said
        assert "names no run" in said
        app.run()
    app.select_slider(key="training:learning_rate").set_value(0.03).run()
    assert not any("asks for something that cannot be" in said.value for said in app.markdown)


def test_widgets_reach_the_run_and_the_link_while_it_trains(page):
    app = page(batch="16")
    live = live_of(app)
    trained(live, 3)
    app.select_slider(key="training:learning_rate").set_value(0.03).run()
    live.switch(0, "softmax")  # as the figure does, which then asks for the page
    app.run()
    assert live.run.steps == 3
    assert live.run.lanes[0].learning_rate == 0.03
    assert live.run.lanes[0].loss.name == "softmax"
    assert [event.kind for event in live.run.history.events] == ["rate", "loss"]
    assert in_link(app, "rate") == "0.03"
    assert in_link(app, "loss") == "softmax"


def test_a_refresh_finds_the_run_again_and_its_settings_lead(page):
    app = page(batch="16", rate="0.03")
    live = live_of(app)
    trained(live, 5)
    again = page(run=live.key, rate="1.0")  # a link that is older than the run
    assert live_of(again) is live
    assert live.run.steps == 5
    assert again.select_slider(key="training:learning_rate").value == 0.03
    assert in_link(again, "rate") == "0.03"


def test_what_a_link_cannot_have_is_said_of_a_run_that_begins_and_of_no_other(
    page, live_photos, live_pool, monkeypatch
):
    app = page(run="B" * 22, rate="fast")
    live, words = live_of(app), "learning rate must be a number, not “fast”"
    assert "not kept here" in app.warning[0].value and words in app.text[0].value
    app.select_slider(key="training:learning_rate").set_value(0.03).run()
    until(lambda: not live.unsaved)
    live_pool.runs.clear()
    monkeypatch.setattr(live_photos, "photos", None)  # as right after a restart
    again = page(run=live.key, rate="fast")
    assert live_of(again).settings.learning_rate == 0.03
    assert not any(words in text.value for text in again.text), "it does not stay at 0.001"


def test_a_run_that_is_not_kept_any_more_is_said(page):
    key = "A" * 22
    app = page(run=key, rate="0.03")
    for _ in range(2):  # the page runs by itself once more when its figure stands
        assert "not kept here" in app.warning[0].value
        app.run()
    assert in_link(app, "run") == key
    assert live_of(app).settings.learning_rate == 0.03
    trained(live_of(app), 2)
    app.run()
    assert "not kept here" in app.warning[0].value, "to whoever has just read it"
    assert not page(run=key).warning, "whoever comes now, or reloads, finds the run of the link"
    app.select_slider(key="training:learning_rate").set_value(0.01).run()
    assert not app.warning
    app.select_slider(key="training:learning_rate").set_value(0.03).run()
    assert not app.warning


def test_whoever_comes_back_through_the_menu_finds_the_run_again(page, live_pool):
    app = page(batch="16")
    live = live_of(app)
    trained(live, 3)
    app.switch_page("pages/overview.py").run()
    app.query_params.clear()  # as the menu's links do
    app.switch_page("pages/training.py").run()
    assert live_of(app) is live and in_link(app, "batch") == "16" and not app.warning
    until(lambda: not live.unsaved)
    live_pool.runs.clear()
    shutil.rmtree(live_pool.files.folder)  # too old, and gone
    app.switch_page("pages/overview.py").run()
    app.query_params.clear()
    app.switch_page("pages/training.py").run()
    assert live_of(app) is not live and live_of(app).settings == live.settings
    assert "not kept here (any more)" in app.warning[0].value


def test_side_by_side_begins_anew_with_other_losses(page):
    app = page(batch="16")
    live = live_of(app)
    trained(live, 2)
    app.segmented_control(key="training:lanes").set_value(3).run()
    assert not app.exception
    assert live.run.steps == 0
    assert live.settings.losses == ("binary", "softmax", "squared")
    assert in_link(app, "loss") == "binary,softmax,squared"


def test_another_number_of_layers_keeps_a_width_that_this_page_has_yet_to_show(page):
    app = page(hidden="8", init="he")
    live = live_of(app)
    live.change(replace(live.settings, hidden=(16,)))  # in another tab, a moment ago
    app.segmented_control(key="training:layers").set_value(2).run()
    assert live.settings.hidden == (16, 32) and app.select_slider(key="training:width0:1").value == 16


def test_a_press_that_knows_the_run_before_changes_nothing_of_the_one_that_back_leads_to(page, monkeypatch):
    app = page(rate="1", seed="5", l2="0.1")
    unheard = app._tree.get_widget_states()  # what the browser says as long as it has not heard
    other = live_of(page(rate="0.01", seed="3"))
    before = other.settings
    app.query_params.clear()
    app.query_params["run"] = other.key
    with monkeypatch.context() as back:
        back.setattr("ui.links.came_back", lambda: True)
        app.run()
    app._run(unheard)
    assert live_of(app) is other and other.settings == before and not app.exception


def test_of_two_who_watch_one_run_each_has_the_photo_that_their_page_marks(page):
    def caption(app):
        frame = Watcher(live, app.session_state[VIEWER]).frame()
        return json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])["caption"]

    first = page(batch="16", photo="64-17")
    live = live_of(first)
    trained(live, 1)
    marked = caption(first)
    second = page(run=live.key)  # with no word of a photo, as the link is told on
    assert live_of(second) is live and caption(second) != marked
    assert caption(first) == marked == "baseball"
    first.query_params["photo"] = "64-8"
    first.run()
    assert caption(first) != marked


def test_what_is_taken_away_is_the_run(page, tmp_path):
    from core.weights import load_network

    app = page(batch="16", seed="3", init="random")
    live = live_of(app)
    trained(live, 4)
    (tmp_path / "w.safetensors").write_bytes(take_away.weights(live, 0))
    loaded = load_network(tmp_path / "w.safetensors")
    assert loaded.layers[0].W.equal(live.run.lanes[0].network.layers[0].W)
    assert take_away.history(live).splitlines()[0].startswith("step,event,")
    assert "torch.optim" in take_away.script(live)
    app.run()
    (link,) = verbatim(app)
    assert "seed=3" in link and "run=" not in link


def test_the_weights_of_a_lane_that_another_tab_has_taken_away(page):
    """The page that offers them has not heard of it yet."""
    app = page(loss="binary,softmax")
    live = live_of(app)
    until(lambda: live.run is not None)
    app.run()
    _, second, *_ = app.session_state["take_away:files"]
    assert handed_out(hand_out, token=second.token, name=second.name).status_code == 200
    live.change(replace(live.settings, losses=("binary",)))
    answer = handed_out(hand_out, token=second.token, name=second.name)
    assert answer.status_code == 404 and answer.body.decode() == GONE


def test_nothing_can_be_taken_away_before_the_photos_are_there(page, live_photos, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(live_photos, "photos", None)
        app = page()
        assert [file.make for file in app.session_state["take_away:files"]] == [None] * 3
    until(lambda: live_of(app).run is not None)
    app.run()
    _, history, _ = app.session_state["take_away:files"]
    assert history.make().startswith("step,event,")


def test_what_can_be_taken_away_waits_for_the_photos_no_longer_than_they_take(page, live_photos, monkeypatch):
    """Once they are there, the page runs without the part that asks every second whether they are."""
    shown, came = take_away._files, []

    def shown_while_they_come(live):
        came.append(live.run is not None)
        shown(live)
        patch.undo()
        until(lambda: live.run is not None)

    monkeypatch.setattr(take_away, "_files", shown_while_they_come)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_photos, "photos", None)
        page()
    assert came == [False, True]


def test_photos_that_come_while_the_page_is_drawn_have_it_drawn_again(page, live_photos, monkeypatch):
    """Else those parts that had their turn before would say for good that there are none yet."""
    parts = worth_a_run.worth_a_run
    with pytest.MonkeyPatch.context() as patch:

        def come():
            patch.undo()
            until(lambda: all(live.run is not None for live in runs.pool().runs.values()))
            return parts()

        patch.setattr(worth_a_run, "worth_a_run", come)
        patch.setattr(live_photos, "photos", None)
        app = page()
    assert live_of(app).run is not None
    assert not [one.value for one in app.caption if "being rendered" in one.value]


def test_a_network_is_chosen_layer_by_layer_and_starts_where_it_can_learn(page):
    app = page(batch="16")
    live = live_of(app)
    app.segmented_control(key="training:layers").set_value(2).run()
    assert not app.exception
    assert (live.settings.hidden, live.settings.init) == ((64, 32), "he")
    assert live.run.lanes[0].network.sizes == (12288, 64, 32, 3)
    app.select_slider(key="training:width1").set_value(8).run()
    app.segmented_control(key="training:activation").set_value("tanh").run()
    assert in_link(app, "hidden") == "64,8" and in_link(app, "activation") == "tanh"
    trained(live, 2)
    assert live.run.lanes[0].network.layers[0].activation.name == "tanh"
    app.segmented_control(key="training:layers").set_value(0).run()
    assert (live.settings.hidden, live.settings.init, live.run.steps) == ((), "zeros", 0)
    assert "hidden" not in app.query_params


def test_a_width_is_changed_in_its_own_layer_and_trained_weights_bring_their_loss(page):
    app = page(hidden="12,5", init="xavier")
    app.select_slider(key="training:width0").set_value(8).run()
    assert live_of(app).settings.hidden == (8, 5)
    for start, loss in (("goal3", "softmax"), ("goal2", "binary")):
        app.segmented_control(key="training:init").set_value(start).run()
        assert (live_of(app).settings.init, live_of(app).settings.losses) == (start, (loss,))


def test_a_link_brings_a_network_and_a_broken_one_is_said(page):
    assert live_of(page(hidden="12,5", init="xavier")).settings == Settings(hidden=(12, 5), init="xavier")
    app = page(hidden="12,-5", activation="softmax")
    assert live_of(app).settings == Settings()
    said = " ".join(text.value for text in app.text)
    assert "64,32" in said and "hidden activation" in said


def test_the_page_of_hidden_layers_takes_ones_own_run_apart(page, few_photos):
    app = page(hidden="5,4", init="xavier", batch="16", rate="0.01")
    live = live_of(app)
    trained(live, 2)
    app.switch_page("pages/hidden_layers.py")
    app.query_params["run"] = live.key
    app.run()
    assert not app.exception
    said = " ".join(element.value for element in app.markdown)
    assert "as it was at step 2" in said and "12,288 → 5 → 4 → 3" in said
    (way,) = app.get("page_link")
    assert way.page == "training" and f"run={live.key}" in way.query_string
    trained(live, 1)
    app.button(key="hidden:newest").click().run()
    assert "as it was at step 3" in " ".join(element.value for element in app.markdown)
    app.button(key="hidden:shipped").click().run()
    assert "12,288 → 64 → 32 → 3" in " ".join(element.value for element in app.markdown)
    assert "run" not in app.query_params


def test_the_page_of_hidden_layers_looks_into_each_of_the_runs_side_by_side(page, few_photos):
    """Of three it showed the first, and did not say so."""
    app = page(loss="binary,softmax", hidden="5", init="xavier", batch="16", rate="0.01")
    live = live_of(app)
    trained(live, 2)
    app.switch_page("pages/hidden_layers.py")
    app.query_params["run"] = live.key
    app.run()
    (lane,) = [one for one in app.segmented_control if one.key == "lane"]
    assert lane.options == ["A: binary", "B: softmax"]
    with live.held() as run:
        names = [fingerprint(one.network) for one in run.lanes]
    assert app.session_state[hidden_study.MINE][0] == names[0] != names[1]
    lane.set_value("B").run()
    assert not app.exception and app.session_state[hidden_study.MINE][0] == names[1]


def test_the_page_of_hidden_layers_leads_to_where_layers_are_chosen(page, few_photos):
    app = page()
    app.switch_page("pages/hidden_layers.py").run()
    (way,) = app.get("page_link")
    assert way.page == "training"
    assert "other hidden layers" in way.label
    leads_to = live_of(page(**dict(parse_qsl(way.query_string)))).settings
    assert leads_to == Settings(hidden=(64, 32), init="he", optimiser="adam")


def test_a_run_that_is_not_there_leaves_the_network_that_ships(page, few_photos):
    app = page()
    app.switch_page("pages/hidden_layers.py")
    app.query_params["run"] = "A" * 22
    app.run()
    assert not app.exception
    assert any("not there any more" in element.value for element in app.info)
    assert "12,288 → 64 → 32 → 3" in " ".join(element.value for element in app.markdown)
