# Every target does its own set-up; all are safe to run again. ARGS="…" goes to the command or to pytest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast test-e2e test-long lint docs bench-install bench-upgrade clean-lab \
  compose-up compose-down compose-images

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## virtual environment with the locked packages (once; one to two minutes)
	@scripts/setup.sh

demo: setup ## from a git push to a running cluster on hosts of the lab (cold up to 20 min, warm up to 5)
	@.venv/bin/trailboss demo $(ARGS)

test: setup ## everything: lint, fast tests, slow ones, hosts of the lab, the long stories (docs/testing.md has the times)
	@scripts/test.sh lint fast slow e2e long $(if $(ARGS),-- $(ARGS))

test-fast: setup ## tests without Docker (about two minutes, four on a busy machine)
	@scripts/test.sh fast $(if $(ARGS),-- $(ARGS))

test-e2e: setup ## end-to-end tests on hosts of the lab
	@scripts/test.sh e2e $(if $(ARGS),-- $(ARGS))

test-long: setup ## the long stories: an upgrade under load, two minors with an operator, a cluster's later life
	@scripts/test.sh long $(if $(ARGS),-- $(ARGS))

lint: setup ## ruff, format, mypy, import contracts, the documentation's links
	@scripts/test.sh lint

docs: setup ## the documentation as a site, in build/site
	@scripts/docs.sh

bench-install: setup ## time from push to Ready, beside a plain script with the same kubeadm commands
	@.venv/bin/python benchmarks/install.py $(ARGS)

bench-upgrade: setup ## time of an upgrade by one minor, beside a plain script and Ansible with the same steps
	@.venv/bin/python benchmarks/upgrade.py $(ARGS)

clean-lab: ## take away all that the lab, the demo and `trailboss dev` have started
	@scripts/clean_lab.sh

compose-up: setup ## Trailboss as a team runs it, from docker-compose.yml: from nothing to healthy (docs/how-to/compose.md)
	@scripts/compose/up.sh

compose-down: ## take away all of that: containers, networks, volumes with the database, secrets
	@scripts/compose/down.sh

compose-images: setup ## its images: pulled, or where none can be pulled stand-ins made here
	@scripts/compose/images.sh
