# The command of the README: `make test`.
SHELL := /bin/sh
# cargo through the shared build environment (see scripts/env.sh).
CARGO = . ./scripts/env.sh && cargo

.PHONY: test check fmt

test: ## every tier of tests, as .ci/run runs them
	@sh scripts/setup.sh test
	@sh scripts/test.sh

check: ## formatting and lints
	cargo fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets

fmt:
	cargo fmt --all
