# make run: the app.  make test: every test.  Both prepare what they need; see README.md.
VENV    := .venv
BIN     := $(VENV)/bin
PYTHON  ?= $(or $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done),python3)
PORT    ?= 8501
# Of the tests; more would starve the training workers, which give way to everything else.
WORKERS ?= 2
LANGUAGES := zh
SUDO    := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: setup run dev test lint format words bench bench-quick bench-gpu screenshots browser database clean

setup: $(VENV)/.installed

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	  || { echo "ResNet Lab needs Python 3.11, 3.12 or 3.13: install one of them, or name it: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || ($(SUDO) apt-get update && $(SUDO) apt-get install -y python3-venv && $(PYTHON) -m venv --clear $(VENV))
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@

run: setup
	$(BIN)/streamlit run app.py --server.port $(PORT)

dev: setup
	$(BIN)/streamlit run app.py --server.port $(PORT) --server.fileWatcherType auto --client.showErrorDetails full

# Debian's Chromium where there is apt, Playwright's own elsewhere.
browser: $(VENV)/.installed-dev
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || (command -v apt-get >/dev/null && $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium >/dev/null) \
	  || $(BIN)/playwright install --with-deps chromium

# PostgreSQL, which the tests of the run store start for themselves.
database:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
	  || (command -v apt-get >/dev/null && $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq postgresql >/dev/null)

test: browser database
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not browser"
	$(BIN)/pytest -m browser

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Collect the words of the screens and errors for the translators.
words: $(VENV)/.installed-dev
	$(BIN)/pybabel -q extract -k _ -k mark --no-location --sort-output --project "ResNet Lab" -o assets/locale/resnet_lab.pot resnet pages app.py
	for language in $(LANGUAGES); do \
	  $(BIN)/pybabel -q update --no-fuzzy-matching -D resnet_lab -i assets/locale/resnet_lab.pot -d assets/locale -l $$language -w 100 && \
	  $(BIN)/pybabel -q compile -D resnet_lab -d assets/locale -l $$language || exit; \
	done

bench: setup
	$(BIN)/python -m benchmarks

bench-quick: setup
	$(BIN)/python -m benchmarks --quick

# On a machine with a GPU, after `pip install -r requirements-gpu.txt` in the virtual environment.
bench-gpu: setup
	$(BIN)/python -m benchmarks.gpu

# Pictures of every screen into build/screenshots, and README's own.
screenshots: browser
	$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
