#!/bin/sh
# Does a signer's secret reach a branch or an address in hufu-ring? valgrind's memcheck follows marked secrets through
# every case of crypto/ring/ct. Fails if it reports anything, and if it does not report the leaks that are planted.
# The curve arithmetic takes AVX2 at run time where the processor has it, under valgrind too.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh

sh scripts/setup.sh test # valgrind
# The reports of the planted leaks are expected, so all are shown only when something is not as it should be.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
target="$CARGO_TARGET_DIR/ct-ring"
CARGO_TARGET_DIR="$target" cargo build --quiet --locked --release --manifest-path crypto/ring/ct/Cargo.toml
valgrind --quiet --error-limit=no --log-file="$log" --suppressions=crypto/ring/ct/valgrind.supp \
    "$target/release/hufu-ring-ct" || { cat "$log"; exit 1; }
