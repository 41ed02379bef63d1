#!/bin/bash
# Runs every libFuzzer program of a build directory for some seconds each, as many at a time as there are cores.
# Usage: scripts/fuzz.sh BUILD_DIR SECONDS. Seeds: tests/fuzz/<target>/; what is new stays in BUILD_DIR/corpus/<target>/.
# A finding ends the run with an error and leaves its input in BUILD_DIR/corpus/<target>/ as crash-*.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=$1
export root build seconds=$2

run_one() {
  local program=$1 target
  target=$(basename "$program")
  local corpus=$build/corpus/$target seeds=$root/tests/fuzz/$target log=$build/$target.log
  mkdir -p "$corpus"
  local inputs=("$corpus")
  [ -d "$seeds" ] && inputs+=("$seeds")
  if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
      -artifact_prefix="$corpus/" "${inputs[@]}" >"$log" 2>&1; then
    echo "fuzz: $target: $(awk '/number_of_executed_units/ { print $2 }' "$log") runs, no finding"
  else
    echo "fuzz: $target: FINDING"
    tail -40 "$log"
    return 1
  fi
}
export -f run_one

mapfile -t programs < <(find "$build" -type f -executable -name '*_fuzz' | sort)
if [ ${#programs[@]} -eq 0 ]; then
  echo "fuzz: no fuzz target in $build" >&2
  exit 1
fi
printf '%s\0' "${programs[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'set -euo pipefail; run_one "$1"' _
