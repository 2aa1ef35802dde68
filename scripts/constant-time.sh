#!/bin/sh
# Does a secret of hufu-sm reach a branch or an address? valgrind's memcheck follows marked secrets through every case of
# crypto/sm/ct, in the portable build and in an x86-64-v3 build. Fails if it reports anything, and fails if it does not report the
# leaks that are planted.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh

if ! command -v valgrind >/dev/null 2>&1; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "constant-time: valgrind is missing and no apt-get is here to install it" >&2
        exit 1
    fi
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends valgrind libc6-dbg
fi

run() {
    cargo build --quiet --locked --release --manifest-path crypto/sm/ct/Cargo.toml
    valgrind --quiet --error-limit=no --suppressions=crypto/sm/ct/valgrind.supp \
        --suppressions=crypto/sm/ct/valgrind-sm4.supp \
        "$CARGO_TARGET_DIR/release/hufu-sm-ct"
}

echo "constant-time: portable build"
run
echo "constant-time: x86-64-v3 build"
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/x86-64-v3" RUSTFLAGS="-C target-cpu=x86-64-v3"
run
