#!/bin/bash
# Installs the Debian packages that are missing, by name, for one group of scripts/packages.txt and those before it.
# Usage: scripts/setup.sh build|test|check|package|browser. Says and does nothing when all is there. Removes no package, ever.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
case "${1:-}" in
  build) groups="build" ;;
  test) groups="build test" ;;
  check) groups="build test check" ;;
  package) groups="build test package" ;;
  browser) groups="build test browser" ;;
  *) echo "usage: $0 build|test|check|package|browser" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null; then
  echo "setup: this is not a Debian system; install what scripts/packages.txt lists by hand" >&2
  exit 0
fi

wanted=$(awk -v groups=" $groups " '$1 !~ /^#/ && NF && index(groups, " " $1 " ") { print $2 }' "$here/packages.txt")
installed() { dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

missing=()
for package in $wanted; do
  installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

# The headers of two Boost versions can't be installed side by side, and a set-up must not remove the other one unasked.
if [[ " ${missing[*]} " == *" libboost1.81-dev "* ]] && installed libboost1.74-dev; then
  echo "setup: libboost1.74-dev is installed and conflicts with libboost1.81-dev, which towline needs." >&2
  echo "setup: replace it yourself, then try again:  apt-get install libboost1.81-dev libboost1.74-dev-" >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: missing ${missing[*]}; not root and no sudo here: install them as root" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -q=2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q=2 -o Dpkg::Use-Pty=0 -y --no-install-recommends --no-remove "${missing[@]}"
