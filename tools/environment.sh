#!/bin/sh
# Makes .venv with the first Python ≥ 3.11 (or with the one that is given), whatever the system lacks for it.
set -eu

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

[ -n "${1:-}" ] || set -- python3 python3.14 python3.13 python3.12 python3.11 python3.15
python=""
for candidate in "$@"; do # the one that is given may have a space in its path
    if new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "This needs Python 3.11 or newer, and $1 is not. Install one" >&2
    echo "(Debian and Ubuntu: apt install python3; macOS: brew install python), or name one: make PYTHON=/path/to/python3" >&2
    exit 1
fi

complete() {
    [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys, pip; sys.exit(sys.prefix == sys.base_prefix)' 2>/dev/null
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

echo "Making .venv with $("$python" --version)"
rm -rf .venv
"$python" -m venv .venv >/dev/null 2>&1 || true
if ! complete; then # Debian's python3 comes without the module that makes environments
    rm -rf .venv
    "$python" -m virtualenv -q .venv >/dev/null 2>&1 || true
fi
if ! complete && command -v apt-get >/dev/null 2>&1; then
    rm -rf .venv
    if as_root true 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        as_root apt-get update -q
        as_root apt-get install -y -q "python$version-venv" || as_root apt-get install -y -q python3-venv
        "$python" -m venv .venv || true
    fi
fi
if ! complete; then
    rm -rf .venv
    echo "$python cannot make an environment. On Debian and Ubuntu: sudo apt install python3-venv; then again." >&2
    exit 1
fi
