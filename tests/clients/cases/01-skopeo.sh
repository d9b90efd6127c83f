# shellcheck shell=sh
# skopeo, which needs no engine; its first push also gives the other cases their images.

# Docker's own format, because old docker clients cannot inspect another.
first_images() {
    new_image "the first image"
    for registry in "$first" "$private"; do
        skopeo copy --format v2s2 "oci:$work/layout" "docker://$registry/team/app:v1"
    done
    AWS_PROFILE=b skopeo copy --format v2s2 "oci:$work/layout" "docker://$second/team/app:v1"
}

inspects_and_lists() {
    says ".Name == \"$first/team/app\"" skopeo inspect "docker://$first/team/app:v1"
    says '.Tags | index("v1")' skopeo list-tags "docker://$first/team/app"
}

copies_out() {
    skopeo copy "docker://$first/team/app:v1" "dir:$work/copied"
    test -s "$work/copied/manifest.json"
}

copies_between_registries() {
    skopeo copy "docker://$first/team/app:v1" "docker://$private/team/copied:v1"
    exists "$private/team/copied:v1"
}

# Under the peer's name the helper takes the peer's place, without a change in anybody's settings.
takes_another_helpers_place() {
    mkdir -p "$work/peer"
    ln -sf "$SHOREPASS_PROGRAMS/docker-credential-shorepass" "$work/peer/docker-credential-ecr-login"
    echo "{\"credHelpers\": {\"$first\": \"ecr-login\"}}" >"$work/peer/config.json"
    PATH=$work/peer:$PATH skopeo inspect --authfile "$work/peer/config.json" "docker://$first/team/app:v1"
}

refused_without_a_password() {
    mkdir "$work/nothing"
    export DOCKER_CONFIG="$work/nothing" REGISTRY_AUTH_FILE="$work/nothing/auth.json"
    fails_saying unauthorized skopeo inspect "docker://$first/team/app:v1"
}

claim "the registry refuses whoever has no password" refused_without_a_password
claim "skopeo pushes to two accounts and to a private name" first_images
claim "skopeo inspects and lists" inspects_and_lists
claim "skopeo copies an image out of a registry" copies_out
claim "skopeo copies from one registry to another" copies_between_registries
claim "skopeo works with a link named docker-credential-ecr-login" takes_another_helpers_place
