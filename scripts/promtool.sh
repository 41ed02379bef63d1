#!/bin/bash
# Puts Debian's promtool at build/tools/promtool, out of the package prometheus, which isn't installed: that would start
# a server. Without a package source nothing happens, and the tests that need it skip.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=build/tools/promtool
[ -x "$tool" ] && exit 0
mkdir -p build/tools
if command -v promtool > /dev/null; then
  ln -s "$(command -v promtool)" "$tool"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"  # apt-get downloads as a user of its own
if ! (cd "$work" && apt-get download -q=2 prometheus && dpkg-deb -x prometheus_*.deb .) > "$work/log" 2>&1; then
  echo "check-compose: can't get Debian's package prometheus for promtool; its tests skip" >&2
  exit 0
fi
mv "$work/usr/bin/promtool" "$tool"
