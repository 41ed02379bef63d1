#!/bin/bash
# Builds the image with docker or buildah, whichever works here, and keeps it as build/image/towline-ARCH.tar, which
# `docker load` and `podman load` take. Its name is towline:VERSION-ARCH.
# Usage: scripts/image.sh [amd64|arm64]   without one: as this machine
#   BASE    image to build in. Without it: debian:12-slim, or where there is only buildah, one that mmdebstrap makes of
#           this machine's own package sources (no registry needed)
#   ENGINE  docker or buildah; without it the first that works
#   JOBS    compilers at the same time; without it one a core
set -euo pipefail
cd "$(dirname "$0")/.."

here=$(dpkg --print-architecture 2>/dev/null || uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
arch=${1:-$here}
case "$arch" in
  amd64 | arm64) ;;
  *) echo "usage: $0 [amd64|arm64]" >&2; exit 2 ;;
esac
archive=build/image/towline-$arch.tar
version=$(sed -n 's/^project(towline VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
name=towline:$version-$arch
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD 2>/dev/null || revision+=-changed

engine=${ENGINE:-}
if [ -z "$engine" ]; then
  if docker info > /dev/null 2>&1; then engine=docker
  elif command -v buildah > /dev/null; then engine=buildah
  else
    echo "image: neither a running docker nor buildah is here (on Debian: apt-get install buildah mmdebstrap)" >&2
    exit 1
  fi
fi

# A Debian 12 of this machine's own package sources, once.
make_base() {
  local sources=/etc/apt/sources.list.d/debian.sources
  [ -s "$sources" ] || sources=/etc/apt/sources.list
  command -v mmdebstrap > /dev/null || {
    echo "image: no mmdebstrap to make a base with (apt-get install mmdebstrap); or name one in BASE" >&2
    exit 1
  }
  echo "image: making $1 with mmdebstrap from $sources" >&2
  mmdebstrap --quiet --variant=minbase --format=tar bookworm build/image/base.tar - < "$sources"
  local container
  container=$(buildah from scratch)
  buildah add --quiet "$container" build/image/base.tar / > /dev/null
  buildah commit --quiet "$container" "$1" > /dev/null
  buildah rm "$container" > /dev/null
  rm build/image/base.tar
}

settings=(--build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg "TARGETARCH=$arch")
[ -z "${JOBS:-}" ] || settings+=(--build-arg "JOBS=$JOBS")
mkdir -p build/image
rm -f "$archive"
if [ "$engine" = docker ]; then
  # Docker's older builder knows no BUILDPLATFORM.
  DOCKER_BUILDKIT=1 docker build --platform "linux/$arch" --build-arg "BASE=${BASE:-debian:12-slim}" "${settings[@]}" \
    -t "$name" -f docker/Dockerfile .
  docker save -o "$archive" "$name"
else
  base=${BASE:-localhost/towline-base:12}
  buildah inspect --type image "$base" > /dev/null 2>&1 || [ -n "${BASE:-}" ] || make_base "$base"
  # buildah takes BUILDPLATFORM for the base only where it is declared.
  sed '1i ARG BUILDPLATFORM' docker/Dockerfile > build/image/Dockerfile
  # The docker format, because OCI's has no health check. Isolation by chroot works inside of a container, too.
  buildah build --isolation "${BUILDAH_ISOLATION:-chroot}" --format docker --layers --platform "linux/$arch" \
    --build-arg "BASE=$base" --build-arg "BUILDPLATFORM=linux/$here" "${settings[@]}" \
    -t "localhost/$name" -f build/image/Dockerfile .
  rm build/image/Dockerfile
  buildah push --quiet "localhost/$name" "docker-archive:$archive:$name"
fi
echo "image: $archive"
