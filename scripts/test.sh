#!/bin/sh
# Runs every test of the workspace. The tiers are explained in tests/README.md.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --workspace --no-fail-fast
else
    cargo test --locked --workspace --no-fail-fast --lib --bins --tests
fi
cargo test --locked --workspace --doc --quiet
