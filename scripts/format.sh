#!/bin/bash
# Brings every C++ file into the form of .clang-format; with --check only says which ones are not.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=(-i)
[ "${1:-}" = --check ] && mode=(--dry-run --Werror)
find src bench cmake tests -name '*.cpp' -print0 -o -name '*.hpp' -print0 |
  xargs -0 -r -n 16 -P "$(nproc)" clang-format-14 "${mode[@]}"
