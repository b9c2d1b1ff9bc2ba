# Every target makes the machine ready first, step by step, and does not repeat what is done: see docs/running.md.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup check test-fast test bench audit run clean

# Passed on to `dsfleet demo` by `make run`, to pytest by `make test` and `make test-fast`.
ARGS ?=

help: ## Show these targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' Makefile | expand -t 20

setup: ## Make this machine ready to run and to test
	@deploy/setup/prepare test

run: ## Run the whole product on this machine; ARGS="--port 8080 --data-dir DIR"
	@deploy/setup/prepare run && exec deploy/run $(ARGS)

check: ## Style, types, import directions, hygiene
	@deploy/setup/prepare check && exec deploy/check

test-fast: ## check, and the tests that need nothing but Python
	@deploy/setup/prepare check && exec deploy/test fast $(ARGS)

test: ## Everything, on real Docker, Apache Kafka and a browser
	@deploy/setup/prepare test && exec deploy/test all $(ARGS)

bench: ## What the product costs, as ratios against bare work
	@deploy/setup/prepare test && exec .venv/bin/python -m tests.bench $(ARGS)

audit: ## Known weaknesses of what we depend on; asks advisory services
	@deploy/setup/prepare check && exec deploy/audit

clean: ## Remove what was made here; containers, images and the user's cache stay
	rm -rf .venv .setup web/node_modules src/dsfleet/coordinator/api/ui build dist test-results \
	  .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
