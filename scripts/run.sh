#!/bin/sh
# Starts `hufu dev`, runs the tour against it and keeps serving until interrupted.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh
hufu="$CARGO_TARGET_DIR/debug/hufu"
# The tour says what happens; a line for each request would drown it.
HUFU_LOG_FILTER="${HUFU_LOG_FILTER:-warn}" "$hufu" dev --data "$DATA" --listen "$LISTEN" &
dev=$!
trap 'kill -INT "$dev" 2>/dev/null; wait "$dev" || true' INT TERM
tries=0
until curl -sf "http://$LISTEN/readyz" >/dev/null 2>&1; do
    kill -0 "$dev" 2>/dev/null || { echo "run: hufu dev did not start" >&2; exit 1; }
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "run: hufu dev is not ready after 60 s" >&2; kill "$dev"; exit 1; }
    sleep 0.2
done
if ! "$hufu" tour --url "http://$LISTEN" --data "$DATA"; then
    kill -INT "$dev"
    wait "$dev" || true
    exit 1
fi
echo "Serving on http://$LISTEN (console: /, API: /docs). Stop with Ctrl-C."
wait "$dev"
