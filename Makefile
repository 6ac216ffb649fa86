# 守望 Shouwang: `make run` and `make test` are all a machine needs; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Python keeps what it compiles, whatever the shell says: a hundred processes would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

VENV ?= .venv
PORT ?= 8501
DISTRICT ?= districts/yunxi
HOST ?=
OFFLINE ?=
BUNDLE ?= bundle
# Exercise control's own folder and port; PORT alone is the players'.
CONTROL ?= control
CONTROL_PORT := $(if $(filter file,$(origin PORT)),8511,$(PORT))
# Which tests: `make check TESTS="tests/routing"`; with PYTEST="-x" those without a browser only.
TESTS ?=
PYTEST ?=
# How many run side by side: one more than a few processors, for each waits a third of its time for
# disks, other programs, a browser. And how many browsers: each has a server of its own, about 1 GB.
SIDE ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 4 ] && echo $$((n + 1)) || echo $$n)
BROWSERS ?= $(shell [ $(SIDE) -lt 4 ] && echo $(SIDE) || echo 4)
PY := $(VENV)/bin/python
ROOMS := $(wildcard language geodata layers routing risk desks reports ui commands sample benchmarks tests app.py control.py cli.py verify.py verify_drill.py)

.PHONY: help run control lan certificate test bundle environment test-environment assets district browser lint style plan check prove-store prove-report prove-drill-package prove-drill prove-watch fuzz-imports try-datums try-learning prove-brief print-papers screens bench lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

run: environment assets district ## install what is missing, then the app on http://localhost:8501 (PORT, DISTRICT, OFFLINE)
	@echo "守望 is on http://localhost:$(PORT) (stop with Ctrl-C)"
	@SHOUWANG_DISTRICT="$(DISTRICT)" exec $(PY) -m streamlit run app.py --server.port $(PORT) --server.headless true

control: environment assets district ## exercise control's own door; it prints its secret address (CONTROL, DISTRICT, PORT)
	@setup/control.sh $(VENV) "$(CONTROL)" "$(DISTRICT)" $(CONTROL_PORT)

lan: environment assets district ## for phones and second screens, with a certificate and a login (HOST, PORT)
	@setup/lan.sh $(VENV) "$(DISTRICT)" "$(HOST)" $(PORT)

certificate: ## the certificate for `make lan` (HOST)
	@setup/certificate.sh certificate "$(HOST)"

# mypy takes a minute on a fresh clone, on one processor: it runs beside the tests.
test: test-environment assets style plan ## install what is missing, then lint, types, contracts and all tests
	@browser=$$(setup/browser.sh $(VENV)); postgres=$$(setup/postgres.sh); mosquitto=$$(setup/mosquitto.sh); \
		failed=0; said=$$(mktemp); trap 'rm -f "$$said"' EXIT; \
		$(PY) -m mypy >"$$said" 2>&1 & types=$$!; \
		CHROMIUM="$$browser" POSTGRES="$$postgres" MOSQUITTO="$$mosquitto" $(MAKE) check || failed=1; \
		wait $$types || failed=1; cat "$$said"; exit $$failed

bundle: environment assets ## one folder with everything for a machine without network (BUNDLE)
	@setup/bundle.sh $(VENV) "$(BUNDLE)"

environment:
	@setup/environment.sh $(VENV) "$(OFFLINE)" requirements.lock

test-environment:
	@setup/environment.sh $(VENV) "$(OFFLINE)" requirements-test.lock aequilibrae

assets: $(if $(wildcard $(VENV)/bin/python),,environment)
	@setup/assets.sh $(VENV) "$(OFFLINE)"

district:
	@setup/district.sh $(VENV) "$(DISTRICT)"

lint: style ## ruff, mypy strict, import contracts
	@$(PY) -m mypy

style: test-environment
	@$(PY) -m ruff check $(ROOMS)
	@$(PY) -m ruff format --check --quiet $(ROOMS)
	@$(VENV)/bin/lint-imports --no-cache

