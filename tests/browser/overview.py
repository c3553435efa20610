"""The map of the lecture, as it is seen."""


def assert_the_arrow_begins_at_the_photo_and_leads_to_x(app):
    width = app.page.viewport_size["width"]
    photo, arrow, word, own, cells = (
        app.page.locator(f".flow {part}").evaluate("e => e.getBoundingClientRect()")
        for part in (".start img", ".arrow", ".arrow span", ".own", ".cells")
    )
    if width > 900:  # the flow runs to the right
        inside = 0.15 * photo["height"]
        assert photo["top"] + inside < arrow["top"] < photo["bottom"] - inside, "beside the photo"
        assert 0 <= arrow["left"] - photo["right"] < 40 and arrow["right"] < cells["left"]
        assert cells["top"] < arrow["top"] < cells["bottom"]
        assert photo["right"] + 8 < word["left"] and word["right"] + 8 < cells["left"], "it touches neither"
        assert arrow["left"] < word["left"] and word["right"] < arrow["right"], "as long as its word"
        assert own["top"] > photo["bottom"] and own["right"] < cells["left"]
    else:
        assert photo["bottom"] < arrow["top"] and arrow["bottom"] < cells["top"] < own["top"]


def assert_a_shape_is_not_broken_where_a_browser_sets_letters_wider(app):
    broken = """all => all.filter((shape) => {
      shape.style.letterSpacing = "0.03em"
      const words = document.createRange()
      words.selectNodeContents(shape)
      const lines = words.getClientRects().length
      shape.style.letterSpacing = ""
      return lines > 1
    }).map((shape) => shape.textContent)"""
    assert app.page.locator(".thing .shape").count() == 2
    assert app.page.locator(".thing .shape").evaluate_all(broken) == []


def assert_no_part_of_it_is_cut_where_a_sheet_ends(app):
    breaks = "all => all.map((card) => getComputedStyle(card).breakInside)"
    assert set(app.page.locator(":is(.head, .own, .next)").evaluate_all(breaks)) == {"avoid"}, "on one sheet"
