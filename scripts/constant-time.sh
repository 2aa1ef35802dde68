#!/bin/sh
# Does a secret of hufu-sm reach a branch or an address? valgrind's memcheck follows marked secrets through every case of
# crypto/sm/ct, in the portable build, without and with the code for CPUs that have ADX, and in an x86-64-v3 build. Fails if it
# reports anything, and fails if it does not report the leaks that are planted.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh

sh scripts/setup.sh test # valgrind

# The reports of the planted leaks are expected, so all are shown only when something is not as it should be.
log=$(mktemp)
trap 'rm -f "$log"' EXIT

run() {
    cargo build --quiet --locked --release --manifest-path crypto/sm/ct/Cargo.toml
    valgrind --quiet --error-limit=no --log-file="$log" --suppressions=crypto/sm/ct/valgrind.supp \
        --suppressions=crypto/sm/ct/valgrind-sm4.supp \
        "$CARGO_TARGET_DIR/release/hufu-sm-ct" || { cat "$log"; exit 1; }
}

echo "constant-time: portable build, as if the CPU had no BMI2"
(export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/portable" RUSTFLAGS="--cfg hufu_portable" && run)
# valgrind executes the instructions of ADX and says that it has none: as a feature of the build they are not asked for.
echo "constant-time: portable build"
(export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/adx" RUSTFLAGS="-C target-feature=+adx" && run)
echo "constant-time: x86-64-v3 build"
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/x86-64-v3" RUSTFLAGS="-C target-cpu=x86-64-v3 -C target-feature=+adx"
run
