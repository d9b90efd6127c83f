#!/bin/sh
# build.sh [PROFILE [OUT]]: builds the five programs and puts them into the folder OUT (target/programs).
# PROFILE is `release`, what ships and what the tests run, or `dev`, quicker to build while one works on them.
# The helper is always built for speed and, on Linux, statically, so that one file runs in any image or distribution.
set -eu

usage() {
    echo "usage: build.sh [release|dev [OUT]]" >&2
    exit 2
}

[ $# -le 2 ] || usage
cd "$(dirname "$0")/.."
profile=${1:-release}
case $profile in
    dev) folder=debug ;;
    release) folder=release ;;
    *) usage ;;
esac
mkdir -p "${2:-target/programs}"
out=$(cd "${2:-target/programs}" && pwd)

build_helper() {
    case $(uname -s) in
        # Naming the target gives the helper a folder of its own, so its flags do not invalidate the other programs.
        Linux)
            host=$(rustc -vV | sed -n 's/^host: //p')
            RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static" \
                cargo build --quiet --profile helper --target "$host" -p shorepass-helper
            helper=$target/$host/helper
            ;;
        *)
            cargo build --quiet --profile helper -p shorepass-helper
            helper=$target/helper
            ;;
    esac
}

# A running program is replaced, never written into; an unchanged one is left as it is.
place() {
    [ ! -e "$1/$2" ] && [ -e "$1/$2.exe" ] && set -- "$1" "$2.exe"
    cmp -s "$1/$2" "$out/$2" || {
        cp "$1/$2" "$out/.$2.new"
        mv -f "$out/.$2.new" "$out/$2"
    }
}

target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
cargo build --quiet --profile "$profile" -p shorepass-cli -p shorepass-daemon -p shorepass-exchange -p shorepass-vault
build_helper
place "$helper" docker-credential-shorepass
for program in shorepass shorepassd shorepass-exchange shorepass-vault; do
    place "$target/$folder" "$program"
done
