"""The page as the browser gets it first: Streamlit's, with the app's styles and font in it."""

import gzip
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from itertools import pairwise
from pathlib import Path

import pytest
import streamlit
from starlette.types import Message as ASGIMessage
from starlette.types import Receive, Scope, Send

from benchmarks.serving import serve
from tests.ui.asked import run
from ui.rooms import BANDS, ROOMS, room_styles
from ui.server.page_html import PageHtml, dressed

ROOT = Path(__file__).resolve().parents[2]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
STREAMLITS = Path(streamlit.__file__).parent / "static" / "index.html"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve(through="tests.few_photos") as server:
        yield server.url


def asked(url: str, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
    """Status, headers and body. The names of headers are written with _."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=named, method=method)) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


@pytest.mark.parametrize("path", ["", "one_ball?photo=64-3"])
def test_the_page_has_its_styles_before_any_script_has_run(url, path):
    status, headers, body = asked(f"{url}/{path}", **BROWSER)
    page = body.decode()
    assert status == 200 and headers["Content-Length"] == str(len(body))
    (styles,) = re.findall(r"<style>(.*?)</style>\s*<div id=\"root\">", page, re.DOTALL)
    assert (ROOT / "assets" / "page.css").read_text("utf-8") in styles and room_styles() in styles
    assert f"<script>\n{(ROOT / 'assets' / 'page.js').read_text('utf-8')}</script>" in page
    assert re.findall(r'src="/static/js/index\.', page), "all else is Streamlit's"


def test_the_font_that_is_seen_is_asked_for_at_once_and_streamlits_own_is_not(url):
    _, _, body = asked(url, **BROWSER)
    page = body.decode()
    (font,) = re.findall(r'<link rel="preload" href="(.*?)" as="font" crossorigin>', page)
    status, headers, inter = asked(url + font)
    assert status == 200 and inter == (ROOT / "static" / "fonts" / "inter.woff2").read_bytes()
    assert headers["Content-Type"] == "font/woff2"
    stands_in = rf'@font-face \{{ font-family: "Source Sans";[^}}]* src: url\("{font}"\)'
    assert re.search(stands_in, page), "until the theme is known"
    assert "SourceSans" in STREAMLITS.read_text("utf-8") and "SourceSans" not in page


def test_what_formulas_need_is_asked_for_at_once_where_a_page_has_some(url):
    def soon(path: str) -> list[str]:
        page = asked(f"{url}/{path}", **BROWSER)[2].decode()
        return re.findall(r'<link rel="modulepreload" href="(.*?)" crossorigin>', page)

    assert soon("") == [], "Streamlit writes its own in another order"
    scripts = soon("one_ball?photo=64-3")
    assert any("katex" in script for script in scripts)
    for script in scripts:
        status, headers, _ = asked(url + script)
        assert status == 200 and "javascript" in headers["Content-Type"]


def test_the_tab_has_the_apps_name_and_picture_from_the_start(url):
    page = asked(f"{url}/one_ball", **BROWSER)[2].decode()
    assert re.findall(r"<title>(.*?)</title>", page) == ["What a neuron sees"]
    assert page.count('name="description"') == 1
    assert re.findall(r'<link\s[^>]*icon[^>]*href="(.*?)"', page) == ["/favicon.png"]
    assert asked(f"{url}/favicon.png")[2] == (ROOT / "static" / "icon.png").read_bytes()


@pytest.mark.parametrize("first", ["/", "/lecture/"])
def test_the_client_is_told_where_the_server_is_before_it_looks_for_it(first):
    page = dressed(STREAMLITS.read_bytes(), "a {}", "go()", "/font", first)[0].decode()
    said = f'<script>window.__streamlit = {{ BACKEND_BASE_URL: new URL("{first}", location).href }}</script>'
    assert page.index(said) < page.index('<div id="root">')
    assert f'href="{first}favicon.png"' in page
    assert f'src="{first}static/js/index.' in page and '="./' not in page, "whatever the page's own path is"


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_page_that_comes_in_pieces_goes_out_as_one(pieces):
    page, told = STREAMLITS.read_bytes(), []
    ends = [len(page) * i // pieces for i in range(pieces + 1)]

    async def streamlits(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for first, last in pairwise(ends):
            piece = page[first:last]
            await send({"type": "http.response.body", "body": piece, "more_body": last < len(page)})

    async def send(message: ASGIMessage) -> None:
        told.append(message)

    scope = {"type": "http", "method": "GET", "path": "/one_ball", "headers": [(b"accept", b"text/html")]}
    whole = PageHtml(streamlits, styles="a {}", script="go()", font="/font", scripts=["/katex"], first="/")
    run(whole(scope, None, send))
    assert [message["type"] for message in told] == ["http.response.start", "http.response.body"]
    assert told[1]["body"] == dressed(page, "a {}", "go()", "/font", "/", ["/katex"])[0]


def test_the_page_goes_compressed_and_not_again_to_whom_has_it(url):
    _, headers, plain = asked(url, **BROWSER)
    _, packed, body = asked(url, **BROWSER, Accept_Encoding="gzip, br")
    assert packed["Content-Encoding"] == "gzip" and gzip.decompress(body) == plain
    assert len(body) < len(plain) / 2 and packed["Vary"] == "Accept-Encoding"
    assert asked(url, **BROWSER, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert asked(url, **BROWSER, If_None_Match='W/"older"')[::2] == (200, plain)
    assert headers["Cache-Control"] == "no-cache" and headers["Last-Modified"] is None


def test_what_is_no_page_stays_as_it_is(url):
    own = STREAMLITS.read_bytes()
    assert asked(url)[2] == own, "nobody who draws pages asks so"
    assert asked(f"{url}/_stcore/health", **BROWSER)[::2] == (200, b"ok")
    assert asked(f"{url}/app/static/icon.png", **BROWSER)[2] == (ROOT / "static" / "icon.png").read_bytes()
    assert asked(url, "HEAD", **BROWSER)[::2] == (200, b"")
    assert asked(f"{url}/array/none", **BROWSER)[0] == 404
    assert dressed(b"<html><head></head><body></body></html>", "a {}", "go()", "/f", "/")[0].count(b"<") == 6


def test_the_room_of_a_component_is_kept_in_each_width_until_it_is_drawn():
    found = re.findall(r"@media \(min-width: (\d+)px\)(?: and \(max-width: ([\d.]+)px\))? \{", room_styles())
    assert [int(least) for least, _ in found] == [0, *BANDS[:-1]]
    assert [most and round(float(most) + 0.02) for _, most in found] == [*BANDS[:-1], ""]
    for band, part in enumerate(room_styles().split("@media")[1:]):
        rules = dict(re.findall(r"\.st-key-(\S+):not\(\[data-there\]\) \{ min-height: (\d+)px; \}", part))
        assert rules == {key: str(heights[band]) for key, heights in ROOMS.items()}
