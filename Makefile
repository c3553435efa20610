# make run     the app, in an environment of its own (.venv), opened in the browser
# make test    all tests, a real browser included
# make lint    ruff on everything, mypy on core, ui and pages
# make bench   the measured numbers
#
# PORT=8501 HOST=localhost      where the app listens (HOST=0.0.0.0: the whole network)
# PYTHON=/path/to/python3.12    instead of the first Python ≥ 3.11 that is found
# TORCH_INDEX=URL               a further package index to take torch from, such as PyTorch's CPU builds
# PIP_ARGS="…"                  anything else for pip
# TESTS="tests/core -k losses"  a part of the tests; WORKERS=4 processes run them, for a browser makes one wait
# SCREENSHOTS=1                 the browser's tests leave pictures of what they saw in screenshots/

PORT ?= 8501
HOST ?= localhost
WORKERS ?= 4
TESTS ?= tests

BIN := .venv/bin
PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) $(PIP_ARGS)

.PHONY: run test lint bench clean

run: .venv/run.stamp
	$(BIN)/python -m streamlit run app.py --server.port $(PORT) --server.address $(HOST)

# A file's tests stay on one worker, which makes what they share once; the longest files, in tests/browser, come first.
# What is compiled is kept, for the tests start many processes that read the same modules.
test: .venv/dev.stamp
	@sh tools/chromium.sh $(BIN)/python
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .pytest_cache .hypothesis .mypy_cache .ruff_cache screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@sh tools/environment.sh "$(PYTHON)"

# A stamp is as new as the requirements that were installed; a second run finds nothing to do.
.venv/run.stamp: requirements.txt | .venv/bin/python
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements.txt | .venv/bin/python
	$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@ .venv/run.stamp
