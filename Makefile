# Two promises on a machine with Python 3.11+ and make: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo test lint types check bench lock

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /: /'

setup: ## make .venv from the lock, once
	@$(PYTHON) deploy/bootstrap.py

demo: setup ## crawl the bundled sample web, build the site and serve it, all offline
	@$(BIN)/aliquot demo

test: setup lint types ## lint, types, imports and all tests
	@echo "test: running the tests"
	@$(BIN)/python -m pytest -n auto --dist loadfile

lint: setup ## ruff: rules and format
	@echo "lint: ruff check, ruff format"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## mypy --strict
	@echo "types: mypy --strict"
	@$(BIN)/mypy

lock: ## pin the dependencies again (needs uv); records hashes and no addresses
	@uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.lock
