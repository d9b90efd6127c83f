# shellcheck shell=sh
# One command with a broker of its own: clients pull by it, nothing is left, and the caller's logins are where docs/exec.md says.

# Somebody with keys and no broker, for whom nothing is set up.
moves_in_with_keys() {
    HOME=$(mktemp -d "$work/exec.XXXXXX")
    XDG_RUNTIME_DIR=$HOME/runtime
    SHOREPASS_CONFIG=$HOME/shorepass.toml
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    mkdir -p "$HOME/.aws" "$HOME/.docker"
    cp "$work/home/.aws/credentials" "$work/home/.aws/config" "$HOME/.aws/"
    : >"$SHOREPASS_CONFIG"
    unset REGISTRY_AUTH_FILE DOCKER_CONFIG XDG_CONFIG_HOME XDG_STATE_HOME
    export AWS_PROFILE=a
    name_the_plugins "$HOME/.docker"
}

# logs_in HOST: the caller has a password for it, in the files of docs/exec.md.
logs_in() {
    login="{\"$1\": {\"auth\": \"$(printf 'caller:of-the-caller' | base64)\"}}"
    mkdir -p "$HOME/.config/containers"
    echo "{\"auths\": $login}" >"$HOME/.config/containers/auth.json"
    echo "$login" >"$HOME/.dockercfg"
}

# nothing_is_left: neither a folder, nor a broker, nor state.
nothing_is_left() {
    equal "$(find "$XDG_RUNTIME_DIR" -name 'shorepass*')" ''
    for process in $(pgrep -x shorepassd); do
        if grep -qF "$XDG_RUNTIME_DIR" "/proc/$process/environ"; then return 1; fi
    done
    [ ! -e "$HOME/.local/state/shorepass" ]
}

each_gets_in_by_it() {
    new_image "an image by exec"
    moves_in_with_keys
    within shorepass exec --registry "$first" -- \
        skopeo copy --format v2s2 "oci:$work/layout" "docker://$first/team/exec:v1"
    within shorepass exec --registry "$first" -- skopeo inspect "docker://$first/team/exec:v1"
    within shorepass exec --registry "$first" -- podman pull "$first/team/exec:v1"
    podman rmi --force "$first/team/exec:v1"
    within shorepass exec -- buildah pull "docker://$first/team/exec:v1"
    buildah rmi "$first/team/exec:v1"
    within shorepass exec -- "$docker" pull "$first/team/exec:v1"
    docker image rm "$first/team/exec:v1"
    nothing_is_left
}

# The caller's password for that registry is wrong, so whoever uses it is refused.
a_login_of_ours_comes_first() {
    moves_in_with_keys
    logs_in "$first"
    within shorepass exec --registry "$first" -- skopeo inspect "docker://$first/team/exec:v1"
    within shorepass exec --registry "$first" -- podman pull "$first/team/exec:v1"
    within shorepass exec -- podman pull "$first/team/exec:v1"
    nothing_is_left
}

# used_by CLIENT WORDS…: as whom it is logged in, or `nobody` when it says so itself; what stderr holds is in `said`.
used_by() {
    if name=$(within shorepass exec "$@" 2>"$work/said"); then
        echo "$name"
    elif grep -q "not logged in" "$work/said"; then
        echo nobody
    else
        cat "$work/said" >&2
        return 1
    fi
}

is_where_the_page_says() {
    moves_in_with_keys
    other=registry.example
    logs_in "$other"
    equal "$(used_by -- skopeo login --get-login "$other")" caller
    grep -qF "note: skopeo looks for logins in \`$HOME/.config/containers/auth.json\` and \`$HOME/.dockercfg\` too" "$work/said"
    equal "$(used_by -- podman login --get-login "$other")" nobody
    equal "$(used_by --registry "$other" -- podman login --get-login "$other")" caller
    grep -qF "note: podman, buildah and skopeo look for logins in \`$HOME/.config/containers/auth.json\`" "$work/said"
    equal "$(used_by --registry "$other" -- buildah login --get-login "$other")" caller
    nothing_is_left
}

what_docker_had_stays_behind() {
    moves_in_with_keys
    login="{\"auths\": {\"$first\": {\"auth\": \"$(printf 'caller:of-the-caller' | base64)\"}}}"
    echo "$login" >"$HOME/.docker/config.json"
    within shorepass exec --registry "$first" -- "$docker" pull "$first/team/exec:v1"
    equal "$(used_by --registry "$second" -- skopeo login --get-login "$first")" nobody
    equal "$(cat "$HOME/.docker/config.json")" "$login"
    nothing_is_left
}

use_docker /usr/bin/docker
claim "skopeo pushes, and podman, buildah and docker pull by exec, and nothing is left" each_gets_in_by_it
claim "by exec a login of ours comes before the caller's" a_login_of_ours_comes_first
claim "by exec the caller's logins are used where the page says, and nowhere else" is_where_the_page_says
claim "by exec no client gets what is in the caller's docker files" what_docker_had_stays_behind
