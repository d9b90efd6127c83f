#!/bin/sh
# Installs the Debian packages that the tests need, with apt, as root or through `sudo -n`.
# Services that come with a package are kept from starting: the tests start their own, privately.
set -eu

set -- \
    g++ gcc libc6-dev \
    ca-certificates curl iproute2 jq openssl procps util-linux \
    python3 python3-venv \
    apache2-utils docker-registry docker.io runc skopeo buildah podman \
    gnupg golang-docker-credential-helpers pass \
    dbus gnome-keyring keyutils libsecret-tools \
    shellcheck tinyproxy valgrind

main() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "this system has no dpkg and apt; the tests need these Debian packages: $*"
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || exit 0
    # shellcheck disable=SC2086 # a list of names
    set -- $missing
    if [ "$(id -u)" = 0 ]; then
        become=
    elif sudo -n true 2>/dev/null; then
        become='sudo -n'
    else
        fail "Debian packages are missing, and only root may install them; run:
  sudo apt-get install --no-install-recommends $*"
    fi
    echo "tests: installing $*"
    install_packages "$@"
}

fail() {
    echo "tests: $*" >&2
    exit 1
}

missing_packages() {
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p')
    for package; do
        echo "$installed" | grep -qx "$package" || echo "$package"
    done
}

install_packages() {
    log=$(mktemp)
    trap 'rm -f "$log"; let_services_start' EXIT
    trap 'exit 130' INT TERM
    keep_services_stopped
    apt_get install "$@" >"$log" 2>&1 ||
        { apt_get update && apt_get install "$@"; } >"$log" 2>&1 || {
        cat "$log" >&2
        fail "apt-get could not install $*"
    }
}

apt_get() {
    $become env DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends "$@"
}

# invoke-rc.d asks this one file; a machine that has it already has decided for itself.
policy=/usr/sbin/policy-rc.d

keep_services_stopped() {
    [ ! -e "$policy" ] || return 0
    policy_is_ours=yes
    printf '#!/bin/sh\nexit 101\n' | $become tee "$policy" >/dev/null
    $become chmod 755 "$policy"
}

let_services_start() {
    [ -z "${policy_is_ours:-}" ] || $become rm -f "$policy"
}

main "$@"
