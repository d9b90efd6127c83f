#!/bin/sh
# Fetches clients that Debian stable lacks, or has too old, from Debian sid and unpacks them under tests/.bed/sid.
# Only programs that run on stable's libraries are taken. apt does the fetching and the verifying, with lists and
# sources of its own under tests/.bed, so the system's apt and packages stay as they are.
set -eu

set -- oras crane docker-cli docker-buildx amazon-ecr-credential-helper

bed=$(cd "$(dirname "$0")/.." && pwd)/.bed
root=$bed/sid
apt=$bed/apt

main() {
    [ "$(cat "$root/packages" 2>/dev/null)" != "$*" ] || exit 0
    mirror=$(mirror)
    [ -n "$mirror" ] || fail "apt's configuration names no Debian mirror to fetch from sid: $*"
    echo "tests: fetching from sid: $*"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$apt/sources.list"
    fetch "$@" >"$apt/log" 2>&1 || {
        cat "$apt/log" >&2
        fail "apt-get could not fetch from sid: $*"
    }
    unpack
    echo "$*" >"$root/packages"
    rm -rf "$apt"
}

fail() {
    echo "tests: $*" >&2
    exit 1
}

# The mirror that this machine's apt uses for Debian itself; before the first `apt-get update` the origin is not known.
mirror() {
    # shellcheck disable=SC2016 # apt's own placeholders
    apt-get indextargets --format '$(CREATED_BY)|$(ORIGIN)|$(RELEASE)|$(REPO_URI)' 2>/dev/null |
        awk -F '|' '$1 == "Packages" && $3 !~ /-/ && ($2 == "Debian" || $4 ~ /\/debian\/$/) { print $4; exit }'
}

fetch() {
    own_apt update && (cd "$apt/debs" && own_apt download "$@")
}

own_apt() {
    apt-get -qq \
        -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" \
        -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}

unpack() {
    rm -rf "$root"
    for deb in "$apt"/debs/*.deb; do
        dpkg-deb -x "$deb" "$root"
    done
}

main "$@"
