"""What the browser's Back and Forward have to do, asked of a page that stands open."""

import re

from playwright.sync_api import expect

from tests.browser.links import query


def assert_back_undoes_what_a_hand_has_done_to_the_logits(app):
    assert_back_undoes_what_a_hand_has_done_and_meets_no_half_of_a_link(app, "z₁", "End", "z=8", "8.00")


def assert_back_undoes_what_a_hand_has_done_and_meets_no_half_of_a_link(app, hand, key, link, kept):
    page, photo = app.page, f"photo={query(app)['photo']}"
    moved = page.get_by_role("slider", name=hand).first

    def stands(*there: str, said: str, gone: str) -> None:
        page.wait_for_function(
            """([there, gone]) => there.every((one) => location.search.includes(one))
              && !location.search.includes(gone)""",
            arg=[there, gone],
        )
        app.idle()
        expect(moved).to_have_attribute("aria-valuetext", re.compile(said))

    before = re.escape(moved.get_attribute("aria-valuetext") or "")
    moved.press(key)
    stands(photo, link, said=kept, gone="nothing")
    page.locator(".gallery").first.locator("[role=radio][aria-checked=false]").first.click()
    stands("photo=", said=r"\d", gone=link)
    assert photo not in page.url
    page.go_back()
    stands(photo, link, said=kept, gone="nothing")
    page.go_back()
    stands(photo, said=before, gone=link)
    moved.press(key)  # the same move as before is heard again
    stands(photo, link, said=kept, gone="nothing")


def assert_back_undoes_a_choice_and_forward_makes_it_again(app, choice, of, link):
    page, name = app.page, link.partition("=")[0]
    made = page.locator(choice) if "[" in choice else page.get_by_text(choice)
    choices = page.locator(of)

    def stands(there: bool) -> list[bool]:
        page.wait_for_function(
            """([name, link, there]) => {
              const said = new URLSearchParams(location.search).get(name)
              return there ? `${name}=${said}` === link : said === null
            }""",
            arg=[name, link, there],
        )
        app.idle()
        found: list[bool] = choices.evaluate_all(
            "all => all.map((one) => one.matches(':checked, [aria-checked=true], [aria-selected=true]'))"
        )
        return found

    made.wait_for(timeout=60_000)
    before, begun = stands(False), query(app)
    made.click()
    after = stands(True)
    assert after != before and {**query(app), **begun} == query(app), "nothing else of the link changes"
    page.go_back()
    assert stands(False) == before and query(app) == begun
    page.go_forward()
    assert stands(True) == after
