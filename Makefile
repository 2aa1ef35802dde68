# The two commands of the README: `make run` and `make test`.
SHELL := /bin/sh
DATA ?= data
LISTEN ?= 127.0.0.1:8080
# cargo through the shared build environment (see scripts/env.sh).
CARGO = . ./scripts/env.sh && cargo

.PHONY: run build test constant-time bench bench-peers check fmt clean-data

run: build ## build, start `hufu dev`, run the tour, keep serving
	@DATA="$(DATA)" LISTEN="$(LISTEN)" sh scripts/run.sh

build:
	@sh scripts/setup.sh build
	$(CARGO) build --locked -p hufu-cli

test: ## every tier of tests, as .ci/run runs them
	@sh scripts/setup.sh test
	@sh scripts/test.sh

constant-time: ## secrets followed through the machine code of crypto/{sm,ring,group,bbs}
	@sh scripts/constant-time.sh

bench: build bench-peers ## every figure of BENCHMARKS.md, the peers in the same run
	. ./scripts/env.sh && "$$CARGO_TARGET_DIR/debug/hufu" bench all --peers

bench-peers:
	@sh scripts/setup.sh test
	@sh scripts/bench-peers.sh

check: ## formatting, lints, documentation
	cargo fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	. ./scripts/env.sh && RUSTDOCFLAGS=-Dwarnings cargo doc --locked --workspace --no-deps --quiet

fmt:
	cargo fmt --all

clean-data:
	rm -rf "$(DATA)"
