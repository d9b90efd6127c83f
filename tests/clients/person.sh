# shellcheck shell=sh
# Somebody with a home and a vault of their own, for whom shorepass is the helper of every registry.

# A new person, whose vault is a file.
moves_in() {
    HOME=$(mktemp -d "$work/person.XXXXXX")
    XDG_RUNTIME_DIR=$HOME/runtime
    SHOREPASS_CONFIG=$HOME/shorepass.toml
    # With DOCKER_CONFIG, Debian's podman, buildah and skopeo rewrite docker's file when they log out, and lose most of it.
    unset AWS_PROFILE REGISTRY_AUTH_FILE DOCKER_CONFIG XDG_CONFIG_HOME XDG_STATE_HOME
    mkdir "$HOME/.docker"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    head -c 32 /dev/urandom >"$HOME/key"
    chmod 600 "$HOME/key"
    printf '[vault]\nstore = "file"\nkey_file = "%s"\n' "$HOME/key" >"$SHOREPASS_CONFIG"
    name_the_plugins "$HOME/.docker"
    shorepass setup --all
}

# The person's settings hold what standard input says, too.
configures() {
    cat >>"$SHOREPASS_CONFIG"
    shorepass config check
}

# knows FILTER: it is true of the logins in the person's vault.
knows() {
    says "$1" shorepass vault list --json
}

# nothing_lies_about SECRET: it is in none of the files that clients and services have written.
nothing_lies_about() {
    if grep -rF -- "$1" "$HOME" "$XDG_RUNTIME_DIR" "$work/logs" 2>/dev/null; then
        echo "a secret lies about"
        return 1
    fi
}

# name_the_plugins FOLDER: sid's docker has BuildKit's client as a plugin.
name_the_plugins() {
    echo "{\"cliPluginsExtraDirs\": [\"$sid/libexec/docker/cli-plugins\"]}" >"$1/config.json"
}
