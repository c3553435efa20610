#!/bin/sh
# Sees to it that the browser tests find a Chromium that starts: one that is there, Playwright's own, the system's.
# The environment's Python is the argument.
set -eu
python=$1

starts() {
    "$python" -m tests.browser.chromium
}

starts && exit 0

echo "No Chromium that starts; installing Playwright's own"
PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT=15000 "$python" -m playwright install chromium || true
starts && exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null; then
    echo "Playwright's Chromium is not to be had or lacks libraries; installing the system's"
    $as_root apt-get update -q || true
    for package in chromium-headless-shell chromium; do # not every Debian has the first, which is smaller
        # Playwright's own driver needs libatomic1, which a bare Debian 12 lacks.
        $as_root apt-get install -y -q --no-install-recommends $package libatomic1 || true
        starts && exit 0
    done
fi

echo "The browser tests need Chromium. Debian: sudo apt install chromium; macOS: brew install --cask chromium;" >&2
echo "or any Chromium or Chrome: CHROMIUM=/path/to/it make test. Without a browser: make test TESTS='-m \"not browser\"'" >&2
exit 1
