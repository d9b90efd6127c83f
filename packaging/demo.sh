#!/bin/sh
# demo.sh: builds release programs and shows the main job with no cloud account and no root.
# Everything happens in a temporary folder, which is cleared away with its broker, also when it is interrupted.
set -eu

cd "$(dirname "$0")/.."
programs=$PWD/target/programs

echo "building (the first time this takes some minutes)"
sh packaging/build.sh release "$programs"
cargo build --quiet --release -p shorepass-tests --bin demo
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

TMPDIR=$(mktemp -d)
export TMPDIR
clear_away() {
    for socket in "$TMPDIR"/*/run/shorepass/broker.sock; do
        [ ! -S "$socket" ] || SHOREPASS_SOCKET=$socket "$programs/shorepass" broker stop >/dev/null
    done
    rm -rf "$TMPDIR"
}
trap clear_away EXIT
trap 'exit 130' INT TERM

SHOREPASS_PROGRAMS=$programs "$target/release/demo" "$@"
