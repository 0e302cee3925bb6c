# Todoke. `make` shows the targets.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8000
PY := .venv/bin/python

##@ The two commands
run: setup ## Start a training installation on http://127.0.0.1:$(PORT) (PORT=...); a second run keeps its data
	@scripts/system.sh run
	@exec .venv/bin/todoke training --port $(PORT)

test: setup-dev ## Install what the tests need and run them all
	@scripts/system.sh test
	@$(PY) -m pytest $(ARGS)

##@ Work on the code
setup: ## Make .venv with the pinned packages to run
	@scripts/setup.sh base

setup-dev: ## ... and those to develop and test
	@scripts/setup.sh dev

check: setup-dev ## Lint, types, floors, module sizes, ownership of our top-level names
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) scripts/modules.py

format: setup-dev ## Format the code
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

lock: setup-dev ## Pin the requirements anew, with hashes and without hosts
	@for name in base dev; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --overrides requirements/overrides.txt requirements/$$name.in -o requirements/$$name.txt; done

docs: setup-dev ## Write the reference pages that come from the code (a test fails while they are old)
	@$(PY) -m scripts.reference

bench: setup-dev ## Reading accuracy on synthetic sheets (minutes)
	@$(PY) -m benchmarks.read_accuracy

clean: ## Remove caches and the virtual environment (never var/, where the data is)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

help: ## Show this
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*##/ {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: run test setup setup-dev check format lock docs bench clean help
