#!/bin/sh
# Makes .venv with exactly the pinned, hash-checked packages, and the model directories. Repeats only what changed.
# usage: scripts/setup.sh base|dev
set -eu
cd "$(dirname "$0")/.."
set_name="${1:-base}"
requirements="requirements/$set_name.txt"
stamp=".venv/.installed-$(cat "$requirements" pyproject.toml | sha256sum | cut -c1-16)"
[ -e "$stamp" ] && exit 0
# A full development installation serves for running too.
if [ "$set_name" = base ]; then
    dev_stamp=".venv/.installed-$(cat requirements/dev.txt pyproject.toml | sha256sum | cut -c1-16)"
    [ -e "$dev_stamp" ] && exit 0
fi

python=""
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python="$candidate"
        break
    fi
done
[ -n "$python" ] || { echo "todoke: Python 3.11 or newer is needed (set PYTHON=/path/to/python)" >&2; exit 1; }

# One that was left half made (no pip in it) is made again.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    "$python" -c 'import ensurepip, venv' 2>/dev/null || scripts/system.sh venv
    echo "todoke: making .venv with $("$python" --version)" >&2
    "$python" -m venv .venv || {
        rm -rf .venv
        echo "todoke: python venv is missing; on Debian: apt-get install python3-venv" >&2
        exit 1
    }
fi
echo "todoke: installing $requirements (about 1.3 GB, some minutes)" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$requirements"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
.venv/bin/python -m ocr.models
# Handwriting faces for synthetic sheets that Debian has not; without npm or a network Debian's are used alone.
if [ "$set_name" = dev ]; then
    .venv/bin/python -m api.synth.packages || echo "todoke: no further handwriting faces were fetched" >&2
fi
touch "$stamp"
