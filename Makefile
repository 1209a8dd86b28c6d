# make run: the app.  make test: does it work?  Both prepare what they need; see README.md.
VENV    := .venv
BIN     := $(VENV)/bin
PYTHON  ?= $(or $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done),python3)
PORT    ?= 8501
# Of the tests; more would starve the training workers, which give way to everything else.
WORKERS ?= 2
LANGUAGES := zh
SUDO    := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: setup run dev check test soak lint format words bench bench-quick bench-gpu screenshots fonts browser database lock clean

setup: $(VENV)/.installed

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	  || { echo "ResNet Lab needs Python 3.11, 3.12 or 3.13: install one of them, or name it: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || ($(SUDO) apt-get update && $(SUDO) apt-get install -y python3-venv && $(PYTHON) -m venv --clear $(VENV))
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt
	$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

# It holds all of requirements.txt, too. What the tests import is compiled then, not all there is.
$(VENV)/.installed-dev: $(VENV)/.made requirements-dev.txt
	$(BIN)/pip install --quiet --no-compile -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-gpu: $(VENV)/.made requirements-gpu.txt
	$(BIN)/pip install --quiet -r requirements-gpu.txt
	@touch $@ $(VENV)/.installed

# The newest of everything that pyproject.toml allows, resolved once for all lists, so that they agree.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --no-emit-index-url --annotation-style line --custom-compile-command "make lock" pyproject.toml
LISTS := requirements-dev.txt requirements-cluster.txt requirements-gpu.txt

lock: $(VENV)/.made
	$(BIN)/pip install --quiet uv
	$(LOCK) --upgrade --all-extras -o requirements.txt
	for list in $(LISTS); do cp requirements.txt $$list || exit; done
	$(LOCK) -o requirements.txt
	for list in $(LISTS); do name=$${list#*-}; $(LOCK) --extra $${name%.txt} -o $$list || exit; done

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

# Some hundred processes of the lab start in the tests: what one has compiled the others need not.
unexport PYTHONDONTWRITEBYTECODE
# A process that is through takes tests over from the other: no file is too long. They give way, or
# the training workers that they wait for, which give way to everything, would hardly get a turn.
PYTEST  := nice -n 8 $(BIN)/pytest -n $(WORKERS) --dist worksteal

# Before each commit, within a minute and a half: no browser, no cluster, nothing trained for long.
check: lint
	$(PYTEST) -m "not (slow or soak or browser)" tests/unit tests/contracts

# Whether the lab works, within ten minutes. A browser's tests have their own loop, thus their own run.
test: browser database
	$(PYTEST) -m "not (browser or soak)"
	$(PYTEST) -m "browser and not soak" tests/browser

# How long it works: the same at length, and everything that there is in place of one of each kind.
soak: browser database
	$(PYTEST) -m "soak and not browser" $$(grep -rl --include='*.py' 'mark\.soak' tests)
	$(PYTEST) -m "soak and browser" tests/browser

lint: $(VENV)/.installed-dev
	$(BIN)/pip check
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
	  $(BIN)/pybabel -q compile -D resnet_lab -d assets/locale -l $$language && \
	  { [ ! -f assets/locale/$$language/LC_MESSAGES/command_line.po ] || \
	    $(BIN)/pybabel -q compile -D command_line -d assets/locale -l $$language; } || exit; \
	done

bench: browser
	$(BIN)/python -m benchmarks

bench-quick: browser
	$(BIN)/python -m benchmarks --quick

# On a machine with an NVIDIA GPU.
bench-gpu: $(VENV)/.installed-gpu
	$(BIN)/python -m benchmarks.gpu

# Chinese letters for the pictures.
fonts:
	@fc-list :lang=zh 2>/dev/null | grep -q . \
	  || (command -v apt-get >/dev/null && $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq fonts-noto-cjk >/dev/null)

# Pictures of every screen into build/screenshots, and README's own.
screenshots: browser fonts
	$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
