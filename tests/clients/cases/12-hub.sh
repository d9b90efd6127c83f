# shellcheck shell=sh
# Docker Hub under its own names: access tokens, the sign-in by code, and an organization's OIDC connection.

# The limit is read where a rule says: behind the registry's own names stands Debian's, which has none.
comes_to_the_hub() {
    moves_in
    configures <<TOML
[[registry]]
match = "docker.io"
registry_endpoint = "https://$hub_limits"
auth_endpoint = "https://$hub_limits"
TOML
}

logs_in() {
    of_the_cloud .hub.tokens.alice >"$work/token"
    docker login --username alice --password-stdin <"$work/token"
}

# The docker family stores for Docker Hub's URL, the others for `docker.io`.
everybody_profits_from_a_login() {
    comes_to_the_hub
    of_the_cloud .hub.tokens.alice >"$work/token"
    "$@" login --username alice --password-stdin docker.io <"$work/token"
    knows '.registries == {"docker.io": "alice"}'
    nothing_lies_about "$(cat "$work/token")"
    pulls_with_everything "$app:v1"
    "$@" logout docker.io
    knows '.registries == {}'
    nobody_pulls "$app:v1"
}

# A login of their own comes first, even when it is of no use.
a_login_is_good_at_the_other_names() {
    comes_to_the_hub
    logs_in
    for name in registry.hub.docker.com dhi.io; do
        pulls_with_everything "$name/shoreteam/app:v1"
    done
    printf wrong | shorepass vault put dhi.io --username alice --password-stdin
    nobody_pulls dhi.io/shoreteam/app:v1
}

# A person reads the code on the terminal and agrees in the browser.
signs_in_by_code() {
    comes_to_the_hub
    script --quiet --return --flush --command "$docker login" "$work/terminal" &
    await 20 shown_code
    curl -sSf -d "user_code=$(shown_code)&username=alice" https://login.docker.com/activate
    wait $!
    for entry in "" access-token refresh-token; do
        says '.Username == "alice"' entry_of "$entry"
        nothing_lies_about "$(jq -r .Secret "$work/json")"
    done
    refresh=$(jq -r '.Secret | split("..") | first' "$work/json")
    knows '.registries["docker.io"] == "alice"'
    pulls_with_everything "$app:v1"
    docker logout
    for entry in "" access-token refresh-token; do
        fails_saying 'credentials not found in native keychain' entry_of "$entry"
    done
    nobody_pulls "$app:v1"
    fails_saying 403 refreshes "$refresh"
}

refreshes() {
    curl -sSf -d "grant_type=refresh_token&client_id=L4v0dmlNBpYUjGGab0C2JtgTgXr1Qz4d&refresh_token=$1" \
        https://login.docker.com/oauth/token
}

shown_code() {
    grep -oE '[0-9A-Za-z]{4}-[0-9A-Za-z]{4}' "$work/terminal"
}

entry_of() {
    printf 'https://index.docker.io/v1/%s' "$1" | docker-credential-shorepass get
}

# connects CONNECTION: whoever has the ID token of a workflow is the organization.
connects() {
    ID_TOKEN=$(of_the_cloud .hub.id_token)
    export ID_TOKEN
    moves_in
    configures <<TOML
[token.ci]
from = "env"
variable = "ID_TOKEN"

[identity.ci]
type = "oidc"
token = "ci"

[[registry]]
match = "docker.io"
identity = "ci"
organization = "$(of_the_cloud .hub.organisation)"
connection_id = "$1"
TOML
}

pulls_and_pushes_by_a_connection() {
    connects "$(of_the_cloud .hub.connection)"
    pulls_with_everything "$app:v1"
    everything_pushes "$app"
    nothing_lies_about "$ID_TOKEN"
}

says_that_the_connection_refuses() {
    connects 00000000-0000-4000-8000-000000000000
    everybody_says 'does not let this token in' "$app:v1"
}

the_doctor_tells_the_pull_limit() {
    comes_to_the_hub
    logs_in
    shorepass doctor docker.io | tee "$work/doctor"
    grep -F "the pull limit of \`alice\` at Docker Hub: 200 of 200" "$work/doctor"
}

a_pull_brings_the_limit_into_the_status() {
    comes_to_the_hub
    logs_in
    docker pull "$app:v1"
    await 10 status_shows_the_limit
    shorepass status
}

status_shows_the_limit() {
    says '.pull_limits[0].limit == 200' shorepass status --json
}

# The legacy builder asks for every host of the list, in which Docker Hub is `docker.io`, and for the keys of `credHelpers`.
builds_from_two_registries() {
    comes_to_the_hub
    logs_in
    printf %s "$alice_password" | docker login --username alice --password-stdin "$logins"
    mkdir -p "$work/context"
    cat >"$work/context/Dockerfile" <<DOCKERFILE
FROM $logins/team-a/app:v1 AS first
FROM shoreteam/app:v1
COPY --from=first /greeting /other
DOCKERFILE
    docker image rm --force "$app:v1" "$logins/team-a/app:v1"
    DOCKER_BUILDKIT=$1 docker build --pull --no-cache -t built-here "$work/context"
}

app=docker.io/shoreteam/app
for program in /usr/bin/docker "$sid/bin/docker"; do
    use_docker "$program"
    version=$("$program" --version | sed 's/.* version \([0-9.]*\).*/docker \1/')
    claim "after a login to Docker Hub by $version every client pulls, after the logout none" \
        everybody_profits_from_a_login docker
    claim "$version builds from Docker Hub and a private registry with the legacy builder" builds_from_two_registries 0
    claim "$version builds from Docker Hub and a private registry with BuildKit" builds_from_two_registries 1
done
claim "$version signs in by code, every client pulls, and the logout leaves nothing" signs_in_by_code
claim "after a login to Docker Hub by podman every client pulls, after the logout none" everybody_profits_from_a_login podman
claim "after a login to Docker Hub by buildah every client pulls, after the logout none" everybody_profits_from_a_login buildah
claim "after a login to Docker Hub by skopeo every client pulls, after the logout none" everybody_profits_from_a_login skopeo
claim "after a login to Docker Hub by oras every client pulls, after the logout none" everybody_profits_from_a_login oras
claim "after a login to Docker Hub by crane every client pulls, after the logout none" everybody_profits_from_a_login crane auth
claim "a login to Docker Hub is good at its other names" a_login_is_good_at_the_other_names
claim "every client pulls and pushes by an organization's connection" pulls_and_pushes_by_a_connection
claim "every client shows that the connection lets nobody in" says_that_the_connection_refuses
claim "the doctor tells how many pulls are left" the_doctor_tells_the_pull_limit
claim "a pull brings the limit into the status" a_pull_brings_the_limit_into_the_status
