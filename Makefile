# Everything happens in .venv, with the versions and hashes in requirements/.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PINS := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header pyproject.toml
SITE := .venv/.site
TESTS := .venv/.tests

# Without files of bytecode each process of a test compiles the whole package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: build test quick bench lint format pins clean

build: $(SITE) ## This repository's own site, into _site/
	$(BIN)/explainer build

test: $(TESTS) ## The whole suite
	$(BIN)/python -m pytest -n auto

quick: $(TESTS) ## The suite without what takes minutes or a browser
	$(BIN)/python -m pytest -n auto --hypothesis-profile quick -m "not slow and not browser"

bench: $(TESTS) ## How long a site of 1,000 articles takes, beside bare markdown-it-py
	$(BIN)/python bench/build.py

lint: $(TESTS) ## ruff, mypy, which package may import which, code that nothing uses; scripts and style sheets
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/dead.py
	$(BIN)/python -m tests.helpers.biome

format: $(TESTS)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python -m tests.helpers.biome --write

$(SITE): pyproject.toml requirements/site.txt
	@echo "Setting up .venv with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv .venv
	@echo "Installing $$(grep -c == requirements/site.txt) packages from requirements/site.txt, to build the site."
	@$(PIP) --require-hashes -r requirements/site.txt
	@echo "Installing explainer from this folder."
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(TESTS): $(SITE) requirements/test.txt
	@echo "Installing $$(grep -c == requirements/test.txt) packages from requirements/test.txt, for the tests. It takes a while."
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

pins: $(TESTS) ## New pins, after a change of pyproject.toml or requirements/*.in
	$(PINS) --output-file requirements/run.txt
	$(PINS) --extra search --extra images requirements/site.in --output-file requirements/site.txt
	$(PINS) --extra search --extra images --extra links requirements/site.in requirements/test.in \
	  --output-file requirements/test.txt

clean:
	rm -rf .venv _site .explainer build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis node_modules
