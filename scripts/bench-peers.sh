#!/bin/sh
# Makes the peers of `hufu bench suites --peers`, in ~/.cache/hufu/peers: `ssi` is built from tests/peers/ssi (a
# workspace of its own; some minutes, once), the npm libraries are installed as for the interop tests.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh
peers="${XDG_CACHE_HOME:-$HOME/.cache}/hufu/peers"
mkdir -p "$peers"
built="$CARGO_TARGET_DIR/peers"
cargo build --locked --release --manifest-path tests/peers/ssi/Cargo.toml --target-dir "$built"
ln -sfn "$built/release/hufu-bench-peer-ssi" "$peers/ssi"
npm=$(cargo run --locked --quiet -p hufu-tests --bin interop-peer)
ln -sfn "$(dirname "$npm")" "$peers/npm"
echo "The peers are in $peers."
