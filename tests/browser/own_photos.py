"""Files on the page Your photos, as a hand drops them there."""

from typing import Any

from tests.browser.conftest import App


def file(name: str, data: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    """A file for `drop`."""
    return {"name": name, "mimeType": kind, "buffer": data}


def drop(app: App, *files: dict[str, Any], uploader: int = 0) -> None:
    """Drop them all at once, and wait until they are there."""
    app.page.locator("input[type=file]").nth(uploader).set_input_files(list(files))
    app.page.wait_for_timeout(200)
    app.idle()
