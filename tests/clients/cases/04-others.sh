# shellcheck shell=sh
# oras and crane, which ask their helper only after the registry's challenge.

oras_fetches_and_copies() {
    says '.layers | length == 1' oras manifest fetch "$first/team/app:v1"
    oras copy "$first/team/app:v1" "$private/team/by-oras:v1"
    exists "$private/team/by-oras:v1"
}

oras_pushes() {
    echo hello >"$work/artifact"
    (cd "$work" && oras push "$first/team/artifact:v1" artifact)
    exists "$first/team/artifact:v1"
}

crane_reads_and_copies() {
    says '.layers | length == 1' crane manifest "$first/team/app:v1"
    crane copy "$first/team/app:v1" "$private/team/by-crane:v1"
    exists "$private/team/by-crane:v1"
}

# With `credsStore` crane asks for the whole repository first, and for the host after "not found".
crane_asks_a_credential_store() {
    mkdir -p "$work/store"
    echo '{"credsStore": "shorepass"}' >"$work/store/config.json"
    DOCKER_CONFIG=$work/store crane manifest "$first/team/app:v1"
}

claim "oras fetches and copies" oras_fetches_and_copies
claim "oras pushes an artifact" oras_pushes
claim "crane reads and copies" crane_reads_and_copies
claim "crane works with shorepass as its one credential store" crane_asks_a_credential_store
