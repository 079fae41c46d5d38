# Tradebook. Everything a person types is a target here; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
MARKET ?= simulated
VENV := .venv
BIN := $(VENV)/bin
UI := src/tradebook/web/ui/index.html
# In the order of the folders: few and slow ones come early, and thousands of quick ones fill both processes to the end.
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder
UI_SOURCES := $(shell find ui -type f -not -path '*/node_modules/*' -not -path '*/generated/*' 2>/dev/null)

.PHONY: help setup run test test-browser test-cluster screenshots check format bench docs lock openapi ui clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 18

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Tradebook needs Python 3.11 or newer; set PYTHON=/path/to/it." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Tradebook runs on …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2>/dev/null \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what Tradebook is proven with …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

ui/node_modules/.installed: ui/package-lock.json
	@command -v npm >/dev/null || { echo "The page is built with Node 20.19 or newer; on Debian: apt-get install nodejs npm" >&2; exit 1; }
	@echo "Installing what the page is built with …"
	@cd ui && npm ci --fetch-timeout=60000 --fetch-retries=5 --no-audit --no-fund --loglevel=error
	@touch $@

tests/lighthouse/node_modules/.installed: tests/lighthouse/package-lock.json
	@echo "Installing Lighthouse …"
	@cd tests/lighthouse && npm ci --fetch-timeout=60000 --fetch-retries=5 --no-audit --no-fund --loglevel=error
	@touch $@

$(UI): $(UI_SOURCES) contracts/openapi.json deploy/compress-page ui/node_modules/.installed
	@echo "Building the page …"
	@cd ui && npm run --silent build
	@node deploy/compress-page $(dir $(UI))
	@touch $@

setup: $(VENV)/.installed-dev ui/node_modules/.installed ## install everything, for development

ui: $(UI) ## build the page

run: $(VENV)/.installed $(UI) ## start on a demo book and print the URL  [PORT=8000] [MARKET=simulated|live]
	@exec $(BIN)/tradebook up --demo --port $(PORT) --market $(MARKET)

test: $(VENV)/.installed-dev $(UI) ## every test that needs no privilege
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not cluster and not browser" --cov --cov-report=
	@$(BIN)/python -m tests.coverage_bounds
	@cd ui && npm run --silent test

test-browser: $(VENV)/.installed-dev $(UI) tests/lighthouse/node_modules/.installed ## journeys in Chromium
	@deploy/ensure-chromium
	@$(BIN)/python -m pytest -m browser

screenshots: $(VENV)/.installed-dev $(UI) ## the pages, for the documentation
	@deploy/ensure-chromium
	@$(BIN)/python -m tests.browser.screenshots

test-cluster: $(VENV)/.installed-dev $(UI) ## the long ones: a hundred kills and more
	@$(BIN)/python -m pytest -m cluster --timeout 3600

check: $(VENV)/.installed-dev ui/node_modules/.installed ## format, lint, types, import rules, security lint
	@$(BIN)/ruff format --check src tests bench docs
	@$(BIN)/ruff check src tests bench docs
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive src
	@cd ui && npm run --silent check

format: $(VENV)/.installed-dev ## put the code in order
	@$(BIN)/ruff format src tests bench docs
	@$(BIN)/ruff check --fix src tests bench docs

bench: $(VENV)/.installed-dev ## all benchmarks, one JSON object per line
	@$(BIN)/python -m bench all --json

openapi: $(VENV)/.installed ## write contracts/openapi.json from the code
	@$(BIN)/tradebook openapi > contracts/openapi.json

docs: $(VENV)/.installed-dev ## write the reference pages from the code
	@$(BIN)/python -m docs.render

lock: $(VENV)/.installed-dev ## resolve the dependencies anew
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 requirements.in --output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --constraint requirements.lock requirements-dev.in --output-file requirements-dev.lock

clean: ## remove what was built (never data)
	@rm -rf $(VENV) ui/node_modules ui/dist src/tradebook/web/ui build dist
