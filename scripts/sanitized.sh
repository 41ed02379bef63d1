#!/bin/bash
# Runs a command with settings that make every finding of a sanitizer end the process with a code of its own (99).
# The address space is not randomised: ThreadSanitizer of g++ 12 can't start where the kernel spreads mappings widely.
set -euo pipefail

export ASAN_OPTIONS="exitcode=99:detect_stack_use_after_return=1:strict_string_checks=1:detect_leaks=1"
export UBSAN_OPTIONS="exitcode=99:print_stacktrace=1:halt_on_error=1"
export TSAN_OPTIONS="exitcode=99:halt_on_error=1:second_deadlock_stack=1"

if setarch --addr-no-randomize true 2>/dev/null; then
  exec setarch --addr-no-randomize "$@"
fi
exec "$@"
