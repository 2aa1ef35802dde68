#!/bin/sh
# Does a secret reach a branch or an address? valgrind's memcheck follows marked secrets through every case of crypto/*/ct, in
# the portable build and in an x86-64-v3 build. Fails if it reports anything, and fails if it does not report the leaks that
# are planted. What chooses the CPU's instructions at run time does so under valgrind too.
#   scripts/constant-time.sh [CRATE...]   of crypto/, all that have a harness unless named
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh

sh scripts/setup.sh test # valgrind

# The reports of the planted leaks are expected, so all are shown only when something is not as it should be.
log=$(mktemp)
trap 'rm -f "$log"' EXIT

run() {
    cargo build --quiet --locked --release --manifest-path "crypto/$1/ct/Cargo.toml"
    suppressions=""
    for file in "crypto/$1"/ct/*.supp; do suppressions="$suppressions --suppressions=$file"; done
    case "$1" in
        bbs | group) suppressions="$suppressions --suppressions=crypto/pairing/valgrind.supp" ;;
    esac
    # shellcheck disable=SC2086 # a list of options
    valgrind --quiet --error-limit=no --log-file="$log" $suppressions \
        "$CARGO_TARGET_DIR/release/hufu-$1-ct" || { cat "$log"; exit 1; }
}

for crate in ${*:-sm ring group bbs}; do
    # valgrind executes the instructions of ADX and says that it has none: as a feature of the build they are not asked for.
    adx=""
    if [ "$crate" = sm ]; then
        adx="-C target-feature=+adx"
        echo "constant-time: $crate, portable build, as if the CPU had no BMI2"
        (export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/portable" RUSTFLAGS="--cfg hufu_portable" && run "$crate")
    fi
    echo "constant-time: $crate, portable build"
    (export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/adx" RUSTFLAGS="$adx" && run "$crate")
    echo "constant-time: $crate, x86-64-v3 build"
    (export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/x86-64-v3" RUSTFLAGS="-C target-cpu=x86-64-v3 $adx" && run "$crate")
done
