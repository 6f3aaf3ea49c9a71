# Everything here works on a machine that has only Python (3.11 or later) and make: the first target that needs an
# environment makes it, in .venv.

# The tests start Python hundreds of times: what it compiles is kept.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-whole lint format types imports check documents picture proof coverage mutants bench test-all dist clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(VENV)/installed ## install gradx here and take a formula apart
	$(BIN)/gradx eval "3*(a+b*c)" a=5 b=3 c=2

test: $(VENV)/developed ## the tests, but of many cases of a kind a few, and none that takes seconds
	$(BIN)/pytest -n auto --dist worksteal -q -m "not slow"

test-whole: $(VENV)/developed ## all tests
	$(BIN)/pytest -n auto --dist worksteal -q

lint: $(VENV)/developed ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/developed ## put the style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/developed ## mypy, strict
	$(BIN)/mypy

imports: $(VENV)/developed ## who may import whom
	$(BIN)/lint-imports

check: lint types imports test-whole ## lint, types, imports and all tests

documents: $(VENV)/installed ## run the commands in README.md and docs/ and put their output below them; and docs/gradx.1
	$(BIN)/python tools/document_output.py
	$(BIN)/python tools/man_page.py

picture: $(VENV)/installed ## draw docs/picture.svg from real runs
	$(BIN)/python tools/picture.py

proof: $(VENV)/developed ## all tests, and the proofs of language, checks, verdicts and hostile input, whole (an hour on a small machine)
	$(BIN)/pytest -n auto -q
	$(BIN)/python tests/proof/language.py
	$(BIN)/python tests/proof/homework.py
	-$(PIP_INSTALL) --upgrade --target $(VENV)/faster "gmpy2>=2.2" # for the second judge; without it the next line takes half as long again
	PYTHONPATH=$(VENV)/faster $(BIN)/python tests/proof/gradients.py
	$(BIN)/python tests/proof/second_derivatives.py
	$(BIN)/python tests/proof/hostile_rows.py
	$(BIN)/python tests/proof/fuzz_argv.py

mutants: $(VENV)/developed ## what in the engine can be changed without a test noticing (a sample)
	$(PIP_INSTALL) "mutmut>=3.8"
	$(BIN)/python tests/proof/mutants.py

bench: $(VENV)/developed ## measure beside the peers and write docs/benchmarks.md (QUICK=1: less)
	$(BIN)/python tests/bench/bench.py $(if $(QUICK),--quick)

coverage: $(VENV)/developed ## all tests again, and the lines and branches of the engine that none of them reaches (a quarter of an hour)
	$(BIN)/pytest -n auto -q --timeout=1200 --cov=engine/gradx --cov-branch --cov-report=term-missing --cov-fail-under=100

test-all: ## all tests on every Python from 3.11 that is here (also by pyenv or uv), each in an environment of its own (.venvs)
	@for version in 3.11 3.12 3.13 3.14; do \
	  found=; \
	  for python in python$$version "$$(pyenv root 2>/dev/null)"/versions/$$version.*/bin/python \
	      "$$(uv python find --no-python-downloads $$version 2>/dev/null)"; do \
	    if "$$python" -c '' 2>/dev/null; then found=$$python; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then echo "Python $$version is not here: skipped"; continue; fi; \
	  "$$found" --version; \
	  $(MAKE) --no-print-directory test-whole PYTHON="$$found" VENV=.venvs/$$version || exit 1; \
	done

dist: $(VENV)/developed ## wheel and source archive in dist/, and what an index would say of them
	rm -rf dist
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m twine check --strict dist/*

clean: ## remove what was built, and the environment
	rm -rf dist build $(VENV)

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "gradx needs Python 3.11 or later; none was found (say which with make PYTHON=...)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) --upgrade "pip>=25.1" # the first that reads dependency groups
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/developed: $(VENV)/installed
	$(PIP_INSTALL) --editable . --group dev
	@touch $@
