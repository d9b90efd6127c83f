# shellcheck shell=sh
# buildah and podman, which read the containers' auth.json.

buildah_pulls() {
    buildah pull "docker://$first/team/app:v1"
    buildah rmi "$first/team/app:v1"
}

buildah_builds_and_pushes() {
    mkdir -p "$work/context"
    printf 'FROM %s/team/app:v1\nCOPY Dockerfile /\n' "$first" >"$work/context/Dockerfile"
    buildah bud --tag "$first/team/by-buildah:v1" "$work/context"
    buildah push "$first/team/by-buildah:v1"
    exists "$first/team/by-buildah:v1"
}

podman_pulls() {
    podman pull "$1/team/app:v1"
    podman rmi --force "$1/team/app:v1"
}

podman_pushes() {
    podman pull "$first/team/app:v1"
    podman push "$first/team/app:v1" "$first/team/by-podman:v1"
    exists "$first/team/by-podman:v1"
}

podman_logs_in_and_out() {
    password_for "$first" | podman login --username AWS --password-stdin "$first"
    podman logout "$first"
    podman_pulls "$first"
}

claim "buildah pulls" buildah_pulls
claim "buildah builds from a private image and pushes" buildah_builds_and_pushes
claim "podman pulls" podman_pulls "$first"
claim "podman pulls from a private name" podman_pulls "$private"
claim "podman pushes" podman_pushes
claim "podman logs in and out, and the next pull is signed in again" podman_logs_in_and_out
