# Needs make and Python 3.11 or later; everything else is installed into .venv, pinned by hash.

PYTHON ?= python3
UV ?= uv
SEEDS ?= 1000
SAMPLES ?= 20
ARGS ?=
BIN := .venv/bin
READY := .venv/.ready
PACKAGES := protocol node tui

.DEFAULT_GOAL := help
.PHONY: help demo test check sim model bench format lock clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1;/p' Makefile | tr ';' '\t' | expand -t 16

demo: $(READY) ## seven farms found a co-op, agree, and prove it (ARGS="--json", "--tui", ...)
	$(BIN)/rochdale demo $(ARGS)

# Tests start this program dozens of times: what is compiled is kept, whatever the user's shell says.
test: export PYTHONDONTWRITEBYTECODE =
test: $(READY) ## every test (ARGS="tests/node -k lock")
	$(BIN)/python -m pytest -n 3 $(ARGS)

check: $(READY) ## formatting, lint, types, walls between packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

sim: $(READY) ## whole co-ops under a seed, on all cores; resumes (SEEDS=1000000)
	$(BIN)/python -m tests.sim --seeds $(SEEDS) $(ARGS)

model: $(READY) ## the formal model, by chance, and its traces on the code (SAMPLES=20; needs Node.js)
	$(BIN)/python -m tests.model --samples $(SAMPLES) $(ARGS)

bench: $(READY) ## every figure beside its floor, kept in benchmarks/results/
	$(BIN)/python -m benchmarks $(ARGS)

format: $(READY) ## put the code into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## pin the newest allowed versions again (needs uv)
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --no-config --upgrade --no-emit-package rochdale-protocol \
	    $(PACKAGES:%=%/pyproject.toml) --group pyproject.toml:dev -o requirements.lock

clean: ## remove what make and the tools made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Made anew as a whole, and marked ready last: half a set-up never counts.
$(READY): requirements.lock $(PACKAGES:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Rochdale needs Python 3.11 or later. Say where it is: make PYTHON=/path/to/python3.11" >&2; \
	    exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { \
	    echo "This Python has no venv. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; \
	    exit 1; }
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
	    --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --no-build-isolation $(PACKAGES:%=-e ./%)
	$(BIN)/python -m pip check
	touch $(READY)
