# Build environment shared by the Makefile, .ci/run and a developer's shell:
#   . scripts/env.sh
# Every value here is part of cargo's fingerprint for the RocksDB C++ build (the
# one slow step), so all entry points must take it from this one place.

# One target folder outside the clone: a second clone reuses the compiled dependencies.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/hufu/target}"

# Cargo tells files by their times and knows a crate by its place in its clone: what another clone built later than this clone's
# files were written would count as built from them. So a clone that was not the last to build looks new.
hufu_root=$(git rev-parse --show-toplevel 2>/dev/null || pwd)
if [ -f "$hufu_root/scripts/env.sh" ] && [ "$(cat "$CARGO_TARGET_DIR/.clone" 2>/dev/null)" != "$hufu_root" ]; then
    find "$hufu_root" -name '*.rs' -not -path '*/node_modules/*' -exec touch {} +
    mkdir -p "$CARGO_TARGET_DIR"
    echo "$hufu_root" >"$CARGO_TARGET_DIR/.clone"
fi

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
