# The commands people use. `make help` tells them all.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
WORKERS ?= 2
.DEFAULT_GOAL := help

.PHONY: help demo serve test test-postgres check format messages screenshots bench conformity lock clean install install-dev

help: ## tell the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install:
	@$(PYTHON) scripts/bootstrap.py base
	@$(BIN)/python scripts/messages.py compile

install-dev:
	@$(PYTHON) scripts/bootstrap.py dev
	@$(BIN)/python scripts/messages.py compile

demo: install ## install, migrate, fill a demonstration agency and serve it (PORT=8000)
	@DEMO=1 $(BIN)/python manage.py serve --demo --port $(PORT)

serve: install ## serve this office with worker, beat and signing process (PORT=8000)
	@$(BIN)/python manage.py serve --port $(PORT)

test: install-dev ## install what is needed and run the tests
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: install-dev ## style, types, layers, translations, migrations, addresses
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy edocs signing search
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python scripts/messages.py check
	@$(BIN)/python scripts/outside_addresses.py
	@DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python scripts/conformity.py --check

format: install-dev ## put the code into the house's form
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

messages: install ## compile the translations
	@$(BIN)/python scripts/messages.py compile

screenshots: install-dev ## pictures of the main pages, desktop and phone, into screenshots/
	@$(BIN)/python -m tests.browser.screenshots

bench: install-dev ## every measurement (minutes); writes docs/performance.md
	@$(BIN)/python -m bench

conformity: install-dev ## write docs/conformity.md from the tests' requirement ids
	@$(BIN)/python scripts/conformity.py

lock: install-dev ## renew the exact pins from the ranges
	@for which in base dev; do \
	  groups=""; [ $$which = dev ] && groups="--group test --group check"; \
	  $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	    pyproject.toml $$groups -o requirements/$$which.txt; done
	@echo "uv>=0.9" | $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 - -o requirements/uv.txt

clean: ## forget everything made here, the demonstration's data too
	rm -rf var .mypy_cache .ruff_cache .pytest_cache screenshots test-results
