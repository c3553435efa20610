"""What axe-core finds against WCAG 2.2, levels A and AA, in a page and in Streamlit’s frame around it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
AXE = Axe()
RUN = "(how) => axe.run(document, how).then(({ violations }) => violations)"


def faults(page: Page, *rules: str) -> list[str]:
    """Each with the element it is at and what would mend it; of these rules, or of all of the levels."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": LEVELS}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    found = page.evaluate(RUN, {"runOnly": only, "resultTypes": ["violations"]})
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]
