"""What stands in the address of the open page."""

from urllib.parse import parse_qs, urlsplit

from tests.browser.conftest import App


def query(app: App) -> dict[str, str]:
    """The link's parameters."""
    return {
        name: values[0]
        for name, values in parse_qs(urlsplit(app.page.url).query, keep_blank_values=True).items()
    }
