#!/bin/sh
# Makes .venv and installs what the app needs, or with "test" also what the tests need.
# Does nothing when nothing changed since the last time. Run from the project's folder.
set -eu

venv=.venv
py=$venv/bin/python

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The first Python that is new enough; the variable PYTHON may name another.
find_python() {
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
    done
    fail "cnnviz needs Python 3.11 or newer, and found none. Install python3 and python3-venv, or name one: make app PYTHON=/path/to/python3.11"
}

make_venv() {
    base=$(find_python)
    "$base" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "Python's venv module is missing. Install it (on Debian, as root: apt-get install python3-venv) and try again."
    say "Making .venv with $("$base" -V) …"
    rm -rf "$venv"
    "$base" -m venv "$venv" || { rm -rf "$venv"; fail "Python could not make the folder .venv here: is there space, and may you write?"; }
}

# Installs a requirements file if it, or Python, is not what was installed last.
install() {
    want=$(cat "$@" && "$py" -V)
    have=$(cat "$venv/installed-$1" 2>/dev/null || true)
    [ "$want" = "$have" ] && return
    say "Installing $1 into .venv; the first time this takes a few minutes …"
    "$py" -m pip install --quiet --disable-pip-version-check -r "$1" ||
        fail "pip could not install $1 (its message is above). Run the same command again when that is mended; what is complete is kept."
    printf '%s\n' "$want" > "$venv/installed-$1"
}

as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt() {
    say "Installing $* …"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null || true
}

has_chromium() { "$py" -c 'import sys; from cnnviz.publish.browser import find; sys.exit(find() is None)'; }

# Playwright drives Chromium by a Node.js of its own, which a minimal Debian cannot start.
has_driver() { "$py" -m playwright --version >/dev/null 2>&1; }

need_driver() {
    has_driver && return
    if as_root; then apt libatomic1; fi
    has_driver || fail "Playwright's Node.js does not start. Install what it misses (on Debian, as root: apt-get install libatomic1) and run the same command again."
}

need_chromium() {
    has_chromium && return
    if as_root; then apt chromium; fi
    has_chromium && return
    say "Installing Playwright's Chromium …"
    "$py" -m playwright install chromium || true
    has_chromium || fail "The tests need Chromium and none could be installed. Install Chromium or Google Chrome (on Debian, as root: apt-get install chromium) and run the same command again."
}

has_chinese_font() {
    [ "$(uname)" = Darwin ] && return
    command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]
}

need_chinese_font() {
    has_chinese_font && return
    if as_root; then apt fontconfig fonts-noto-cjk; fi
    has_chinese_font || fail "The tests photograph Chinese pages and need a Chinese font. Install one (on Debian, as root: apt-get install fontconfig fonts-noto-cjk) and run the same command again."
}

"$py" -c '' 2>/dev/null || make_venv
install requirements.txt
if [ "${1:-app}" = test ]; then
    install requirements-dev.txt requirements.txt
    need_driver
    need_chromium
    need_chinese_font
fi
