#!/bin/sh
# Measures SM3 and SM4 beside RustCrypto (criterion, CPU time of the thread, medians) and OpenSSL (its own `speed`, user time), and
# prints the table of crypto/sm/README.md: MB/s, and the ratio to the faster peer. Further arguments go to criterion.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/env.sh

CRITERION_HOME="${CRITERION_HOME:-$CARGO_TARGET_DIR/criterion}"
export CRITERION_HOME
cargo bench --locked -p hufu-sm --bench sm3 --bench sm4 -- --noplot "$@" >&2

# MB/s of OpenSSL for an algorithm and a length, 0 if it is not there or has no such algorithm.
openssl_speed() {
    openssl speed -seconds 1 -bytes "$2" -evp "$1" 2>/dev/null | awk 'END { sub("k", "", $NF); printf "%.0f", $NF / 1000 }' || echo 0
}

# MB/s of a benchmark: its bytes over the median.
speed() {
    file="$CRITERION_HOME/$1/new/estimates.json"
    [ -f "$file" ] || { echo 0; return; }
    sed 's/.*"median":{"confidence_interval":{[^}]*},"point_estimate":\([0-9.e+]*\).*/\1/' "$file" |
        awk -v bytes="$2" '{ printf "%.0f", bytes / $1 * 1000 }'
}

# row <name> <ours> <RustCrypto> <OpenSSL>
row() {
    awk -v name="$1" -v ours="$2" -v rust="$3" -v ossl="$4" 'BEGIN {
        peer = (rust + 0 > ossl + 0) ? rust : ossl
        ratio = (peer > 0) ? sprintf("%.1f×", ours / peer) : "—"
        printf("| %s | %d | %s | %s | %s |\n", name, ours, (rust > 0) ? rust : "—", (ossl > 0) ? ossl : "—", ratio)
    }'
}

echo "| MB/s | hufu-sm | RustCrypto | OpenSSL | to the faster peer |"
echo "|---|---|---|---|---|"
for bytes in 64 1024 16384 1048576; do
    row "SM3, $bytes bytes" "$(speed "sm3/hash_bytes=$bytes" $bytes)" \
        "$(speed "sm3/hash_bytes=$bytes,peer=rustcrypto" $bytes)" "$(openssl_speed sm3 $bytes)"
done
for many in 8:16384 16:16384 64:64 64:1024; do
    count="${many%:*}" each="${many#*:}"
    bytes=$((count * each))
    for backend in avx2 avx512; do
        dir="sm3/hash_many_count=$count,bytes=$each"
        [ -d "$CRITERION_HOME/$dir,backend=$backend" ] || continue
        row "SM3, $count × $each bytes at once, $backend" "$(speed "$dir,backend=$backend" $bytes)" \
            "$(speed "$dir,peer=rustcrypto" $bytes)" "$(openssl_speed sm3 "$each")"
    done
done
for mode in ctr gcm; do
    for bytes in 64 1024 16384 1048576; do
        ossl=0
        [ $mode = gcm ] || ossl="$(openssl_speed "sm4-$mode" $bytes)"
        for backend in portable aesni-avx2 vaes-avx2 gfni-avx512; do
            dir="sm4/${mode}_bytes=$bytes"
            [ -d "$CRITERION_HOME/$dir,backend=$backend" ] || continue
            row "SM4-$mode, $bytes bytes, $backend" "$(speed "$dir,backend=$backend" $bytes)" \
                "$(speed "$dir,peer=rustcrypto" $bytes)" "$ossl"
        done
    done
done
for mode in ccm xts; do
    row "SM4-$mode, 16384 bytes" "$(speed "sm4/${mode}_bytes=16384" 16384)" \
        "$(speed "sm4/${mode}_bytes=16384,peer=rustcrypto" 16384)" 0
done
row "SM4-cbc encryption, 16384 bytes" "$(speed "sm4/cbc_encrypt_bytes=16384" 16384)" \
    "$(speed "sm4/cbc_encrypt_bytes=16384,peer=rustcrypto" 16384)" "$(openssl_speed sm4-cbc 16384)"
row "SM4-cbc decryption, 16384 bytes" "$(speed "sm4/cbc_decrypt_bytes=16384" 16384)" 0 0
