# shellcheck shell=sh
# The machine as the clients see it: the clouds' and registries' real names on loopback addresses, a certificate
# authority that the whole system trusts, and folders that nobody else has. All of it is seen in these namespaces only.

# Not in 127/8, where a Docker engine would allow itself to talk without TLS.
registry_address=10.99.0.1
basic_address=10.99.0.2
google_registry_address=10.99.0.3
azure_registry_address=10.99.0.4
# In 127/8, because the cloud lets nobody else turn its knobs.
cloud_address=127.0.0.2
tokens_address=127.0.0.3
google_address=127.0.0.4
google_tokens_address=127.0.0.5
azure_address=127.0.0.6

# Registries of two accounts and one under a company's own name; behind all three stands Debian's registry.
first=123456789012.dkr.ecr.eu-west-1.amazonaws.com
second=210987654321.dkr.ecr.us-east-1.amazonaws.com
private=images.corp.example
# A registry that asks for the password itself, as ECR does, where Debian's sends its clients to a token service.
basic=123456789012.dkr.ecr.eu-central-1.amazonaws.com
registry_names="$first $second $private $basic"

# Google's, behind which stands a second one of Debian's; what may be done in the last one is narrowed by our rule.
artifacts=europe-west1-docker.pkg.dev
gcr=eu.gcr.io
read_only=us-docker.pkg.dev
google_registry_names="$artifacts $gcr $read_only"

# Azure's: one under three kinds of name, one whose rule is for one repository, one that is open to everybody.
acr=shorepass.azurecr.io
acr_geo=shorepass.westeurope.geo.azurecr.io
acr_labelled=shorepass-abc123.azurecr.io
acr_narrow=strictshore.azurecr.io
acr_open=openshore.azurecr.io
azure_registry_names="$acr $acr_geo $acr_labelled $acr_narrow $acr_open"

# The fake clouds under the names of their services, AWS also under one of its own for the control path; the token services.
cloud=cloud.corp.example
cloud_names="$cloud api.ecr.eu-west-1.amazonaws.com api.ecr.eu-central-1.amazonaws.com api.ecr.us-east-1.amazonaws.com"
cloud_names="$cloud_names sts.amazonaws.com sts.eu-west-1.amazonaws.com sts.us-east-1.amazonaws.com"
tokens=tokens.corp.example
google_names="oauth2.googleapis.com iamcredentials.googleapis.com sts.googleapis.com"
google_tokens=google-tokens.corp.example
azure_names="login.microsoftonline.com"

make_machine() {
    # All that the services and clients write is in memory, and gone with the namespaces.
    mount -t tmpfs -o mode=700 tmpfs "$work"
    ip link set lo up
    for address in "$registry_address" "$basic_address" "$google_registry_address" "$azure_registry_address"; do
        ip address add "$address/32" dev lo
    done
    own_folders
    name_the_hosts

    PATH=$SHOREPASS_PROGRAMS:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
    HOME=$work/home
    TMPDIR=$work/tmp
    XDG_RUNTIME_DIR=$work/runtime
    export PATH HOME TMPDIR XDG_RUNTIME_DIR
    mkdir "$HOME" "$TMPDIR"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
}

own_folders() {
    # A copy, not an overlay: it works on every kernel and inside containers. What only root may read stays out.
    mkdir "$work/etc"
    cp -a /etc/. "$work/etc" 2>/dev/null || true
    mount --bind "$work/etc" /etc
    for folder in /run /var/lib /var/tmp /dev/shm; do
        mount -t tmpfs -o mode=755 tmpfs "$folder"
    done
}

name_the_hosts() {
    cat >/etc/hosts <<HOSTS
127.0.0.1 localhost
$registry_address $first $second $private
$basic_address $basic
$cloud_address $cloud_names
$tokens_address $tokens
$google_registry_address $google_registry_names
$google_address $google_names
$google_tokens_address $google_tokens
$azure_registry_address $azure_registry_names
$azure_address $azure_names
HOSTS
    # Any other name must fail at once.
    : >/etc/resolv.conf
    echo 'hosts: files' >/etc/nsswitch.conf
}

# The whole system trusts the authority, as on a machine whose administrator has installed the company's.
trust() {
    cat "$1" >>/etc/ssl/certs/ca-certificates.crt
}
