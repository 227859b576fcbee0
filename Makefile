# Each target does its own set-up; a second run finds it done and starts at once.
PYTHON ?= python3
VENV := .venv
# Material announces its end of life at each start; README.md says what it means for this site.
export NO_MKDOCS_2_WARNING := 1
KB := $(VENV)/bin/kb
SITE_READY := $(VENV)/.site-ready
TESTS_READY := $(VENV)/.tests-ready
ADDRESS ?= 127.0.0.1:8000

.DEFAULT_GOAL := help
.PHONY: help serve build check test lint format bench-sync bench-bib bench-watch lock clean bench test-rebuilds

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

serve: $(SITE_READY) ## build the site and serve it on http://127.0.0.1:8000, rebuilt at each save
	$(VENV)/bin/mkdocs serve --dev-addr $(ADDRESS)

build: $(SITE_READY) ## build the site into site/, any warning fails
	$(VENV)/bin/mkdocs build --strict

check: $(SITE_READY) ## list every problem of notes and references
	$(KB) check

test: $(TESTS_READY) ## run all tests; the browser tests need chromium on PATH
	$(VENV)/bin/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(TESTS_READY) ## check style and types of the code
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

format: $(TESTS_READY) ## put the code in its standard form
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

LOCK := $(VENV)/bin/pip-compile --quiet --generate-hashes --all-build-deps --strip-extras --allow-unsafe \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

bench-sync: $(TESTS_READY) ## time an import and a sync of 1,000 references
	$(VENV)/bin/python benchmarks/sync.py

bench-watch: $(TESTS_READY) ## precision and recall of refs/watch.yml on 700 labeled papers
	$(VENV)/bin/python benchmarks/watch.py

bench-bib: $(TESTS_READY) ## time a .bib file of 100,000 entries
	$(VENV)/bin/python benchmarks/bib.py

# With TOOLS=<bin folder of an environment> Zensical and mkdocs-bibtex are timed too, if they are there.
bench: $(TESTS_READY) ## time builds, saves and checks of small bases against plain Material, in minutes
	$(VENV)/bin/python benchmarks/site.py $(if $(TOOLS),--tools $(TOOLS))

test-rebuilds: $(TESTS_READY) ## try many random edits under serve, for half an hour
	$(VENV)/bin/pytest tests/functional/test_rebuilds.py --hypothesis-profile thorough

lock: $(TESTS_READY) ## resolve the dependencies anew and write both lock files
	$(LOCK) --upgrade --output-file requirements.lock pyproject.toml
	$(LOCK) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## remove what was built, and the environment
	rm -rf site $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || { \
	  echo "Latent Notes needs Python 3.11.5 or newer; this is $$($(PYTHON) -V). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(SITE_READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTS_READY): requirements-dev.lock $(SITE_READY)
	$(VENV)/bin/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@
