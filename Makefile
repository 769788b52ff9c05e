# Two commands matter to a newcomer: `make demo` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
DEMO := demo
SIMULATED := Everything in this report is simulated: no such company, customers or messages exist.

.PHONY: demo serve font test lint types check clean lock

demo: .venv/installed
	rm -rf $(DEMO)
	$(BIN)/careworth simulate company --customers 20000 --out $(DEMO)/customers
	$(BIN)/careworth ingest $(DEMO)/customers/messages.parquet --mapping $(DEMO)/customers/mapping.toml --data $(DEMO)/customers/data
	$(BIN)/careworth records $(DEMO)/customers/records --data $(DEMO)/customers/data
	$(BIN)/careworth report --inputs $(DEMO)/customers/inputs.toml --zone Europe/Rome --data $(DEMO)/customers/data \
		--out $(DEMO)/loyalty --notice "$(SIMULATED)"
	$(BIN)/careworth simulate year --out $(DEMO)/simulated
	$(BIN)/careworth ingest $(DEMO)/simulated/messages.csv.gz --mapping $(DEMO)/simulated/mapping.toml --data $(DEMO)/data
	$(BIN)/careworth report --inputs $(DEMO)/simulated/inputs.toml --zone Asia/Jakarta --data $(DEMO)/data \
		--out $(DEMO)/report --notice "$(SIMULATED)"

# The company with records fills every page; HOUSE=demo/data serves the one with incidents and opening hours.
HOUSE ?= $(DEMO)/customers/data
serve: .venv/installed
	$(BIN)/careworth serve --data $(HOUSE)

# The Urdu font of pages and of printed reports. Without it pages use a font of the reader's system, and the
# PDF shows boxes. Needs npm.
FONT := src/careworth/web/font/web/nastaliq.woff2
FONTS := node_modules/@fontsource/noto-nastaliq-urdu/files/noto-nastaliq-urdu-arabic
font: $(FONT)
$(FONT): package-lock.json .venv/installed
	npm ci --silent --omit=dev
	$(BIN)/python -m careworth.report.woff $(FONTS)-400-normal.woff src/careworth/report/fonts/nastaliq-400.ttf
	$(BIN)/python -m careworth.report.woff $(FONTS)-700-normal.woff src/careworth/report/fonts/nastaliq-700.ttf
	cp $(FONTS)-400-normal.woff2 $@

# The pages run on SQLite; where there is a PostgreSQL for tests, on it too. One journey is enough in the browser.
PAGES := tests/web --ignore=tests/web/browser/test_every_page.py \
	--deselect=tests/web/browser/test_journey.py::test_the_first_day[ur]

# More processes than two processors: browsers, servers and Spark are waited for.
PARALLEL := -n 3 --dist loadfile --no-loadscope-reorder

test: .venv/installed-dev
	$(BIN)/python -m pytest $(PARALLEL)
ifdef CAREWORTH_TEST_POSTGRES
	CAREWORTH_DATABASE=$(CAREWORTH_TEST_POSTGRES) $(BIN)/python -m pytest $(PARALLEL) $(PAGES)
endif

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-dev
	$(BIN)/mypy

check: lint types test

# Hashes in a requirements file forbid naming the project itself in the same call: hence two calls.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

# Needs uv. Hashes and no address of any registry.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

lock:
	$(COMPILE) --extra web --group build pyproject.toml -o requirements.lock
	$(COMPILE) --constraints requirements.lock --extra postgres --extra web --group build --group dev \
		pyproject.toml -o requirements-dev.lock
	$(COMPILE) --constraints requirements-dev.lock --all-extras --group build --group dev --group oracles --group peers \
		pyproject.toml -o requirements-ci.lock
	! grep -n '://' requirements*.lock

clean:
	rm -rf .venv $(DEMO) build dist
