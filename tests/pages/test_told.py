"""What a component tells too late, or what none tells, ends no run of a page."""

from types import SimpleNamespace

import pytest

BOARDS = {
    "three_balls": ("ui.logits._board", "on_moved_change"),
    "house_prices": ("ui.house_prices.board._board", "on_moved_change"),
    "hidden_layers": ("ui.hidden_layers.forward_flow._flow", "on_pinned_change"),
    "broadcasting": ("ui.broadcasting.boards._stretch", "on_board_change"),
}


@pytest.mark.parametrize("page", BOARDS)
def test_what_comes_after_the_page_was_left_changes_nothing(open_page, few_photos, monkeypatch, page):
    """Streamlit has forgotten the component when it calls back: as here, where it is not mounted yet."""
    component, callback = BOARDS[page]
    monkeypatch.setattr(component, lambda **given: given[callback]())
    app = open_page(page)
    assert app.title[0].value
    assert not app.query_params


@pytest.mark.parametrize("page", ["nowhere", ["one_ball"], {"page": "one_ball"}, 5, None])
def test_the_map_leads_only_to_pages(open_page, monkeypatch, page):
    monkeypatch.setattr("ui.lecture_map._lecture_map", lambda **given: SimpleNamespace(page=page))
    assert open_page("overview").title[0].value == "What a neuron sees"
