#!/bin/sh
# run.sh: installs what the tests need, builds, runs every test. The last line counts them; the exit code says whether all passed.
set -u

cd "$(dirname "$0")/.." || exit 1
programs=$PWD/target/programs
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
trap 'exit 130' INT TERM

passed=0
failed=0

main() {
    heading "what the tests need"
    sh tests/install/run.sh && installed=yes && echo "ok: everything is there"

    heading "build"
    sh packaging/build.sh release "$programs" || finish "the build failed"
    echo "ok: programs in $programs"

    heading "cargo tests"
    SHOREPASS_PROGRAMS=$programs run_and_keep cargo test --workspace --no-fail-fast
    count "$(sum_of passed)" "$(sum_of failed)" "cargo test"

    heading "real clients"
    if [ -n "${installed:-}" ]; then
        # cargo's tests have built the fake cloud.
        FAKE_CLOUD=$(fake_cloud) SHOREPASS_PROGRAMS=$programs run_and_keep sh tests/clients/run.sh
        count "$(grep -c '^ok ' "$results/output")" "$(grep -c '^FAILED ' "$results/output")" "the clients' tests"
    else
        rm -f "$results/output"
        code=1
        count 0 1 "the clients' tests could not run: what they need is missing"
    fi
    heading "speed and size"
    SHOREPASS_PROGRAMS=$programs run_and_keep sh tests/bench.sh
    count 0 0 "the bench"
    finish
}

heading() {
    printf '\n== %s\n' "$1"
}

fake_cloud() {
    built=$(cargo metadata --format-version 1 --no-deps | jq -r .target_directory)/debug/fake-cloud
    [ ! -x "$built" ] || echo "$built"
}

# Shows the output as it comes, keeps it for counting, and leaves the command's exit code in `code`.
run_and_keep() {
    {
        "$@" 2>&1
        echo $? >"$results/code"
    } | tee "$results/output"
    code=$(cat "$results/code")
}

# Of cargo's lines `test result: ok. 12 passed; 0 failed; …`, one for each test program.
sum_of() {
    sed -n "s/^test result: .* \([0-9]*\) $1;.*/\1/p" "$results/output" | awk '{ sum += $1 } END { print sum + 0 }'
}

names_of_the_failed() {
    [ -e "$results/output" ] || return 0
    sed -n 's/^test \(.*\) \.\.\. FAILED$/    \1/p; s/^FAILED \(.*\)/    \1/p' "$results/output"
}

# A program that fails without naming a failed test (it did not compile, it was killed) counts as one.
count() {
    passed=$((passed + $1))
    failed=$((failed + $2))
    if [ "$2" != 0 ] || [ "${code:-0}" != 0 ]; then
        names=$(names_of_the_failed)
        problems="${problems:-}
  $3: $2 failed, exit code ${code:-1}${names:+
$names}"
        [ "$2" != 0 ] || failed=$((failed + 1))
    fi
    code=0
}

finish() {
    if [ $# != 0 ]; then
        failed=$((failed + 1))
        problems="${problems:-}
  $1"
    fi
    heading "summary"
    [ -z "${problems:-}" ] || echo "problems:$problems"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
}

main
