#!/bin/sh
# Starts `hufu dev`, runs the tour against it and keeps serving until interrupted.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh
hufu="$CARGO_TARGET_DIR/debug/hufu"
"$hufu" dev --data "$DATA" --listen "$LISTEN" &
dev=$!
trap 'kill "$dev" 2>/dev/null; wait "$dev" 2>/dev/null || true' INT TERM EXIT
"$hufu" tour --url "http://$LISTEN" --data "$DATA"
echo "Serving on http://$LISTEN (console: /, API: /docs). Stop with Ctrl-C."
wait "$dev"
