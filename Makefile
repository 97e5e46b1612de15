# Thin aliases: bootstrap.py does the work. `make` alone shows them.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# Settings read .env; these stand in where a check runs on a clone that has none.
TESTED := DJANGO_SETTINGS_MODULE=tests.settings

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Prepare everything, serve nothing
	$(PYTHON) bootstrap.py --no-serve

.PHONY: run
run: ## Serve the counter with a worker beside it
	$(PYTHON) bootstrap.py

.PHONY: worker
worker: ## Run a Celery worker with its beat, e.g. beside `manage.py runserver`
	$(BIN)/celery -A fundcenter worker --beat --pool solo -l INFO

.PHONY: test
test: ## Run every check and test on servers of their own
	$(PYTHON) bootstrap.py test

.PHONY: test-unit
test-unit: ## Run the checks, and the tests on SQLite
	$(PYTHON) bootstrap.py test --only unit

.PHONY: test-pg
test-pg: ## Run the tests on a PostgreSQL of their own
	$(PYTHON) bootstrap.py test --only postgres

.PHONY: bench
bench: ## Run the benchmarks, one JSON line each
	$(PYTHON) bootstrap.py bench

.PHONY: lint
lint: ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: format
format: ## Mend style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: ## Check types
	$(BIN)/mypy bootstrap.py kernel office policy ledger accounts contributions loans subsidies settlement fundcenter

.PHONY: arch
arch: ## Check that apps import only downward
	$(BIN)/lint-imports

.PHONY: policy
policy: ## Load and check every policy file
	$(MANAGE) load_policies

.PHONY: check
check: lint types arch ## All checks and the house rules, without the other tests
	$(TESTED) $(MANAGE) check --fail-level WARNING
	$(TESTED) $(MANAGE) makemigrations --check --dry-run
	$(BIN)/pytest -q tests/test_tidy.py tests/policy

.PHONY: migrate
migrate: ## Bring the database up to date
	$(MANAGE) migrate

.PHONY: demo
demo: migrate policy ## Load the demo portfolio
	$(MANAGE) load_demo

.PHONY: settle
settle: ## Settle a fund year: make settle CENTRE=kashgar YEAR=2026
	$(MANAGE) settle --centre $(CENTRE) --year $(YEAR)

# Files are named by their app's folder: `-i ledger` would leave out templates/admin/ledger too.
APPS := office policy ledger accounts contributions loans subsidies settlement

.PHONY: messages
messages: ## Collect and compile the texts of every app and of the templates
	for app in $(APPS); do \
	  if [ -d $$app/locale ]; then (cd $$app && ../$(BIN)/django-admin makemessages -l zh_Hans --no-location --no-wrap \
	    && ../$(BIN)/django-admin compilemessages); fi; done
	$(MANAGE) makemessages -l zh_Hans --no-location --no-wrap $(foreach app,$(APPS),-i '$(app)/*.py' -i '$(app)/*.html') -i .venv
	$(BIN)/django-admin compilemessages -i .venv

.PHONY: lock
lock: ## Renew the lock files from pyproject.toml (needs uv)
	uv pip compile -q pyproject.toml $(LOCKING) -o requirements.lock
	uv pip compile -q pyproject.toml --group test $(LOCKING) -c requirements.lock -o requirements-test.lock
	uv pip compile -q pyproject.toml --group test --group browser $(LOCKING) -c requirements-test.lock -o requirements-browser.lock
LOCKING := --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: checksums
checksums: ## Note the checksums of the front-end parts we copied
	cd static/vendor && find . -type f ! -name CHECKSUMS ! -name README.md | LC_ALL=C sort | sed 's|^\./||' | xargs sha256sum > CHECKSUMS
	cd tests/browser/vendor && ls | grep -v CHECKSUMS | LC_ALL=C sort | xargs sha256sum > CHECKSUMS

.PHONY: clean
clean: ## Remove caches; data, keys and .venv stay
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache staticfiles
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
