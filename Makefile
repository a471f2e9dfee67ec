# Everything happens in .venv, with the versions and hashes that stand in requirements/.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: build test quick bench lint format pins clean

build: $(READY) ## This repository's own site, into _site/
	$(BIN)/explainer build

test: $(READY) ## The whole suite
	$(BIN)/python -m pytest -n auto

quick: $(READY) ## The suite without what takes minutes or a browser
	$(BIN)/python -m pytest -n auto -m "not slow and not browser"

bench: $(READY) ## How long a site of 1,000 articles takes, beside bare markdown-it-py
	$(BIN)/python bench/build.py

lint: $(READY) ## ruff, mypy, and which package may import which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

$(READY): pyproject.toml requirements/test.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

pins: ## New pins: needs uv
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header pyproject.toml --output-file requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --extra search --extra images --extra links pyproject.toml requirements/test.in \
	  --output-file requirements/test.txt

clean:
	rm -rf .venv _site .explainer build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis node_modules
