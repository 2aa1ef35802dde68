#!/bin/sh
# Runs the public W3C HTTP test suites that are found in a folder against `hufu dev --conformance`.
#   scripts/conformance.sh SUITES_DIR [PORT]
# SUITES_DIR holds checkouts (with submodules) under their repositories' names, each with its packages installed
# (`npm install`):
#   vc-data-model-2.0-test-suite vc-di-eddsa-test-suite vc-di-ecdsa-test-suite vc-di-bbs-test-suite
#   vc-bitstring-status-list-test-suite did-resolution-mocha-test-suite vc-api-issuer-test-suite vc-api-verifier-test-suite
# The suites are run as they are; only `localConfig.cjs`, which they read for that purpose, is written into each. Prints one
# line a suite, then each failed test and why (and with SKIPPED=1 each skipped one). Ends with 0 if every suite found there
# ran, whether or not tests failed.
set -eu
suites="$(cd "${1:?usage: scripts/conformance.sh SUITES_DIR [PORT]}" && pwd)"
port="${2:-18080}"
tls=$((port + 1))
cd "$(dirname "$0")/.."
. ./scripts/env.sh
hufu="${HUFU:-$CARGO_TARGET_DIR/debug/hufu}"
[ -x "$hufu" ] || { echo "conformance: $hufu is missing: make build" >&2; exit 1; }

work="$(mktemp -d)"
pids=""
finish() {
    for pid in $pids; do kill -INT "$pid" 2>/dev/null || true; done
    for pid in $pids; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The status list suite reads lists over https only: a certificate of this run in front of the same service.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
HUFU_LOG_FILTER="${HUFU_LOG_FILTER:-warn}" HUFU_PUBLIC_URL="https://127.0.0.1:$tls" \
    "$hufu" dev --conformance --data "$work/data" --listen "127.0.0.1:$port" >"$work/hufu.log" 2>&1 &
pids="$!"
node scripts/conformance/tls.mjs "$port" "$tls" "$work" &
pids="$pids $!"
tries=0
until curl -sfk "https://127.0.0.1:$tls/readyz" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "conformance: the service is not ready after 60 s" >&2; cat "$work/hufu.log" >&2; exit 1; }
    sleep 0.2
done
node scripts/conformance/run.mjs "$suites" "http://127.0.0.1:$port"
