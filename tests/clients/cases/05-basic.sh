# shellcheck shell=sh
# A registry that asks for the password with every request, as ECR itself does; Debian's one wants tokens.

everything_pulls() {
    image=$basic/team/app:latest
    docker pull "$image"
    podman pull "$image"
    skopeo copy "docker://$image" "dir:$work/from-basic"
    crane manifest "$image"
    oras manifest fetch "$image"
}

use_docker /usr/bin/docker
claim "every client pulls from a registry that asks for the password itself" everything_pulls
