#!/bin/bash
# Makes .venv, the Python environment of those interop tests whose other side is a Python package that Debian doesn't
# have: tests/interop/requirements.txt, from the index that pip is configured with. Says and does nothing when all is
# there. Nothing outside of .venv is touched.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-/usr/bin/python3}
wanted=tests/interop/requirements.txt
stamp=.venv/towline-requirements.txt
cmp -s "$wanted" "$stamp" && exit 0

echo "setup: making .venv with what $wanted lists"
"$python" -m venv --clear .venv || {
  echo "setup: $python can't make a virtual environment; python3-venv is in scripts/packages.txt (make setup-test)" >&2
  exit 1
}
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: -r "$wanted" || {
  echo "setup: pip can't install $wanted: is there an index that it reaches? The tests that need it skip." >&2
  exit 1
}
cp "$wanted" "$stamp"
