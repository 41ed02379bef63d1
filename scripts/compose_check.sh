#!/bin/bash
# Makes build/tools/compose, a Python environment with the reader of Compose files that tests/image/compose_test.py asks,
# from the index that pip is configured with. Without it that test skips. Says and does nothing when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=compose-spec==0.2.1
folder=build/tools/compose
[ "$(cat "$folder/wanted.txt" 2>/dev/null)" = "$wanted" ] && exit 0
"${PYTHON:-/usr/bin/python3}" -m venv --clear "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: "$wanted" || {
  echo "check-compose: pip can't install $wanted: is there an index that it reaches? The test that needs it skips." >&2
  rm -rf "$folder"
  exit 0
}
echo "$wanted" > "$folder/wanted.txt"
