#!/bin/sh
# bench.sh [--watch SECONDS] [PART…]: measures speed and size in one run and prints a table of ratios.
# PART is helper, hits, crowd, cold, job, workers or memory. An idle broker is watched for 20 seconds; `--watch 60` makes it a minute.
# It needs what tests/install puts in place, and valgrind. It takes about three minutes on a machine that does nothing else.
set -eu

cd "$(dirname "$0")/.."
programs=$PWD/target/programs
ecr_login=$PWD/tests/.bed/sid/usr/bin/docker-credential-ecr-login
aws=$PWD/tests/.bed/python/bin/aws

missing=
[ -x "$ecr_login" ] || missing="$missing
  docker-credential-ecr-login: sh tests/install/sid.sh"
[ -x "$aws" ] || missing="$missing
  the AWS command line: sh tests/install/python.sh"
command -v valgrind >/dev/null || missing="$missing
  valgrind: apt-get install valgrind"
if [ -n "$missing" ]; then
    echo "bench: these are missing:$missing" >&2
    exit 1
fi

sh packaging/build.sh release "${SHOREPASS_PROGRAMS:=$programs}"
cargo build --quiet --release -p shorepass-tests --bin bench
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

export SHOREPASS_PROGRAMS
exec "$target/release/bench" --ecr-login "$ecr_login" --aws "$aws" "$@"
