# Everything happens in .venv, with the versions and hashes in requirements/.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PINS := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header pyproject.toml
SITE := .venv/.site
TESTS := .venv/.tests

# Without bytecode files, every process of a test run would compile the whole package again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: build test quick mutants bench lint format pins clean

build: $(SITE) ## Build this repository's own site into _site/
	$(BIN)/explainer build

test: $(TESTS) ## Run all tests
	$(BIN)/python -m pytest -n auto

quick: $(TESTS) ## Run the tests that need neither minutes nor a browser
	$(BIN)/python -m pytest -n auto --hypothesis-profile quick -m "not slow and not browser"

mutants: $(TESTS) ## Change the code in small ways, and list the changes that no test notices
	nice $(BIN)/python -m tests.helpers.mutation $(MODULE) --number $(or $(NUMBER),60)

bench: $(TESTS) ## Time builds of 100 and 1,000 articles, compared with Hugo and Eleventy
	$(BIN)/python bench/peers.py

lint: $(TESTS) ## Check style, types, import layers, unused code, scripts, and style sheets
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/dead.py
	$(BIN)/python -m tests.helpers.biome

format: $(TESTS) ## Format the code, and fix what ruff and Biome can fix
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python -m tests.helpers.biome --write

$(SITE): pyproject.toml requirements/site.txt
	@echo "Setting up .venv with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv .venv
	@echo "Installing $$(grep -c == requirements/site.txt) packages from requirements/site.txt to build the site."
	@$(PIP) --require-hashes -r requirements/site.txt
	@echo "Installing explainer from this folder."
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(TESTS): $(SITE) requirements/test.txt
	@echo "Installing $$(grep -c == requirements/test.txt) packages from requirements/test.txt for the tests. This takes a while."
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

pins: $(TESTS) ## Update the pinned versions after a change to pyproject.toml or requirements/*.in
	$(PINS) --output-file requirements/run.txt
	$(PINS) --all-extras --output-file requirements/extras.txt
	$(PINS) --extra search --extra images --extra math --extra links --output-file explainer/scaffold/starter/requirements.txt
	$(PINS) --extra search --extra images --extra links requirements/site.in --output-file requirements/site.txt
	$(PINS) --extra search --extra images --extra links --extra math requirements/site.in requirements/test.in \
	  --output-file requirements/test.txt

clean: ## Remove everything that was built or installed
	rm -rf .venv _site .explainer build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis node_modules
