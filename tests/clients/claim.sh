# shellcheck shell=sh
# How a case says what it claims. A claim is a name and a command; what the command prints is shown only when it fails.

passed=0
failed=0

# claim NAME COMMAND…: the command runs in a subshell that ends at the first failing line.
claim() {
    claim=$1
    shift
    # `set -e` has no effect in a condition, so the exit code is fetched without one.
    set +e
    (
        set -e
        "$@"
    ) >"$work/output" 2>&1 </dev/null
    code=$?
    set -e
    if [ "$code" = 0 ]; then
        passed=$((passed + 1))
        echo "ok $claim"
    else
        failed=$((failed + 1))
        echo "FAILED $claim (exit code $code)"
        sed 's/^/    | /' "$work/output"
    fi
}

conclude() {
    echo "clients: $passed passed, $failed failed"
    [ "$failed" = 0 ] || exit 1
}

# The command must fail, and its output must hold the text.
fails_saying() {
    text=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        cat "$work/said"
        echo "it should have failed: $*"
        return 1
    fi
    cat "$work/said"
    grep -qF -- "$text" "$work/said" || {
        echo "its output should hold: $text"
        return 1
    }
}

# says FILTER COMMAND…: the command must succeed and print JSON for which jq's filter is true.
# Not a pipe, because a pipe hides that the command failed.
says() {
    filter=$1
    shift
    "$@" >"$work/json" || return
    if ! jq -e "$filter" "$work/json" >"$work/verdict" || [ ! -s "$work/verdict" ]; then
        cat "$work/json"
        echo "this should be true of it: $filter"
        return 1
    fi
}

equal() {
    [ "$1" = "$2" ] || {
        echo "expected: $2"
        echo "got:      $1"
        return 1
    }
}

# await SECONDS COMMAND…: waits for the command to succeed.
await() {
    tries=$(($1 * 20))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || {
            echo "gave up waiting for: $*"
            return 1
        }
        sleep 0.05
    done
}
