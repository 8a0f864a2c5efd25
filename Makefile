# The one entry point for people and CI. `make help` lists the targets.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := $(wildcard libs/* services/*)
EDITABLE := $(foreach package,$(PACKAGES),-e ./$(package))
PIP := $(BIN)/python -m pip --disable-pip-version-check
DEMO_ARGS ?=
UP_ARGS ?=
DAY ?=
# More workers than two cores: many tests wait for a server or a time. Those come early, as they are
# in the tree, so that the quick ones fill what they leave.
TEST_ARGS ?= -n 4 --dist loadscope --no-loadscope-reorder
# Stretches the limits of the fault rows, which share the machine with the other tests.
CHAOS_PATIENCE ?= 3

.PHONY: help setup setup-dev demo up test chaos chaos-quick chaos-rows lint fmt bench bench-search bench-recommend capacity deploy test-deploy lock env-example chromium promtool clean

help: ## Show this text
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.installed ## Make the virtual environment

setup-dev: $(VENV)/.installed-dev ## The same, with what tests and linters need

$(VENV)/.installed: requirements.lock $(foreach package,$(PACKAGES),$(package)/pyproject.toml)
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(call install,requirements-dev.lock)
	@touch $@

# Hashes are checked for everything that is downloaded; our own packages are linked, not copied, and
# compiled, for their processes start more often than they change.
define install
	@test -x $(BIN)/python || { echo "making $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@echo "installing $(1) (some minutes the first time) …"
	@$(PIP) install --quiet --no-deps --require-hashes -r $(1)
	@$(PIP) install --quiet --no-deps --no-build-isolation $(EDITABLE)
	@$(BIN)/python -m compileall -q $(addsuffix /src,$(PACKAGES))
endef

demo: setup ## Replay a recorded arXiv day (DEMO_ARGS=--once, DAY=FILE)
	@$(BIN)/paperbus demo $(if $(DAY),--day $(DAY)) $(DEMO_ARGS)

up: setup ## The whole system against the real sources, on data/
	@$(BIN)/paperbus up $(UP_ARGS)

test: setup-dev ## All tests that can run here (TEST_ARGS="-n 2 -k name")
	CHAOS_PATIENCE=$(CHAOS_PATIENCE) $(BIN)/python -m pytest $(TEST_ARGS)

chaos: setup-dev ## All faults at once, then the audit (SEED=n repeats one, MINUTES=10)
	PYTHONPATH=tests $(BIN)/python -m chaos.everything --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED))

chaos-quick: setup-dev ## The quick rows of the fault matrix, some minutes in all
	$(if $(SEED),CHAOS_SEED=$(SEED)) $(BIN)/python -m pytest tests/chaos -m quick_chaos -rs

chaos-rows: setup-dev ## Every row of the fault matrix (SEED=n, ROWS="-k row_08")
	$(if $(SEED),CHAOS_SEED=$(SEED)) $(BIN)/python -m pytest tests/chaos tests/connected/test_away.py -m "chaos or quick_chaos" -s -rs $(ROWS)

lint: setup-dev ## Check style and types; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(wildcard libs/*/src services/*/src) deploy/render deploy/image tests

fmt: setup-dev ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev ## Measure speed as ratios in one run (BENCH="audit bus chain ledger memory scale search start")
	PYTHONPATH=tests $(BIN)/python tests/bench $(BENCH)

bench-search: setup-dev ## Search quality on judged queries (DATA=DIR: any folder in BEIR layout)
	DATA="$(DATA)" CACHE="$(CACHE)" PYTHONPATH=tests $(BIN)/python tests/bench/judged.py

bench-recommend: setup-dev ## Recommendations against what others do (DATA=DIR: corpus.jsonl, users.jsonl; PAPERS=n USERS=n CACHE=DIR)
	CACHE="$(CACHE)" PYTHONPATH=tests $(BIN)/python tests/bench/bench_recommend.py \
	  $(if $(DATA),--data $(DATA)) $(if $(PAPERS),--papers $(PAPERS)) $(if $(USERS),--users $(USERS))

capacity: setup-dev ## Simulate 1 to 100 million papers (DATA=data/demo: measure a demo anew; RECORDS=DIR: the index)
	$(if $(DATA),PYTHONPATH=tests $(BIN)/python tests/bench/capacity_measure.py $(DATA))
	$(if $(RECORDS),PYTHONPATH=tests $(BIN)/python tests/bench/capacity_index.py $(RECORDS))
	PYTHONPATH=tests $(BIN)/python tests/bench/capacity.py
	PYTHONPATH=tests $(BIN)/python tests/bench/capacity_plan.py

deploy: setup-dev ## Write compose.yaml, manifests, dashboards and rules anew from deploy/fleet.toml and the code
	PYTHONPATH=deploy $(BIN)/python -m render

test-deploy: setup-dev ## Check what is deployed: images, compose, Kubernetes, dashboards, rules
	$(BIN)/python -m pytest $(TEST_ARGS) tests/deploy

env-example: setup-dev ## Write .env.example anew from the settings
	$(BIN)/python tests/env_example.py > .env.example

chromium: ## Install Chromium for the page tests (Debian)
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }

promtool: ## Install promtool and amtool for the tests of rules (Debian)
	@command -v promtool >/dev/null && command -v amtool >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends prometheus prometheus-alertmanager; }

UNEMITTED := $(foreach name,$(notdir $(PACKAGES)),--no-emit-package paperbus-$(name))
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-annotate --override requirements-override.in $(UNEMITTED)

lock: ## Resolve the locks anew (needs uv)
	$(COMPILE) --all-extras -o requirements.lock $(foreach package,$(PACKAGES),$(package)/pyproject.toml) requirements-build.in
	$(COMPILE) -c requirements.lock -o requirements-dev.lock requirements-dev.in

clean: ## Remove the virtual environment and caches; data/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
