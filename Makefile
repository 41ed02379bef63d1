# Thin verbs over the CMake presets (CMakePresets.json). `make` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Debian's interpreter: the test packages of scripts/packages.txt belong to it.
PYTHON ?= /usr/bin/python3
JOBS ?= $(shell nproc)
# More workers than cores: most of the time of these tests is waiting.
PYTEST = $(PYTHON) -m pytest -c tests/pytest.ini -n $(shell expr 2 \* $(JOBS))
CTEST = ctest --no-tests=error --output-on-failure -j $(JOBS)
FUZZ_SECONDS ?= 60
DEPTH ?= 7
SECONDS ?= 600

# ccache is used where it is installed and nobody chose another launcher.
ifneq ($(shell command -v ccache),)
export CMAKE_CXX_COMPILER_LAUNCHER ?= ccache
endif

# $(call configure,preset): CMake needs to run only once; after that Ninja runs it when a CMake file changes.
configure = @test -f build/$(1)/build.ninja || cmake --preset $(1) >/dev/null

.PHONY: help setup setup-build setup-test setup-check setup-interop build run test torture check check-format \
  check-rules check-docs check-terraform check-fuzz sanitize check-asan check-tsan bench bench-redaction fuzz simulate format \
  docs clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: setup-check ## install every Debian package that building, testing and checking need
setup-build setup-test setup-check: setup-%:
	@scripts/setup.sh $*

setup-interop: setup-test ## Python packages that Debian doesn't have, in .venv: moto's server for the interop tests
	@PYTHON=$(PYTHON) scripts/setup_interop.sh

build: setup-build ## build the daemon: build/release/towline
	$(call configure,release)
	@cmake --build --preset release --target towline -j $(JOBS)

run: build ## build and run on the built-in configuration, in the foreground
	@exec build/release/towline run

test: setup-test ## every test that needs no special machine
	@cmake --preset release >/dev/null  # again: GoogleTest may be new since `make build`
	@cmake --build --preset release -j $(JOBS)
	@$(CTEST) --test-dir build/release
	@$(PYTEST) tests/support tests/redaction tests/e2e tests/torture tests/interop tests/docs

torture: setup-test ## the fault tests in their long form: kills, power cuts, broken disks (20 minutes)
	$(call configure,release)
	@cmake --build --preset release --target towline -j $(JOBS)
	@$(PYTEST) -rA --long tests/torture tests/redaction tests/e2e/durability_test.py tests/e2e/isolation_test.py \
	  tests/e2e/memory_test.py tests/e2e/cloudwatch_test.py tests/e2e/dual_test.py

check: setup-check check-format check-rules check-docs check-terraform check-fuzz ## style, rules, drift, a little fuzzing
	@echo "check: all passed"

check-format:
	@scripts/format.sh --check

check-rules:
	@$(PYTEST) tests/rules

check-docs: build
	@build/release/towline docs --check

# deploy/aws. Its parser is in .venv (make setup-interop); without it this skips and says so.
check-terraform: build
	@$(PYTEST) tests/deploy

sanitize: setup-check check-asan check-tsan ## the tests with ASan and UBSan, then with TSan (an hour on two cores)

# Every test once more with AddressSanitizer and UBSan; those about figures skip themselves.
check-asan:
	$(call configure,asan)
	@cmake --build --preset asan -j $(JOBS)
	@scripts/sanitized.sh $(CTEST) --test-dir build/asan
	@TOWLINE_BIN=build/asan/towline scripts/sanitized.sh $(PYTEST) tests/redaction tests/e2e tests/interop

# ThreadSanitizer has something to say only where there are threads.
THREADED = app aws base delivery net sources stream telemetry
check-tsan:
	$(call configure,tsan)
	@cmake --build --preset tsan -j $(JOBS) --target towline $(THREADED:%=%_test)
	@scripts/sanitized.sh $(CTEST) --test-dir build/tsan -R '^($(shell echo $(THREADED) | tr ' ' '|'))\.'
	@TOWLINE_BIN=build/tsan/towline scripts/sanitized.sh $(PYTEST) tests/e2e tests/interop

check-fuzz:
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=10

fuzz: setup-check ## run every fuzz target for FUZZ_SECONDS (60)
	$(call configure,fuzz)
	@cmake --build --preset fuzz --target fuzzers -j $(JOBS)
	@scripts/fuzz.sh build/fuzz $(FUZZ_SECONDS)

simulate: setup-test ## crashes and faults: every history of DEPTH (7) steps, then random ones for SECONDS (600)
	$(call configure,release)
	@cmake --build --preset release --target simulate -j $(JOBS)
	@build/release/tests/simulation/simulate --depth $(DEPTH) --histories 400 --seconds $(SECONDS) --steps 300 \
	  --expect-all

bench: setup-test ## CPU per gigabyte, memory and start-up time of the whole process
	$(call configure,release)
	@cmake --build --preset release --target towline kernel_loop record_bench redact_bench sink_bench -j $(JOBS)
	@build/release/bench/record_bench
	@build/release/bench/redact_bench
	@build/release/bench/sink_bench
	@$(PYTHON) bench/run.py

bench-redaction: build ## what redaction finds and misses; keeps the report in docs/
	@$(PYTHON) bench/redaction.py

format: setup-check ## bring the C++ sources into form
	@scripts/format.sh

docs: build ## regenerate the reference pages from the tables in the code
	@build/release/towline docs

clean: ## remove everything that was built
	@rm -rf build
