# make crawl    follow a series on the saved pages that come with the project
# make test     run the tests, with a real browser
# make soak     kill a crawl 500 times at random moments, and count what is lost
# make check    run everything that a change has to pass
# make format   let the formatter have its way
# make clean    remove what the others made
.NOTPARALLEL:
.PHONY: help crawl test soak check format chromium clean

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
FEED = build/feeds/northport-harbour-strike.jsonl
SERIES = https://courier.example/series/northport-harbour-strike/
AS_ROOT = $$(test "$$(id -u)" -eq 0 || echo sudo -n)

help:
	@sed -n 's/^# make/make/p' Makefile

crawl: $(VENV)/installed
	@$(BIN)/python -m scrapy crawl series -a url=$(SERIES) --replay fixtures/world -O $(FEED)
	@test -s $(FEED) || { echo "$(FEED) is empty" >&2; exit 1; }
	@echo && echo "$(FEED):" && head -n 1 $(FEED)

test: $(VENV)/installed-dev chromium
	$(BIN)/python -m pytest

soak: $(VENV)/installed-dev
	NEWSCRAWLER_KILLS=500 $(BIN)/python -m pytest tests/test_kill.py

check: $(VENV)/installed-dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory test

format: $(VENV)/installed-dev
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

$(VENV)/installed: pyproject.toml constraints.txt
	$(call install,.)
	@touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt
	$(call install,.[dev])
	@touch $(VENV)/installed $@

# An interrupted installation may leave half a package behind, so the next one starts anew.
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "newscrawler needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "$(PYTHON) has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }
@$(BIN)/python -c '' 2>/dev/null && test ! -e $(VENV)/unfinished || rm -rf $(VENV)
@mkdir -p $(VENV) && touch $(VENV)/unfinished
@echo "Installing newscrawler into $(VENV) ..."
@$(PYTHON) -m venv $(VENV)
@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '$(1)'
@rm $(VENV)/unfinished
endef

# Asked for its version, since a browser that is there may still not start.
chromium:
	@for name in chromium chromium-browser google-chrome; do \
		$$name --version >/dev/null 2>&1 && exit 0; \
	done; \
	echo "Installing Debian's chromium for the browser test ..."; \
	{ $(AS_ROOT) dpkg --configure -a \
		&& $(AS_ROOT) apt-get update -qq \
		&& $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| echo "chromium cannot be installed here: the browser test skips (with CI=true it fails)" >&2

clean:
	rm -rf build dist $(VENV) *.egg-info .mypy_cache .pytest_cache .ruff_cache
	rm -rf .import_linter_cache .hypothesis .scrapy
	find newscrawler tests -name __pycache__ -prune -exec rm -rf {} +
