# shellcheck shell=sh
# What all clients do together, each in its own words, and the images that they do it with.

# pulls_with_everything IMAGE: pull, copy, inspect and fetch by every client.
pulls_with_everything() {
    docker pull "$1"
    docker manifest inspect "$1"
    docker image rm "$1"
    podman pull "$1"
    buildah pull --policy always "docker://$1"
    podman rmi --force "$1"
    skopeo inspect "docker://$1"
    rm -rf "$work/copied"
    skopeo copy "docker://$1" "dir:$work/copied"
    crane manifest "$1"
    oras manifest fetch "$1"
}

# everything_pushes REPOSITORY: what every client pulls, it pushes under a tag of its own.
everything_pushes() {
    docker pull "$1:v1"
    docker tag "$1:v1" "$1:by-docker"
    docker push "$1:by-docker"
    podman pull "$1:v1"
    podman push "$1:v1" "$1:by-podman"
    buildah push "$1:v1" "docker://$1:by-buildah"
    crane copy "$1:v1" "$1:by-crane"
    oras copy "$1:v1" "$1:by-oras"
    for client in docker podman buildah crane oras; do
        exists "$1:by-$client"
    done
}

# nobody_pushes REPOSITORY: every client pulls, and shows that the registry refuses its push.
nobody_pushes() {
    docker pull "$1:v1"
    docker tag "$1:v1" "$1:never"
    fails_saying denied docker push "$1:never"
    podman pull "$1:v1"
    fails_saying denied podman push "$1:v1" "$1:never"
    fails_saying denied buildah push "$1:v1" "docker://$1:never"
    fails_saying denied skopeo copy "docker://$1:v1" "docker://$1:never"
    fails_saying UNAUTHORIZED crane copy "$1:v1" "$1:never"
    fails_saying 'authentication required' oras copy "$1:v1" "$1:never"
    fails_saying 'manifest unknown' skopeo inspect "docker://$1:never"
}

# builds_from IMAGE: with BuildKit, which signs in for itself.
builds_from() {
    mkdir -p "$work/context"
    printf 'FROM %s\nCOPY Dockerfile /\n' "$1" >"$work/context/Dockerfile"
    DOCKER_BUILDKIT=1 docker build --pull --no-cache -t built-here "$work/context"
}

# everybody_says TEXT IMAGE: every client's pull fails, and what it prints holds the text.
everybody_says() {
    fails_saying "$1" docker pull "$2"
    fails_saying "$1" within "$sid/bin/docker" pull "$2"
    fails_saying "$1" podman pull "$2"
    fails_saying "$1" buildah pull --policy always "docker://$2"
    fails_saying "$1" skopeo inspect "docker://$2"
    fails_saying "$1" crane manifest "$2"
    fails_saying "$1" oras manifest fetch "$2"
}

# nobody_pulls IMAGE: every client's pull fails, whatever it says.
nobody_pulls() {
    for command in "docker pull $1" "podman pull $1" "buildah pull --policy always docker://$1" \
        "skopeo inspect docker://$1" "crane manifest $1" "oras manifest fetch $1"; do
        # shellcheck disable=SC2086 # a command and its words
        if $command; then
            echo "it should have failed: $command"
            return 1
        fi
    done
}

# new_image TEXT: a layout with an image that no registry has yet.
new_image() {
    rm -rf "$work/layout"
    sh "$here/image.sh" "$work/layout" "$1"
}

# exists IMAGE: it is in the registry.
exists() {
    skopeo inspect --raw "docker://$1" >/dev/null
}
