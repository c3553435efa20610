"""What axe-core finds against WCAG 2.1, levels A and AA, in a page, without Streamlit’s frame around it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAGE = {"include": [["[data-testid=stMain]"]]}
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
AXE = Axe()
RUN = "([where, how]) => axe.run(where, how).then(({ violations }) => violations)"


def faults(page: Page, *rules: str) -> list[str]:
    """Each with the element it is at and what would mend it; of these rules, or of all of the levels."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": LEVELS}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    found = page.evaluate(RUN, [PAGE, {"runOnly": only, "resultTypes": ["violations"]}])
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]
