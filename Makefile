# Two commands matter: `make app` starts cnnviz, `make test` checks it. Both set up what they need.
# Works from any directory (make -C, make -f) and with spaces in the path.

SHELL := /bin/sh
ROOT := $(shell f='$(MAKEFILE_LIST)'; cd "$$(dirname "$${f# }")" && pwd)
IN := cd "$(ROOT)" &&
PY := .venv/bin/python
export PYTHON HOST PORT FUZZ_EXAMPLES

.PHONY: help app dev test test-slow lint figures bench fuzz setup setup-test

help:
	@echo 'make app         start the app (PORT=8501; HOST=0.0.0.0 lets phones in, with a QR code)'
	@echo 'make dev         the same, reloading on edits, with traces'
	@echo 'make test        style, types and tests, up to 10 minutes'
	@echo 'make test-slow   the same kinds of tests, wider, up to 25 minutes'
	@echo 'make lint        style and types alone'
	@echo 'make figures     photograph the app into imgs/screens/ (imgs/screens.toml)'
	@echo 'make bench       speed against torchinfo and against a bare Streamlit app'
	@echo 'make fuzz        the property tests with a new seed (FUZZ_EXAMPLES=2000 each)'

app: setup
	@$(IN) exec $(PY) tools/serve.py

dev: setup
	@$(IN) exec $(PY) tools/serve.py --dev

test: lint
	@$(IN) $(PY) -m pytest -n 2 --dist worksteal -m 'not slow'

test-slow: setup-test
	@$(IN) $(PY) -m pytest -n 2 --dist worksteal -m slow

lint: setup-test
	@$(IN) $(PY) -m ruff check .
	@$(IN) $(PY) -m ruff format --check .
	@$(IN) $(PY) -m mypy

figures: setup-test
	@$(IN) $(PY) -m cnnviz capture imgs/screens --screens imgs/screens.toml

bench: setup-test
	@$(IN) $(PY) -m benchmarks

fuzz: setup-test
	@$(IN) $(PY) -m pytest -n 2 --dist worksteal --hypothesis-profile fuzz

setup:
	@$(IN) sh tools/setup.sh app

setup-test:
	@$(IN) sh tools/setup.sh test
