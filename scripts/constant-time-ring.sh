#!/bin/sh
# Does a signer's secret reach a branch or an address in hufu-ring? valgrind's memcheck follows marked secrets through
# every case of crypto/ring/ct. Fails if it reports anything, and if it does not report the leaks that are planted.
# The curve arithmetic takes AVX2 at run time where the processor has it, under valgrind too.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh

if ! command -v valgrind >/dev/null 2>&1; then
    echo "constant-time-ring: valgrind is missing (Debian: apt-get install valgrind libc6-dbg)" >&2
    exit 1
fi
target="$CARGO_TARGET_DIR/ct-ring"
CARGO_TARGET_DIR="$target" cargo build --quiet --locked --release --manifest-path crypto/ring/ct/Cargo.toml
valgrind --quiet --error-limit=no --suppressions=crypto/ring/ct/valgrind.supp "$target/release/hufu-ring-ct"
