# Build environment shared by the Makefile, .ci/run and a developer's shell:
#   . scripts/env.sh
# Every value here is part of cargo's fingerprint for the RocksDB C++ build (the
# one slow step), so all entry points must take it from this one place.

# One target folder outside the clone: a second clone reuses the compiled dependencies.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/hufu/target}"

# bindgen runs libclang without clang's own headers; gcc's have stdbool.h.
if command -v gcc >/dev/null 2>&1; then
    BINDGEN_EXTRA_CLANG_ARGS="-isystem $(gcc -print-file-name=include)"
    export BINDGEN_EXTRA_CLANG_ARGS
fi

# The C++ of RocksDB survives a lost target folder in ccache. By PATH and not by CXX: build scripts watch CXX, and a
# shell without this file would then rebuild what a shell with it has built.
if [ -d /usr/lib/ccache ]; then
    case "$PATH" in
        /usr/lib/ccache:*) ;;
        *) export PATH="/usr/lib/ccache:$PATH" ;;
    esac
fi
