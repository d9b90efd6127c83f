#!/bin/sh
# demo.sh: builds release programs and shows the main job with no cloud account and no root.
# Everything it shows runs in the demo program, which works in a temporary folder and clears it away.
set -eu

cd "$(dirname "$0")/.."
programs=target/programs-release

echo "building (the first time this takes some minutes)"
sh packaging/build.sh release "$programs"
cargo build --quiet --release -p shorepass-tests --bin demo
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
SHOREPASS_PROGRAMS=$PWD/$programs exec "$target/release/demo" "$@"
