# shellcheck shell=sh
# GitHub's registry: a job's token, a classic token, and an app that may not pull what is private.

# A job's token is in a variable and needs no settings at all.
runs_a_workflow() {
    moves_in
    GITHUB_TOKEN=$(of_the_cloud .github.tokens.job)
    export GITHUB_TOKEN GITHUB_ACTOR=alice
}

a_job_pulls_and_pushes() {
    runs_a_workflow
    pulls_with_everything "$app:v1"
    everything_pushes "$app"
    nothing_lies_about "$GITHUB_TOKEN"
    unset GITHUB_TOKEN
    nobody_pulls "$app:v1"
}

a_job_builds() {
    runs_a_workflow
    builds_from "$app:v1"
}

everybody_profits_from_a_login() {
    moves_in
    of_the_cloud .github.tokens.alice >"$work/token"
    "$@" login --username alice --password-stdin "$ghcr" <"$work/token"
    knows '.registries == {"ghcr.io": "alice"}'
    pulls_with_everything "$app:v1"
    "$@" logout "$ghcr"
    nobody_pulls "$app:v1"
}

# The registry lets an app's token log in, as the real one does, and then keeps the image from it.
is_an_app() {
    moves_in
    configures <<TOML
[identity.app]
type = "github"
app_id = "$(of_the_cloud .github.app_id)"
private_key_file = "$(of_the_cloud .github.key_file)"
installation_id = "$(of_the_cloud .github.installation)"

[[registry]]
match = "$ghcr"
identity = "app"
endpoint = "https://$github_trials"
repositories = ["shoreteam/*", "shoreteam/app"]
TOML
}

says_that_an_app_may_not_pull() {
    is_an_app
    everybody_says 'the registry is known to let apps log in and to keep private packages from them' "$app:v1"
}

says_which_token_is_of_no_use() {
    moves_in
    export GITHUB_TOKEN=github_pat_11AAAAAAA0canary
    configures <<TOML
[identity.job]
type = "github"
source = "environment"

[[registry]]
match = "$ghcr"
endpoint = "https://$github_trials"
identity = "job"
TOML
    everybody_says 'fine-grained' "$app:v1"
}

app=$ghcr/shoreteam/app
use_docker /usr/bin/docker
claim "every client pulls and pushes with the token of GitHub's job" a_job_pulls_and_pushes
for program in /usr/bin/docker "$sid/bin/docker"; do
    use_docker "$program"
    version=$("$program" --version | sed 's/.* version \([0-9.]*\).*/docker \1/')
    claim "after a login to GitHub's registry by $version every client pulls, after the logout none" \
        everybody_profits_from_a_login docker
    claim "$version builds from an image of GitHub's with BuildKit and a job's token" a_job_builds
done
claim "every client shows that an app may not pull what is private" says_that_an_app_may_not_pull
claim "every client shows that a fine-grained token is of no use" says_which_token_is_of_no_use
