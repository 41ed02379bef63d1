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

.PHONY: help setup setup-build setup-test setup-check setup-package setup-interop build run test torture check \
  check-format check-rules check-docs check-terraform check-fuzz sanitize check-asan check-tsan bench bench-redaction fuzz simulate format \
  docs clean setup-browser test-page deb test-deb check-systemd image test-image check-compose logs

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: setup-check ## install every Debian package that building, testing and checking need
setup-build setup-test setup-check setup-package setup-browser: setup-%:
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

test-page: setup-browser ## the status page in headless Chromium; screenshots in build/page (a minute)
	$(call configure,release)
	@cmake --build --preset release --target towline -j $(JOBS)
	@$(PYTHON) -m pytest -c tests/pytest.ini -rA tests/e2e/page_test.py

torture: setup-test ## the fault tests in their long form: kills, power cuts, broken disks (20 minutes)
	$(call configure,release)
	@cmake --build --preset release --target towline -j $(JOBS)
	@$(PYTEST) -rA --long tests/torture tests/redaction tests/e2e/durability_test.py tests/e2e/isolation_test.py \
	  tests/e2e/memory_test.py tests/e2e/cloudwatch_test.py tests/e2e/dual_test.py

check: setup-check check-format check-rules check-docs check-terraform check-systemd check-compose check-fuzz ## style, rules, drift, a little fuzzing
	@echo "check: all passed"

check-format:
	@scripts/format.sh --check

check-rules:
	@$(PYTEST) tests/rules

check-docs: build
	@build/release/towline docs --check
	@$(PYTHON) -B packaging/generate.py --check

# deploy/aws and the modules below it. The parser is in .venv (make setup-interop); without it this skips and says so.
check-terraform: build
	@$(PYTEST) tests/deploy

# The unit, and what is installed beside it. The package itself is tried by `make test-deb`.
check-systemd: build
	@$(PYTEST) tests/package --ignore tests/package/installed

deb: setup-package build ## build the Debian package: build/package/towline_VERSION_ARCH.deb
	@cmake --preset release >/dev/null
	@rm -f build/package/towline_*.deb
	@cpack --config build/release/CPackConfig.cmake -B build/package >/dev/null
	@rm -rf build/package/_CPack_Packages
	@ls build/package/towline_*.deb

test-deb: deb ## as root: install, upgrade and purge the package on a machine of its own, under its own systemd
	@$(PYTHON) -m pytest -c tests/pytest.ini -rA tests/package/installed

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

# ARCH=amd64 or arm64; without it as this machine.
ARCH ?= $(shell dpkg --print-architecture 2>/dev/null || uname -m | sed "s/x86_64/amd64/; s/aarch64/arm64/")
image: ## build the container image with docker or buildah: build/image/towline-ARCH.tar
	@scripts/image.sh $(ARCH)

test-image: setup-test ## run the image (made if it isn't there): without rights, records in and out, SIGTERM, its size
	@test -f build/image/towline-$(ARCH).tar || $(MAKE) --no-print-directory image
	@TOWLINE_IMAGE=build/image/towline-$(ARCH).tar $(PYTHON) -m pytest -c tests/pytest.ini -n 2 -rA tests/image/image_test.py

check-compose: build ## check docker/, deploy/prometheus and deploy/grafana: no container engine needed
	@PYTHON=$(PYTHON) scripts/compose_check.sh
	@scripts/promtool.sh
	@$(PYTEST) tests/image --ignore tests/image/image_test.py

logs: ## show the records of docker/compose.yaml as they come, formatted
	@docker compose -f docker/compose.yaml exec towline /usr/bin/towline logs --config /etc/towline/towline.yaml --follow

format: setup-check ## bring the C++ sources into form
	@scripts/format.sh

docs: build ## regenerate the reference pages, manual pages and completions from the tables in the code
	@build/release/towline docs
	@$(PYTHON) -B packaging/generate.py

clean: ## remove everything that was built
	@rm -rf build