plan: test-environment ## which owned rows of the plans no test names
	@$(PY) tests/plan_rows.py

check: ## the tests alone (TESTS, PYTEST): many at once, then browsers, then alone what measures time (SIDE, BROWSERS)
	@$(PY) -m pytest $(TESTS) $(call beside,$(SIDE)) -m "not browser and not timing" $(PYTEST) || [ $$? = 5 ]
	@[ -n "$(PYTEST)" ] || $(PY) -m pytest $(or $(TESTS),tests/browser) $(call beside,$(BROWSERS)) -m "browser and not timing" || [ $$? = 5 ]
	@[ -n "$(PYTEST)" ] || $(PY) -m pytest $(or $(TESTS),tests/browser) -m timing || [ $$? = 5 ]

# File by file in the order of tests/conftest.py, not by how many tests a file has.
beside = -n $(1) --dist loadfile --no-loadscope-reorder

prove-store: test-environment ## kill -9 a thousand times, a hundred editors at once, on both databases
	@POSTGRES="$$(setup/postgres.sh)" $(PY) -m tests.geodata.store.prove $(TESTS)

prove-report: test-environment ## a signed report with one byte changed, a thousand times: each is refused
	@$(PY) -m tests.reports.prove_report

prove-drill-package: test-environment ## a whole drill with one byte changed, a thousand times, and every cheat: each is refuted
	@$(PY) -m tests.desks.exercise.prove_drill_package

prove-drill: test-environment ## kill -9 of control and of players a hundred times in one running drill: nothing lost (KILLS)
	@$(PY) -m tests.desks.prove_drill $(KILLS)

prove-watch: test-environment district ## a thousand readings a second for a minute, killed twice: none lost
	@MOSQUITTO="$$(setup/mosquitto.sh)" $(PY) -m tests.desks.prove_watch "$(DISTRICT)"

fuzz-imports: test-environment ## read ten thousand spoiled files: none may crash or take over five seconds (FILES)
	@$(PY) -m tests.desks.mutations $(FILES)

try-datums: test-environment district ## judge a thousand clean lists of places and a thousand shifted ones (LISTS)
	@$(PY) -m tests.desks.datum_trials "$(DISTRICT)" $(LISTS)

try-learning: test-environment district ## learn the speed model from thirty drills, two hundred times over, against another truth (TIMES)
	@$(PY) -m tests.desks.learning_trials "$(DISTRICT)" $(or $(TIMES),200)

prove-brief: test-environment district ## a thousand clicks and ten thousand random incidents answered whole; a thousand ranked again by brute force
	@$(PY) -m tests.desks.test_clicks "$(DISTRICT)"
	@$(PY) -m tests.desks.incidents "$(DISTRICT)" 10000
	@$(PY) -m tests.desks.test_rerank "$(DISTRICT)" 1000

print-papers: test-environment district ## print the sheet and card of every source: each is exactly one page
	@CHROMIUM="$$(setup/browser.sh $(VENV))" $(PY) -m tests.browser.printing "$(DISTRICT)"

screens: test-environment assets ## take the pictures in docs/screens anew
	@CHROMIUM="$$(setup/browser.sh $(VENV))" SHOUWANG_SCREENS=docs/screens $(MAKE) check TESTS=tests/browser/test_screens.py

bench: test-environment assets district ## ours beside the peers, and click to painted brief
	@setup/environment.sh $(VENV) "$(OFFLINE)" requirements-bench.lock
	@$(PY) -m benchmarks routing
	@CHROMIUM="$$(setup/browser.sh $(VENV))" bash -c "$(PY) -m benchmarks click && $(PY) -m benchmarks register"

lock: ## write the lock files anew (needs uv)
	@setup/lock.sh

clean: ## remove everything that make wrote, except districts
	rm -rf $(VENV) .venv-3.* node_modules static/vendor $(BUNDLE) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
