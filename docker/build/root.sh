#!/bin/bash
# Lays out the root of the image in /image: the daemon, every library that it or one of its libraries names, the
# authorities of TLS, and an empty data directory for a volume to be mounted on.
set -euo pipefail
. "$(dirname "$0")/target.sh"

root=/image
user=65532
# The loader isn't asked (ldd): it can't run programs of another architecture.
needed() { "$triplet-objdump" -p "$1" | awk '$1 == "NEEDED" { print $2 }'; }

file_of() {  # a library's name
  local folder
  for folder in "/lib/$triplet" "/usr/lib/$triplet" "/usr/$triplet/lib"; do
    if [ -e "$folder/$1" ]; then readlink -f "$folder/$1"; return; fi
  done
  echo "$0: no library $1 for $arch" >&2
  return 1
}

take_libraries_of() {
  local names name file
  names=$(needed "$1")
  for name in $names; do
    [ "$name" = "$(basename "$loader")" ] && continue
    [ -e "$root/lib/$triplet/$name" ] && continue
    file=$(file_of "$name")
    install -D -m 755 "$file" "$root/lib/$triplet/$name"
    take_libraries_of "$file"
  done
}

install -D -m 755 /build/towline "$root/usr/bin/towline"
take_libraries_of /build/towline
install -D -m 755 "$(file_of "$(basename "$loader")")" "$root$loader"
install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
install -d -m 700 -o "$user" -g "$user" "$root/var/lib/towline"

echo "image: what it consists of, in bytes"
cd "$root"
find . -type f -printf '%9s %P\n' | sort -rn
