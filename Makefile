# Two commands matter: `make run` shows the site, `make test` checks it. Nothing is assumed but python3 (3.11 or newer), make and git.

PORT ?= 8000
PYTHON ?= python3
unexport PYTHONDONTWRITEBYTECODE # where it is set, every process would compile all of the code anew

python = .venv/bin/python
manage = $(python) manage.py

help: ## Lists what can be asked for
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

# ── The site ──────────────────────────────────────────────────────────────────────────────────────────────────────────

run: free-port demonstration var/static/staticfiles.json ## Sets up what is missing, then serves the site (another port: make run PORT=9000)
	@$(manage) demonstration_staff --port $(PORT)
	@$(manage) demonstration_recipients
	@$(python) -m hospital_site.serve --workers 2 --blocking-threads 4 \
		--respawn-failed-workers --workers-kill-timeout 10 \
		--host 127.0.0.1 --port $(PORT) --log-level error

dev: export DEBUG = true
dev: free-port demonstration ## The same for developers: shows error pages, follows every change of the code
	@$(manage) demonstration_staff --port $(PORT)
	@$(manage) demonstration_recipients
	@$(manage) runserver 127.0.0.1:$(PORT)

measure: demonstration var/static/staticfiles.json ## Queries, bytes, time, start and memory (beside an earlier commit: make measure COMMIT=…)
	@$(manage) measure
	@$(python) benchmarks/sizes.py
	@$(python) benchmarks/kept.py
	@$(python) benchmarks/compare.py $(COMMIT)

measure-search: demonstration ## Searches for every query of the judged list, and counts how often the right page comes first
	@$(manage) measure_search

run dev measure measure-search demonstration: export MODE = demonstration
run dev: export PORT := $(PORT)

demonstration: environment
	@$(manage) migrate --verbosity 0
	@$(manage) messages --compile
	@$(manage) load_first_content
	@$(manage) load_glossary --publish

var/static/staticfiles.json: $(shell find static) requirements.txt | environment
	@$(manage) collectstatic --no-input --clear --verbosity 0

# ── Checks ────────────────────────────────────────────────────────────────────────────────────────────────────────────

# One process of tests for each core; each has a database, a server and a Chromium of its own.
# T names what alone to test: make test T=tests/site/test_home.py, make test-browser T="-k keyboard".
pytest = $(python) -m pytest $(or $(T),-n auto --maxprocesses 4 --dist worksteal)
besides-browser = --ignore=tests/browser # which would be imported only to be left out
in-browser = $(if $(findstring tests/,$(T)),,tests/browser)

test: export MODE = test
test: compiled $(if $(T),,check) ## Style, settings, migrations and all tests but those of the browser, on SQLite (a part: make test T=tests/site)
	@$(pytest) -m "not browser" $(besides-browser)
	@$(if $(T),,echo "Left out here: make test-postgres (all that touches data, on PostgreSQL), make test-browser (Chromium).")

test-postgres: export MODE = test
test-postgres: compiled ## All tests that touch data, on a PostgreSQL server that lives as long as they do
	@.ci/postgres $(pytest) -m "not browser" $(besides-browser) --database-only

test-browser: export MODE = test
test-browser: compiled ## Chromium, axe and the Nu HTML checker, over every kind of page
	@.ci/browser
	@$(pytest) $(in-browser) -m browser

try-deploy: environment-dev ## Walks from nothing to a running site on this machine, as root: docs/operations.md, line by line
	@$(python) deploy/try

test-languages: environment-dev ## A copy of the site gets Vietnamese and Arabic, as README.md says, and every page is looked at
	@$(python) .ci/languages

check: compiled ## Style, settings of a production start, missing migrations
	@$(python) -m ruff check --quiet --output-format concise
	@$(python) -m ruff format --check --quiet
	@.venv/bin/djangofmt --check --quiet templates
	@$(as-production) $(manage) check --deploy --fail-level WARNING
	@$(as-production) $(manage) makemigrations --check --dry-run

as-production = MODE=production ALLOWED_HOSTS=www.example.org SECRET_KEY=$(random) ENQUIRY_KEYS=$(key) \
	ENQUIRY_KEYS_COPIED=$$(printf %s $(key) | sha256sum | cut -c1-12) CLIENT_ADDRESS_HEADER=none PROXY_HTTPS_HEADER=none \
	SITE_ADDRESS=https://www.example.org SITE_OPERATOR=Example SITE_CONTACT=Example EMAIL_FROM=enquiries@example.org \
	BACKUP_RECIPIENTS=age1cj6zw069jwstp5cyah7zzdhmx74ee2d4pn49nl28n6et7rnyaqusdfka9j
key = for-this-check-only-for-this-check-only-for-this-check-only
random = $$(head -c 48 /dev/urandom | base64 -w 0)

compiled: environment-dev $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

%.mo: %.po | environment-dev
	@MODE=test $(manage) messages --compile

# ── Upkeep ────────────────────────────────────────────────────────────────────────────────────────────────────────────

messages: export MODE = test
messages: environment ## Gathers every sentence of the interface into locale/, and compiles
	@$(manage) messages

lock: ## Pins what pyproject.toml asks for, with hashes and without addresses; keeps the versions that still fit
	@$(PYTHON) -m venv --clear var/lock
	@var/lock/bin/python -m pip install --quiet uv
	@$(compile) pyproject.toml --output-file requirements.txt
	@$(compile) pyproject.toml --output-file requirements-dev.txt --group dev --constraint requirements.txt
	@rm -rf var/lock

upgrade: ## Pins the newest versions that pyproject.toml allows
	@rm -f requirements.txt requirements-dev.txt
	@$(MAKE) --no-print-directory lock

compile = var/lock/bin/python -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

clean: ## Removes what was made on this machine, except the database and the secret key
	rm -rf .venv var/static .pytest_cache .ruff_cache .hypothesis locale/*/LC_MESSAGES/*.mo
	find . -name __pycache__ -prune -exec rm -rf {} +

environment: ## Installs into .venv what the site needs to run
	@$(PYTHON) .ci/environment requirements.txt

environment-dev: ## The same with the tools of developers; every command that needs it does this by itself
	@$(PYTHON) .ci/environment requirements-dev.txt

free-port:
	@$(PYTHON) .ci/free-port $(PORT)

.PHONY: help run dev measure measure-search demonstration test test-postgres test-browser try-deploy test-languages check compiled messages lock upgrade clean environment environment-dev free-port
