#!/bin/sh
# Starts `hufu dev` and keeps serving until interrupted.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh
exec "$CARGO_TARGET_DIR/debug/hufu" dev --data "$DATA" --listen "$LISTEN"
