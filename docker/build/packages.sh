#!/bin/bash
# Installs what compiling needs: the group `build` of scripts/packages.txt, its libraries for the target's architecture.
# libcurl is compiled from Debian's source (curl.sh) and needs the tools that unpack one.
set -euo pipefail
. "$(dirname "$0")/target.sh"

packages=(dpkg-dev "libc6:$arch" "libstdc++6:$arch")
[ "$native" = yes ] || packages+=("g++-$triplet")
while read -r package; do
  case "$package" in
    libcurl*) ;;
    libcli11-dev | libtomlplusplus-dev) packages+=("$package") ;;  # headers only
    lib*-dev | zlib1g-dev) packages+=("$package:$arch") ;;
    *) packages+=("$package") ;;
  esac
done < <(awk '$1 == "build" { print $2 }' scripts/packages.txt)

# Source packages, in both forms of the list.
sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/*.sources 2>/dev/null || true
if [ -s /etc/apt/sources.list ]; then
  sed -n 's/^deb /deb-src /p' /etc/apt/sources.list > /etc/apt/sources.list.d/sources-of-packages.list
fi

[ "$native" = yes ] || dpkg --add-architecture "$arch"
apt-get update -q=2
apt-get install -q=2 -y --no-install-recommends "${packages[@]}"
