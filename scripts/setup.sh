#!/bin/sh
# Installs the system packages that a build or a test needs and that are missing.
#   scripts/setup.sh build   libclang (RocksDB's bindings), a C++ compiler, make
#   scripts/setup.sh test    the same, and node, npm, openssl, python and a JDK for the interop tiers, valgrind for constant time
# Debian and Ubuntu are served by apt; elsewhere the missing ones are named.
set -eu
want="${1:-build}"

missing=""
need() { missing="$missing $1"; }

command -v g++ >/dev/null 2>&1 || need g++
command -v make >/dev/null 2>&1 || need make
command -v curl >/dev/null 2>&1 || need curl
# Without ccache a lost target folder costs the whole C++ build again.
command -v ccache >/dev/null 2>&1 || need ccache
# bindgen loads libclang.so at build time; gcc's own headers serve the rest (scripts/env.sh).
if [ -z "${LIBCLANG_PATH:-}" ] &&
    ! find /usr/lib /usr/lib64 /usr/local/lib -maxdepth 3 \( -name 'libclang.so*' -o -name 'libclang-[0-9]*.so*' \) 2>/dev/null | grep -q .; then
    need libclang-dev
fi
if [ "$want" = test ]; then
    command -v openssl >/dev/null 2>&1 || need openssl
    command -v node >/dev/null 2>&1 || need nodejs
    command -v npm >/dev/null 2>&1 || need npm
    python3 -c 'import ensurepip' >/dev/null 2>&1 || need python3-venv
    command -v javac >/dev/null 2>&1 || need default-jdk-headless
    command -v valgrind >/dev/null 2>&1 || need "valgrind libc6-dbg"
fi
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: these are missing and no apt-get is here to install them:$missing" >&2
    exit 1
fi
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
echo "setup: installing$missing"
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list of package names
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing
