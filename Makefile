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
	$(IN_VENV) mypy --strict
	$(IN_VENV) python -m pytest -q -n 2

bench: $(READY) ## Measure, and print ratios
	$(IN_VENV) python -m tests.benchmarks

stress: $(READY) ## Kill runs at 200 random moments
	APIRUN_STRESS_KILLS=$${APIRUN_STRESS_KILLS:-200} $(IN_VENV) python -m pytest -q -m stress --timeout 3600

clean: ## Remove what make made
	rm -rf $(VENV) .venvs

$(READY): pyproject.toml apirun_cli/pyproject.toml
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet -e '.[dev]' -e ./apirun_cli
	@sh examples/rabbitmq/install.sh $(VENV)/services/rabbitmq || \
		echo "RabbitMQ can't be unpacked here, so its tests are skipped." >&2
	@touch $@

.PHONY: help demo test bench stress clean
