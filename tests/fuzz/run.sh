#!/bin/sh
# run.sh [SECONDS [TARGET…]]: builds the fuzz targets and runs each for SECONDS (60), two at a time, from a copy of its corpus.
# One line per target; the exit code says whether all went well. What crashes a target is kept in a folder that is printed;
# with KEEP=1 in the environment so is the corpus that a good run grew.
# It takes a stable Rust toolchain and a C++ compiler: libFuzzer comes as source with `libfuzzer-sys`.
set -u

cd "$(dirname "$0")/../.." || exit 1
all="frame message registry config worker_output challenge"

usage() {
    echo "usage: run.sh [SECONDS [TARGET…]], the targets being: $all" >&2
    exit 2
}

seconds=${1:-60}
case $seconds in
    '' | *[!0-9]* | 0*) usage ;;
esac
[ $# = 0 ] || shift
if [ $# = 0 ]; then
    # shellcheck disable=SC2086 # a list of names
    set -- $all
fi
for target; do
    case " $all " in
        *" $target "*) ;;
        *) usage ;;
    esac
done
command -v c++ >/dev/null || {
    echo "fuzz: no C++ compiler; on Debian it is the package g++" >&2
    exit 1
}

folder=${CARGO_TARGET_DIR:-$PWD/target}/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
scratch=$(mktemp -d)
running=
trap 'kill $running 2>/dev/null; wait; finish 130' INT TERM

main() {
    build || finish 1
    failed=0
    while [ $# -gt 0 ]; do
        pair=$1
        shift
        if [ $# -gt 0 ]; then
            pair="$pair $1"
            shift
        fi
        running=
        for target in $pair; do
            start "$target" &
            running="$running $!"
        done
        for process in $running; do
            wait "$process" || failed=1
        done
    done
    finish "$failed"
}

# As cargo-fuzz does it, but on a stable toolchain and therefore without sanitizers. Naming the host as the target keeps the
# flags away from build scripts.
build() {
    RUSTFLAGS="--cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 -Cpasses=sancov-module \
-Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares" \
        cargo build --quiet --locked --release --manifest-path tests/fuzz/Cargo.toml --target "$host" --target-dir "$folder"
}

start() {
    log=$scratch/$1.log
    mkdir -p "$scratch/corpus/$1" "$scratch/crashes/$1"
    "$folder/$host/release/$1" \
        -max_total_time="$seconds" -max_len=4096 -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
        -dict="tests/fuzz/dictionary/$1" -artifact_prefix="$scratch/crashes/$1/" \
        "$scratch/corpus/$1" "tests/fuzz/corpus/$1" >"$log" 2>&1 &
    fuzzer=$!
    trap 'kill "$fuzzer" 2>/dev/null; wait "$fuzzer"; exit 130' TERM
    wait "$fuzzer"
    code=$?
    if [ "$code" = 0 ]; then
        echo "ok $1: $(figure "$log" 's/^stat::number_of_executed_units: *//p') runs, $(figure "$log" 's/.* ft: \([0-9]*\).*/\1/p') features"
        return 0
    fi
    grep -A1 -E 'panicked at|ERROR: libFuzzer' "$log" | head -4
    echo "FAILED $1: exit code $code; see $log and $scratch/crashes/$1"
    return 1
}

figure() {
    sed -n "$2" "$1" | tail -1
}

finish() {
    if [ -n "${KEEP:-}" ]; then
        echo "kept: $scratch"
    elif [ "$1" != 1 ]; then
        rm -rf "$scratch"
    fi
    exit "$1"
}

main "$@"
