#!/bin/sh
# Fuzzes every entry point of untrusted bytes under libFuzzer with AddressSanitizer.
#   scripts/fuzz.sh [SECONDS] [TARGET...]   SECONDS of each target (default 60), all targets unless named
# What is found stays in fuzz/artifacts; the corpus in fuzz/corpus is minimised at the end of each target. What is to be
# kept of it goes into fuzz/kept: cargo run -p hufu-tests --example fuzz_keep -- fuzz/corpus
set -eu
cd "$(dirname "$0")/.."
seconds="${1:-60}"
[ $# -gt 0 ] && shift
# Seeds, valid inputs that the libraries themselves make, and what earlier runs kept. The workspace's own build makes them.
(. scripts/env.sh && cargo run --quiet --package hufu-tests --example fuzz_seeds -- fuzz/corpus)
# The sanitizer's flags are unstable; the compiler stays the one of the project.
export RUSTC_BOOTSTRAP=1
export CARGO_TARGET_DIR="${HUFU_FUZZ_TARGET_DIR:-$HOME/.cache/hufu/fuzz}"
command -v cargo-fuzz >/dev/null 2>&1 || cargo install --locked cargo-fuzz
cd fuzz
targets="${*:-$(cargo fuzz list)}"
for target in $targets; do
    echo "== $target, $seconds s"
    cargo fuzz run --release "$target" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -max_len=65536
    cargo fuzz cmin --release "$target"
done
