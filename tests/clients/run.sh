#!/bin/sh
# run.sh [CASE…]: pulls, pushes and builds with real clients, whose credentials come through the programs in $SHOREPASS_PROGRAMS.
# Everything happens in namespaces of its own (mount, network, process), so that the registry can carry its real name and
# port, and so that nothing outlives the run: the kernel ends the processes and takes the mounts with the namespaces.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
SHOREPASS_PROGRAMS=${SHOREPASS_PROGRAMS:-$here/../../target/programs}
work=$(mktemp -d "${TMPDIR:-/tmp}/shorepass-clients.XXXXXX")
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

main() {
    if [ "$(id -u)" = 0 ]; then own_user=; else own_user=--map-root-user; fi
    reason=$(enter_namespaces true 2>&1) || fail "the clients' tests need namespaces of their own: $reason; run them as root"
    [ -x "$SHOREPASS_PROGRAMS/docker-credential-shorepass" ] || fail "no programs in $SHOREPASS_PROGRAMS; run packaging/build.sh"
    build_fake_cloud

    export here work SHOREPASS_PROGRAMS FAKE_CLOUD
    # In the background, because a shell acts on a signal only between commands or in `wait`.
    enter_namespaces sh "$here/inside.sh" "$@" &
    namespaces=$!
    wait "$namespaces"
}

# In a session of its own, so that Ctrl-C reaches this script alone; it ends with this script, however that ends.
enter_namespaces() {
    # shellcheck disable=SC2086 # an option or nothing
    exec setsid setpriv --pdeathsig KILL \
        unshare $own_user --mount --net --pid --fork --kill-child --mount-proc --propagation private "$@"
}

fail() {
    echo "FAILED $*"
    exit 1
}

# Whoever has built it already says where it is.
build_fake_cloud() {
    [ -z "${FAKE_CLOUD:-}" ] || return 0
    cd "$here/../.."
    cargo build --quiet -p shorepass-tests --bin fake-cloud
    FAKE_CLOUD=$(cargo metadata --format-version 1 --no-deps | jq -r .target_directory)/debug/fake-cloud
}

clean_up() {
    trap '' INT TERM HUP
    if [ -n "${namespaces:-}" ]; then
        # The first process inside: it is gone only when all the others are, and so nobody writes any more.
        init=$(pgrep -P "$namespaces" || echo "$namespaces")
        kill -KILL "$init" 2>/dev/null || true
        wait "$namespaces" || true
    fi
    rm -rf "$work"
}

main "$@"
