# `make` alone lists the targets. demo and test set up what they need.
.DEFAULT_GOAL := help
PY := .venv/bin/python

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

demo: ## set up, then turn samples/ into documents, registers and a review report under out/
	@.ci/setup demo
	@$(PY) -m samples.demo

test: ## set up, then lint of code and of definitions, types, import order and every test
	@.ci/setup test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/yoshiki lint
	@$(PY) -m compileall -q app.py api commands forms ledger validators
	@.venv/bin/pytest -n 2 --dist loadgroup

bench: ## set up, then measure speed and memory against docxtpl + LibreOffice and bare Typst, in one run
	@.ci/setup bench
	@$(PY) -m bench

corpus: ## set up, then the slow corpora: names, both engines side by side, veraPDF (Java and Maven)
	@.ci/setup corpus
	@.venv/bin/pytest -m corpus

faults: ## set up, then kill whoever issues, at every point and at random moments, on both databases (half an hour)
	@.ci/setup test
	@.venv/bin/pytest -m faults -n 0 -s tests/faults

serve: ## set up, then serve the clerk's page and the API on 127.0.0.1:8000
	@.ci/setup demo
	@.venv/bin/yoshiki serve

lock: ## renew the lock files from pyproject.toml
	@.ci/setup test
	@$(PY) -m pip install --quiet pip-tools
	@$(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.lock pyproject.toml
	@$(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra dev -o requirements-dev.lock pyproject.toml

clean: ## remove what the targets made
	rm -rf .venv out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help demo test bench corpus faults serve lock clean
