#!/bin/sh
# Does a secret reach a branch or an address in hufu-group, on blst? valgrind's memcheck follows marked secrets through
# every case of crypto/group/ct. Fails if it reports anything, and if it does not report the leaks that are planted.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh

sh scripts/setup.sh test # valgrind
# The reports of the planted leaks are expected, so all are shown only when something is not as it should be.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
target="$CARGO_TARGET_DIR/ct-group"
CARGO_TARGET_DIR="$target" cargo build --quiet --locked --release --manifest-path crypto/group/ct/Cargo.toml
valgrind --quiet --error-limit=no --log-file="$log" --suppressions=crypto/group/ct/valgrind.supp \
    "$target/release/hufu-group-ct" || { cat "$log"; exit 1; }
