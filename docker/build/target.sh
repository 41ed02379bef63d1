# Sourced by the other steps with the architecture as Docker names it, which is Debian's name for it, too. Without it, it
# is this machine's.
#   arch: amd64 or arm64; triplet: of its compiler; loader: the file that its programs are started by;
#   native: whether this machine runs its programs itself
arch=${1:-$(dpkg --print-architecture)}
case "$arch" in
  amd64) triplet=x86_64-linux-gnu loader=/lib64/ld-linux-x86-64.so.2 ;;
  arm64) triplet=aarch64-linux-gnu loader=/lib/ld-linux-aarch64.so.1 ;;
  *) echo "$0: unknown architecture '$arch'; known: amd64, arm64" >&2; exit 2 ;;
esac
[ "$(dpkg --print-architecture)" = "$arch" ] && native=yes || native=no
export DEBIAN_FRONTEND=noninteractive
jobs=${JOBS:-$(nproc)}

# What CMake must know to compile for another architecture.
cmake_target=()
if [ "$native" = no ]; then
  cmake_target=(-DCMAKE_SYSTEM_NAME=Linux "-DCMAKE_SYSTEM_PROCESSOR=${triplet%%-*}"
    "-DCMAKE_C_COMPILER=$triplet-gcc" "-DCMAKE_CXX_COMPILER=$triplet-g++")
  export PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig
fi
