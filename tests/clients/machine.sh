# shellcheck shell=sh
# The machine as the clients see it: the clouds' and registries' real names on loopback addresses, a certificate
# authority that the whole system trusts, and folders that nobody else has. All of it is seen in these namespaces only.

# Not in 127/8, where a Docker engine would allow itself to talk without TLS.
registry_address=10.99.0.1
basic_address=10.99.0.2
google_registry_address=10.99.0.3
azure_registry_address=10.99.0.4
logins_address=10.99.0.5
hub_registry_address=10.99.0.6
ghcr_address=10.99.0.7
harbor_address=10.99.0.8
quay_address=10.99.0.9
gitlab_registry_address=10.99.0.10
nexus_address=10.99.0.11
# In 127/8, because the cloud lets nobody else turn its knobs.
cloud_address=127.0.0.2
tokens_address=127.0.0.3
google_address=127.0.0.4
google_tokens_address=127.0.0.5
azure_address=127.0.0.6
hub_address=127.0.0.7
hub_tokens_address=127.0.0.8
github_address=127.0.0.9
github_tokens_address=127.0.0.10
harbor_core_address=127.0.0.11
quay_core_address=127.0.0.12
gitlab_address=127.0.0.13
gitlab_tokens_address=127.0.0.14

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

# A registry that is nobody's cloud and wants a name and a password.
logins=logins.corp.example
alice_password=alice-s-password-7f3a
bob_password=bob-s-password-91cc

# One that stands at a port of its own, as a repository of Nexus does; it has the images and the logins of the last one.
nexus=nexus.corp.example:8083

# The registries of Docker Hub, GitHub and GitLab, and two of a company's own. What is no registry's work stands apart: the
# token services, Harbor's and Quay's other half, and where a rule sends us to read what a token or a login may do.
hub_registry_names="registry-1.docker.io index.docker.io docker.io dhi.io registry.hub.docker.com"
hub_names="hub.docker.com login.docker.com identity.docker.com"
hub_limits=limits.corp.example
hub_tokens=auth.docker.io
ghcr=ghcr.io
github_names="github.com api.github.com"
github_trials=trials.corp.example
github_tokens="ghcr-tokens.corp.example"
harbor=harbor.corp.example
harbor_core="harbor-core.corp.example"
quay=quay.io
quay_core="quay-core.corp.example"
gitlab=registry.gitlab.com
gitlab_other=registry.corp.example
gitlab_tokens=gitlab.com
hosted_names="$hub_registry_names $hub_names $hub_limits $hub_tokens $ghcr $github_names $github_trials $github_tokens"
hosted_names="$hosted_names $harbor $harbor_core $quay $quay_core $gitlab $gitlab_other $gitlab_tokens ${nexus%:*}"

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
    for address in "$registry_address" "$basic_address" "$google_registry_address" "$azure_registry_address" \
        "$logins_address" "$hub_registry_address" "$ghcr_address" "$harbor_address" "$quay_address" \
        "$gitlab_registry_address" "$nexus_address"; do
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
$logins_address $logins
$nexus_address ${nexus%:*}
$hub_registry_address $hub_registry_names
$hub_address $hub_names $hub_limits
$hub_tokens_address $hub_tokens
$ghcr_address $ghcr
$github_address $github_names $github_trials
$github_tokens_address $github_tokens
$harbor_address $harbor
$harbor_core_address $harbor_core
$quay_address $quay
$quay_core_address $quay_core
$gitlab_registry_address $gitlab $gitlab_other
$gitlab_tokens_address $gitlab_tokens
HOSTS
    # Any other name must fail at once.
    : >/etc/resolv.conf
    echo 'hosts: files' >/etc/nsswitch.conf
}

# The whole system trusts the authority, as on a machine whose administrator has installed the company's.
trust() {
    cat "$1" >>/etc/ssl/certs/ca-certificates.crt
}
