# make demo   a working desk on http://127.0.0.1:8000/ (PORT= changes the port)
# make test   every test; make quick   in a minute: what asks no database, and the rules
# make messages   the catalogues of the interface in step with the sources
PORT ?= 8000
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN = $(VENV)/bin
DEMO = FACTDESK_DEMO=1 DEBUG=1

.PHONY: demo test quick messages lint lock clean python

python:
	@test -n "$(PYTHON)" || { echo "FactDesk needs Python 3.11 or newer; install it, or name it: make demo PYTHON=/path/to/python3.11"; exit 1; }

# The stamp carries the lock's hash, so that a second run installs nothing.
define install
	@stamp="$(VENV)/.$(1)-$$(cksum < $(1) | cut -d' ' -f1)"; test -f "$$stamp" || { \
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV); }; \
	echo "Installing $(1) …"; \
	{ test -x $(BIN)/pip && $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $(1) \
	|| $(PYTHON) -m pip --python $(BIN)/python install -q --require-hashes -r $(1); } && touch "$$stamp"; }
endef

demo: python
	$(call install,requirements.txt)
	@$(DEMO) $(BIN)/python manage.py migrate --verbosity 0
	@$(DEMO) $(BIN)/python manage.py demo --port $(PORT)

test: python
	$(call install,requirements-dev.txt)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

quick: python
	$(call install,requirements-dev.txt)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "(core or not database) and not browser and not slow and not deep" $(ARGS)

messages: python
	$(call install,requirements-dev.txt)
	@$(DEMO) $(BIN)/python manage.py messages

lint: python
	$(call install,requirements-dev.txt)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && SECRET_KEY=lint $(BIN)/mypy

# Anew from pyproject.toml, with hashes.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --constraint requirements.txt pyproject.toml --group dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) var
