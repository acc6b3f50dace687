# Works on a fresh clone with nothing but Python (3.8 to 3.13), make and a
# package index. Another Python: make test PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
IN_VENV := VIRTUAL_ENV="$(CURDIR)/$(VENV)" PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'

demo: $(READY) ## Run three stages against a small local cloud, up and down
	@$(IN_VENV) sh examples/stages/demo.sh

test: $(READY) ## Run linters, types and all tests
	$(IN_VENV) ruff check
	$(IN_VENV) ruff format --check
	@if $(VENV)/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then \
		echo mypy --strict; $(IN_VENV) mypy --strict; \
	else echo "mypy needs Python 3.10: the types of the library are not checked." >&2; fi
	$(IN_VENV) basedpyright
	$(IN_VENV) python -m pytest -q -n 2

docs: $(READY) ## Build the documentation into docs/site
	$(IN_VENV) NO_MKDOCS_2_WARNING=1 python -m mkdocs build --strict --quiet -f docs/mkdocs.yml
	@echo "docs/site/index.html"

bench: $(READY) ## Measure, and print ratios
	$(IN_VENV) python -m tests.benchmarks

stress: $(READY) ## Kill runs at 200 random moments
	APIRUN_STRESS_KILLS=$${APIRUN_STRESS_KILLS:-200} $(IN_VENV) python -m pytest -q -m stress --timeout 3600

clean: ## Remove what make made
	rm -rf $(VENV) .venvs docs/site

$(READY): pyproject.toml apirun_cli/pyproject.toml
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet -e '.[dev]' -e ./apirun_cli
	@sh examples/rabbitmq/install.sh $(VENV)/services/rabbitmq || \
		echo "RabbitMQ can't be unpacked here, so its tests are skipped." >&2
	@sh tests/helpers/chromium.sh $(VENV)/services/chromium || \
		echo "There is no Chromium here, so the tests in a browser are skipped." >&2
	@touch $@

.PHONY: help demo test docs bench stress clean
