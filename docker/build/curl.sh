#!/bin/bash
# Compiles libcurl from Debian's source package, with Debian's security fixes, for HTTP over OpenSSL only. Debian's own
# libcurl also speaks LDAP, SSH, RTMP and Kerberos: 25 libraries and 10 MB that towline never calls.
set -euo pipefail
. "$(dirname "$0")/target.sh"

work=$(mktemp -d)
cd "$work"
apt-get source -q=2 curl
cmake -S curl-*/ -B build -G Ninja "${cmake_target[@]}" -DCMAKE_INSTALL_PREFIX=/opt/curl \
  -DCMAKE_BUILD_TYPE=Release "-DCMAKE_C_FLAGS_RELEASE=-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2" \
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF \
  -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DENABLE_THREADED_RESOLVER=ON -DENABLE_MANUAL=OFF \
  -DCURL_ZLIB=OFF -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBPSL=OFF -DUSE_LIBIDN2=OFF \
  -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt -DCURL_CA_PATH=none > configure.log || { cat configure.log; exit 1; }
cmake --build build -j "$jobs"
cmake --install build > /dev/null
rm -rf "$work"
