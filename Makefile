# Two commands do everything on a fresh machine: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROVIDER := tests/provider/node_modules/.package-lock.json
ARGS ?=

.PHONY: demo test lint bench fuzz races clean

demo: $(VENV)/run.stamp
	$(BIN)/wkw demo $(ARGS)

test: $(VENV)/test.stamp $(PROVIDER)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict wkw

fuzz: $(VENV)/test.stamp
	WKW_FUZZ=10000 $(BIN)/python -m pytest -n0 tests/test_fuzz.py tests/test_injection.py $(ARGS)

races: $(VENV)/test.stamp
	WKW_RACES=4 WKW_KILLS=200 WKW_OPT_OUTS=1000 $(BIN)/python -m pytest -n0 \
	  tests/test_races.py tests/test_opt_out_races.py tests/test_outbox_races.py $(ARGS)

bench: $(VENV)/test.stamp
	$(BIN)/python tests/bench/ingest.py $(ARGS)

# Installed from the locks alone: every file is checked against its hash.
$(VENV)/run.stamp: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-build.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/test.stamp: requirements-test.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-test.lock
	touch $@

# An identity provider that tests run; node itself is in the lock of the tests.
$(PROVIDER): tests/provider/package-lock.json $(VENV)/test.stamp
	cd tests/provider && $(abspath $(BIN))/npm ci --ignore-scripts --no-audit --no-fund --silent
	touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "wkw needs Python 3.11 or newer: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python cannot make a virtual environment: install python3-venv" >&2; exit 1; }

clean:
	rm -rf $(VENV) tests/provider/node_modules
