# The doors of this repository. Each target is a line or two over CMake or a script in scripts/, so that all of
# it can be done by hand too. `make help` tells what there is.
.DEFAULT_GOAL := help
export CCACHE_BASEDIR := $(CURDIR)
PREFIX ?= /usr/local

help: ## Show this list
	@echo "redouble: an in-process Redis test double. Start with 'make run', check with 'make test'."
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'
	@echo
	@echo "To work on it: cmake --preset dev && ninja -C build/dev && build/dev/unit_tests"
	@echo "One area:      build/dev/unit_tests '[getex]'      All presets: cmake --list-presets"

run: ## Build the release binary and start it on port 6379, or PORT=…
	@scripts/run $(ARGS)

test: ## Build and run every test, those against a real redis-server and real clients too
	@scripts/test

bench: ## Compare the speed with redis-server's (a few minutes, on a quiet machine); ARGS=--quick
	@scripts/install-deps bench
	@cmake --preset release >/dev/null
	@cmake --build --preset release --target bench
	@tests/bench/compare $(ARGS)

coverage: ## Print the line and branch coverage of protocol/ and engine/; fails below 90 % of the branches
	@scripts/install-deps coverage
	@scripts/coverage

format: ## Format the C++ files as .clang-format says
	@scripts/install-deps dev
	@git ls-files '*.h' '*.cpp' | xargs clang-format -i

lint: ## Check the format and run clang-tidy (minutes)
	@scripts/install-deps dev
	@scripts/lint

install: ## Install headers, libraries, binary and package files into PREFIX (/usr/local)
	@scripts/install-deps run
	@cmake --preset release >/dev/null
	@cmake --build --preset release --target all
	@cmake --install build/release --prefix "$(PREFIX)"

clean: ## Remove everything that was built
	rm -rf build

.PHONY: help run test bench coverage format lint install clean
