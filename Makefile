# The two commands that matter: `make demo` and `make test`. Each prepares .venv by itself.
# Written for GNU make 3.81 and newer (macOS ships 3.81); every path is relative, so the checkout
# may lie in a folder with spaces or umlauts.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help demo test check docs prove bench lock clean venv

ARGS =
# Another Python than the first fitting one: `make test PYTHON=python3.13`.
PYTHON =
BIN := .venv/bin
PY := $(BIN)/python

# What a shell may carry over from elsewhere and what would mislead the Python in .venv.
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
# Without bytecode each process that the tests start would take twice as long to start.
unexport PYTHONDONTWRITEBYTECODE
export PIP_USER := 0
export PIP_ROOT_USER_ACTION := ignore

help: ## list these commands
	@echo 'Slotkeeper. Options of a command go in ARGS, as in: make test ARGS="tests/style -x"'
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-14s%s\n", $$1, $$2 }'

demo: venv ## play recorded phone calls against a real server, then 30 callers for 10 slots
	@$(BIN)/slotkeeper demo $(ARGS)

test: venv ## run the tests on a real PostgreSQL (brought along, nothing to install)
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

check: venv ## check style, types and the direction of imports
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(BIN)/lint-imports --no-logo

docs: venv ## build the guide into docs/_build/html, warnings are errors
	@$(PY) -m sphinx -q -W --keep-going -d docs/_build/doctrees docs docs/_build/html $(ARGS)
	@echo 'The guide is in docs/_build/html/index.html'

prove: venv ## run the long proofs (races, crashes, rivals) that `make test` leaves out
	@$(PY) -m pip -qq --disable-pip-version-check --no-input install --require-hashes -r requirements-clients.lock
	@$(PY) -m pytest -m prove --timeout 3600 $(ARGS)

bench: venv ## run the benchmarks
	@if [ -f benchmarks/__main__.py ]; then \
	  $(PY) -m benchmarks $(ARGS); \
	else \
	  echo 'There are no benchmarks yet: benchmarks/__main__.py does not exist. Nothing was run.'; \
	fi

# uv is no dependency: it is taken from PATH, else from a throw-away environment.
lock: ## make the locks anew from pyproject.toml and requirements-clients.in (needs the network)
	@set -e; uv=uv; \
	if ! command -v uv >/dev/null 2>&1; then \
	  tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	  python3 -m venv "$$tmp/uv"; \
	  "$$tmp/uv/bin/python" -m pip -qq --disable-pip-version-check install uv; \
	  uv="$$tmp/uv/bin/uv"; \
	fi; \
	"$$uv" pip compile pyproject.toml --quiet --extra dev --extra docs --extra mcp --extra redis \
	  --extra otel --extra lab --extra picture --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  -o requirements.lock $(ARGS) >/dev/null; \
	"$$uv" pip compile requirements-clients.in --quiet -c requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  -o requirements-clients.lock $(ARGS) >/dev/null
	@echo 'The locks are new; the next command installs what they name.'

clean: ## remove .venv, caches and what was built
	rm -rf .venv docs/_build build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@PYTHON="$(PYTHON)" sh scripts/prepare-venv
