# Two promises on a machine with Python 3.11+ and make: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo test lint types check bench drill soak docs lock

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /: /'

setup: ## make .venv from the lock, once
	@$(PYTHON) deploy/bootstrap.py

demo: setup ## crawl the bundled sample web, build the site and serve it, all offline
	@$(BIN)/aliquot demo

# The tests start many processes; what one has compiled, the next need not, even where the machine says otherwise.
test: setup lint types ## lint, types, imports and all tests
	@echo "test: running the tests"
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: setup ## ruff: rules and format
	@echo "lint: ruff check, ruff format"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup ## mypy --strict
	@echo "types: mypy --strict"
	@$(BIN)/mypy

check: setup ## what takes longer or needs Node: 10,000 mutated inputs for each parser, 500 profiles in the browser, audits, the workflow
	@echo "check: 10,000 inputs for each parser"
	@ALIQUOT_FUZZ_EXAMPLES=10000 $(BIN)/python -m pytest -n auto tests/crawlers/extract/test_extract_fuzz.py tests/crawlers/test_mutated_pages.py
	@echo "check: 500 profiles answered alike by Python and a real Chromium"
	@ALIQUOT_PARITY_EXAMPLES=500 $(BIN)/python -m pytest -n auto --dist loadfile tests/browser/test_*_parity.py tests/browser/test_solver.py
	@echo "check: known holes of libraries, risky calls, types of the browser's scripts, the forge's workflow, the system's units"
	@$(BIN)/python deploy/check.py

bench: setup ## measure beside peers and floors, as ratios (half an hour)
	@for script in relevance recommend shortfall catalog crawl site night browser; do echo "bench: $$script"; $(BIN)/python -m bench.$$script || exit 1; done

drill: setup ## kill a night at 50 random points, then meet every named fault with a real night
	@echo "drill: the catalog, killed at 50 random statements"
	@$(BIN)/python -m tests.catalog.drill --points 50
	@echo "drill: every named fault"
	@$(BIN)/python -m bench.drill

soak: setup ## 365 simulated nights over a sample web that changes and fails by chance (an hour)
	@$(BIN)/python -m bench.soak

docs: setup ## write docs/commands.md anew from the program's own help
	@$(BIN)/python -m typer aliquot.cli utils docs --name aliquot --output docs/commands.md

lock: ## pin the dependencies again (needs uv); records hashes and no addresses
	@uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.lock
