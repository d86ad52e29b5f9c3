# Two commands: `make run` and `make test`. All set-up happens in .venv and node_modules.
SHELL := /bin/sh
PY := .venv/bin/python

.PHONY: run test check lint format bench lock setup setup-dev clean reset

run: ## serve the suite with the demo company (ARGS="--port 8080")
	@sh scripts/bootstrap.sh
	@exec $(PY) manage.py up --demo $(ARGS)

test: ## all tests (ARGS="tests/orders -x")
	@sh scripts/bootstrap.sh --dev
	@$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

check: setup-dev ## formatting, lint, types, contracts, migrations, templates, texts
	@sh scripts/check.sh

lint: setup-dev ## the quick part of check
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .

format: setup-dev ## mend what a tool can mend
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .
	@$(PY) -m djhtml --tabwidth 2 templates

setup:
	@sh scripts/bootstrap.sh

setup-dev:
	@sh scripts/bootstrap.sh --dev

bench: setup-dev ## measure in scratch databases (ARGS="W1 W4-100k --json")
	@$(PY) manage.py bench $(ARGS)

lock: setup-dev ## newest versions that pyproject.toml admits, with hashes
	@sh scripts/lock.sh

clean: ## remove what set-up and tools made; data stays
	rm -rf .venv node_modules static/dist staticfiles .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache
	find locale -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

reset: ## stop the local servers and remove this checkout's data, demo and documents included
	@$(PY) -m o2c.local.reset
