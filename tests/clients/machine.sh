# shellcheck shell=sh
# The machine as the clients see it: the clouds' and registries' real names on loopback addresses, a certificate
# authority that the whole system trusts, and folders that nobody else has. All of it is seen in these namespaces only.

# Not in 127/8, where a Docker engine would allow itself to talk without TLS; the cloud's control path asks for just that.
registry_address=10.99.0.1
cloud_address=127.0.0.2
tokens_address=127.0.0.3

first=123456789012.dkr.ecr.eu-west-1.amazonaws.com
second=210987654321.dkr.ecr.us-east-1.amazonaws.com
private=images.corp.example
# The cloud under a name of no service, for its control path.
cloud=cloud.corp.example
registry_names="$first $second $private"
# The registries' token service, which is the fake cloud, too.
tokens=tokens.corp.example
cloud_names='api.ecr.eu-west-1.amazonaws.com api.ecr.us-east-1.amazonaws.com sts.amazonaws.com'
cloud_names="$cloud_names sts.eu-west-1.amazonaws.com sts.us-east-1.amazonaws.com"

make_machine() {
    ip link set lo up
    ip address add "$registry_address/32" dev lo

    # A copy, not an overlay: it works on every kernel and inside containers. What only root may read stays out.
    mkdir "$work/etc"
    mount -t tmpfs -o mode=755 tmpfs "$work/etc"
    cp -a /etc/. "$work/etc" 2>/dev/null || true
    mount --bind "$work/etc" /etc
    for folder in /run /var/lib /var/tmp; do
        mount -t tmpfs -o mode=755 tmpfs "$folder"
    done
    name_the_hosts

    PATH=$SHOREPASS_PROGRAMS:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
    HOME=$work/home
    TMPDIR=$work/tmp
    XDG_RUNTIME_DIR=$work/runtime
    export PATH HOME TMPDIR XDG_RUNTIME_DIR
    unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME XDG_DATA_HOME SSL_CERT_FILE SSL_CERT_DIR
    mkdir -p "$HOME" "$TMPDIR"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
}

name_the_hosts() {
    {
        echo "127.0.0.1 localhost"
        echo "$registry_address $registry_names"
        echo "$cloud_address $cloud $cloud_names"
        echo "$tokens_address $tokens"
    } >/etc/hosts
    # Any other name must fail at once.
    : >/etc/resolv.conf
    echo 'hosts: files' >/etc/nsswitch.conf
}

# The whole system trusts the authority, as on a machine whose administrator has installed the company's.
trust() {
    cat "$1" >>/etc/ssl/certs/ca-certificates.crt
}
