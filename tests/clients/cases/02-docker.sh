# shellcheck shell=sh
# docker: the stable release's and sid's command against the stable release's engine.

pulls() {
    docker pull "$1/team/app:v1"
    docker image rm "$1/team/app:v1"
}

pushes() {
    new_image "pushed by $docker"
    skopeo copy "oci:$work/layout" "docker-daemon:$first/team/pushed:v1" --dest-daemon-host "$DOCKER_HOST"
    docker push "$first/team/pushed:v1"
    exists "$first/team/pushed:v1"
}

inspects_a_manifest() {
    says '.layers | length == 1' docker manifest inspect "$first/team/app:v1"
}

builds_with_the_legacy_builder() {
    docker_builds 0
}

builds_with_buildkit() {
    docker_builds 1
}

docker_builds() {
    mkdir -p "$work/context"
    printf 'FROM %s/team/app:v1\nCOPY Dockerfile /\n' "$first" >"$work/context/Dockerfile"
    docker image rm --force "$first/team/app:v1" "$first/team/built:v1"
    DOCKER_BUILDKIT=$1 docker build --pull --no-cache -t "$first/team/built:v1" "$work/context" >"$work/build" 2>&1
    cat "$work/build"
    # BuildKit alone talks of exporting.
    equal "$(grep -c -m 1 'exporting to image' "$work/build")" "$1"
    docker push "$first/team/built:v1"
}

logs_in_as_scripts_do() {
    password_for "$first" | docker login --username AWS --password-stdin "$first"
    no_password_is_kept
    pulls "$first"
}

no_password_is_kept() {
    says '.auths // {} | all(. == {})' cat "$DOCKER_CONFIG/config.json"
}

logs_out() {
    docker logout "$first"
    pulls "$first"
}

for program in /usr/bin/docker "$sid/bin/docker"; do
    use_docker "$program"
    version=$("$program" --version | sed 's/.* version \([0-9.]*\).*/docker \1/')
    claim "$version pulls" pulls "$first"
    claim "$version pulls from a private name" pulls "$private"
    claim "$version pushes" pushes
    claim "$version inspects a manifest" inspects_a_manifest
    claim "$version builds from a private image with the legacy builder" builds_with_the_legacy_builder
    claim "$version builds from a private image with BuildKit" builds_with_buildkit
    claim "$version logs in with a password, and nothing is stored" logs_in_as_scripts_do
    claim "$version logs out, and the next pull is signed in again" logs_out
done
