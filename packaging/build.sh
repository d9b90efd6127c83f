#!/bin/sh
# build.sh PROFILE OUT: builds the four programs and puts them into the folder OUT. PROFILE is `dev` or `release`.
# The helper is always built for speed and, on Linux, statically, so that one file runs in any image or distribution.
set -eu

usage() {
    echo "usage: build.sh dev|release OUT" >&2
    exit 2
}

[ $# = 2 ] || usage
case $1 in
    # The whole workspace at once, because the tests want its other programs as well, from the same libraries.
    dev) folder=debug ; selection='--workspace --bins' ;;
    release) folder=release ; selection='-p shorepass-cli -p shorepass-daemon -p shorepass-exchange' ;;
    *) usage ;;
esac
profile=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."

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
# shellcheck disable=SC2086 # a list of flags
cargo build --quiet --profile "$profile" $selection
build_helper
place "$helper" docker-credential-shorepass
for program in shorepass shorepassd shorepass-exchange; do
    place "$target/$folder" "$program"
done
