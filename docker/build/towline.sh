#!/bin/bash
# Compiles the daemon as the release preset does, without debug information and without functions that nobody calls.
set -euo pipefail
. "$(dirname "$0")/target.sh"

cmake -S . -B /build -G Ninja "${cmake_target[@]}" -DTOWLINE_TESTS=OFF -DCMAKE_PREFIX_PATH=/opt/curl \
  -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -ffunction-sections -fdata-sections" \
  "-DCMAKE_EXE_LINKER_FLAGS=-Wl,--gc-sections -s"
cmake --build /build --target towline -j "$jobs"
