# shellcheck shell=sh
# The clients' side: their settings, the images they start from, and how a case calls them.

sid=$here/../.bed/sid/usr

prepare_client() {
    export DOCKER_CONFIG="$HOME/.docker" REGISTRY_AUTH_FILE="$HOME/auth.json"
    export SHOREPASS_CONFIG="$HOME/shorepass.toml"
    export AWS_EC2_METADATA_DISABLED=true AWS_PROFILE=a
    export BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF="$work/storage.conf" CONTAINERS_CONF="$work/containers.conf"
    mkdir -p "$DOCKER_CONFIG" "$HOME/.aws"
    configure_shorepass
    configure_identities
    configure_clients
}

configure_shorepass() {
    cat >"$SHOREPASS_CONFIG" <<TOML
[[registry]]
match = "$private"
kind = "ecr"
account = "123456789012"
region = "eu-west-1"

[[registry]]
match = "$read_only"
access = "pull"

[[registry]]
match = "$acr_narrow"
repositories = ["team/app"]
access = "pull"

[[registry]]
match = "$acr_open"
anonymous = "on-failure"
TOML
}

# `a` is a user of the first account; `b` is a role in the second one, which that user assumes.
configure_identities() {
    cat >"$HOME/.aws/credentials" <<INI
[a]
aws_access_key_id = $(of_the_cloud .environment.AWS_ACCESS_KEY_ID)
aws_secret_access_key = $(of_the_cloud .environment.AWS_SECRET_ACCESS_KEY)

[unknown]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
INI
    cat >"$HOME/.aws/config" <<INI
[profile a]
region = eu-west-1

[profile b]
region = us-east-1
role_arn = arn:aws:iam::210987654321:role/remote
source_profile = a
INI
}

configure_clients() {
    name_the_plugins "$DOCKER_CONFIG"
    set_up "$registry_names"
    cat >"$CONTAINERS_STORAGE_CONF" <<TOML
[storage]
driver = "vfs"
graphroot = "$work/storage"
runroot = "$work/storage-run"
TOML
    cat >"$CONTAINERS_CONF" <<TOML
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
TOML
}

# set_up NAMES: makes shorepass the helper of these registries. Not of all at once, because docker's legacy builder asks
# for every one before it begins, and docker 20.10 takes none of the answers when one of them is a refusal.
set_up() {
    # shellcheck disable=SC2086 # one word for each name
    shorepass setup $1 --docker --containers >"$work/logs/setup" 2>&1 || {
        echo "FAILED shorepass setup"
        cat "$work/logs/setup"
        exit 1
    }
}

# Every call is bounded: some clients ask for a name on the terminal after a refusal, and wait for ever.
within() {
    timeout --kill-after 5 60 "$@"
}

# Which of the docker commands `docker` is.
use_docker() {
    docker=$1
}

docker() {
    within "$docker" "$@"
}

skopeo() {
    within skopeo "$@"
}

buildah() {
    within buildah "$@"
}

podman() {
    within podman "$@"
}

oras() {
    within "$sid/bin/oras" "$@"
}

crane() {
    within "$sid/bin/crane" "$@"
}

# What `aws ecr get-login-password` prints.
password_for() {
    printf %s "$1" | docker-credential-shorepass get | jq -r .Secret
}
