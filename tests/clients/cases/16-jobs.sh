# shellcheck shell=sh
# Jobs of CI systems: on a machine where nobody has been, with one small file of settings, images go in and out of a registry.
# Their tokens are those of an OpenID provider that nobody here wrote; the clouds fetch its keys.

# arrives REGISTRY: a new machine whose settings are what standard input says.
arrives() {
    HOME=$(mktemp -d "$work/job.XXXXXX")
    XDG_RUNTIME_DIR=$HOME/runtime
    SHOREPASS_CONFIG=$HOME/shorepass.toml
    unset AWS_PROFILE AWS_EC2_METADATA_DISABLED REGISTRY_AUTH_FILE DOCKER_CONFIG XDG_CONFIG_HOME XDG_STATE_HOME
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    cat >"$SHOREPASS_CONFIG"
    shorepass config check
    shorepass setup "$1" --containers
    if shorepass status; then return 1; fi
}

# leaves SECRET…: none of them lies about, and nothing runs any more.
leaves() {
    for secret; do nothing_lies_about "$secret"; done
    shorepass broker stop
}

pushes_and_pulls_back() {
    new_image "of a job for $1"
    skopeo copy "oci:$work/layout" "docker://$1"
    rm -rf "$work/copied"
    skopeo copy "docker://$1" "dir:$work/copied"
    test -s "$work/copied/manifest.json"
}

# is_a_github_job REPOSITORY: with the variables that a job has whose permissions say `id-token: write`.
is_a_github_job() {
    provider job "{\"repository\": \"$1\"}" >"$work/variables"
    for name in ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN; do
        export "$name=$(jq -er ".$name" "$work/variables")"
    done
    export GITHUB_ACTIONS=true
    arrives "$first" <<TOML
[token.ci]
from = "github-actions"
audience = "sts.amazonaws.com"

[identity.ci]
type = "aws"
token = "ci"
role_arn = "$(of_the_cloud .jobs.role)"

[[registry]]
match = "$first"
identity = "ci"
TOML
}

a_github_job_pushes_and_pulls() {
    is_a_github_job shore/app
    pushes_and_pulls_back "$first/jobs/app:github"
    leaves "$ACTIONS_ID_TOKEN_REQUEST_TOKEN"
}

the_provider_changes_its_keys() {
    provider replace '{}'
    is_a_github_job shore/app
    pushes_and_pulls_back "$first/jobs/app:rotated"
    leaves "$ACTIONS_ID_TOKEN_REQUEST_TOKEN"
}

a_job_of_another_repository_is_told_who_it_is() {
    is_a_github_job somebody/else
    fails_saying "\`repo:somebody/else:ref:refs/heads/main\`" skopeo inspect "docker://$first/jobs/app:github"
    leaves "$ACTIONS_ID_TOKEN_REQUEST_TOKEN"
}

a_job_without_the_right_is_told_which() {
    is_a_github_job shore/app
    unset ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN
    fails_saying 'id-token: write' skopeo inspect "docker://$first/jobs/app:github"
    leaves
}

# is_a_gitlab_job PROJECT: with what `id_tokens` of the job has put into a variable.
is_a_gitlab_job() {
    pool=$(of_the_cloud .jobs.pool_provider)
    SHOREPASS_ID_TOKEN=$(signed "{
        \"sub\": \"project_path:$1:ref_type:branch:ref:main\", \"project_path\": \"$1\", \"aud\": \"https:$pool\"
    }")
    export GITLAB_CI=true SHOREPASS_ID_TOKEN
    arrives "$artifacts" <<TOML
[token.ci]
from = "gitlab"
variable = "SHOREPASS_ID_TOKEN"

[identity.ci]
type = "google"
token = "ci"
provider = "$pool"

[[registry]]
match = "$artifacts"
identity = "ci"
TOML
}

a_gitlab_job_pushes_and_pulls() {
    is_a_gitlab_job shore/app
    pushes_and_pulls_back "$artifacts/shore/images/jobs:gitlab"
    leaves "$SHOREPASS_ID_TOKEN"
}

a_job_of_another_project_gets_nothing() {
    is_a_gitlab_job somebody/else
    fails_saying "\`project_path:somebody/else:ref_type:branch:ref:main\`" \
        skopeo inspect "docker://$artifacts/shore/images/jobs:gitlab"
    leaves "$SHOREPASS_ID_TOKEN"
}

# In a pod the kubelet projects the token and writes a new one before it ends.
is_a_pod() {
    projected=$(mktemp -d "$work/projected.XXXXXX")/token
    project
    arrives "$acr" <<TOML
[token.pod]
from = "kubernetes"
path = "$projected"

[identity.pod]
type = "azure"
token = "pod"
tenant_id = "$(of_the_cloud .azure.environment.AZURE_TENANT_ID)"
client_id = "$(of_the_cloud .jobs.client_id)"

[[registry]]
match = "$acr"
identity = "pod"
TOML
}

project() {
    account=$(of_the_cloud .jobs.service_account)
    signed "{\"sub\": \"$account\", \"aud\": \"api://AzureADTokenExchange\"}" >"$projected.new"
    mv "$projected.new" "$projected"
}

a_pod_pulls() {
    is_a_pod
    pulls_out
    project
    shorepass refresh "$acr"
    pulls_out
    leaves "$(cat "$projected")"
}

pulls_out() {
    rm -rf "$work/copied"
    skopeo copy "docker://$acr/team/app:latest" "dir:$work/copied"
    test -s "$work/copied/manifest.json"
}

# signed CLAIMS: a token of the provider.
signed() {
    provider sign "{\"claims\": $1}" | jq -er .token
}

claim "a job of GitHub Actions pushes and pulls at ECR from an empty machine" a_github_job_pushes_and_pulls
claim "the provider changes its keys and the next job notices nothing" the_provider_changes_its_keys
claim "a job of another repository is told as whom AWS sees it" a_job_of_another_repository_is_told_who_it_is
claim "a job without the right to a token is told which permission it lacks" a_job_without_the_right_is_told_which
claim "a job of GitLab CI pushes and pulls at Artifact Registry from an empty machine" a_gitlab_job_pushes_and_pulls
claim "a job of another project gets nothing from Google and is told as whom it was seen" a_job_of_another_project_gets_nothing
claim "a pod with a projected token pulls from Azure's registry, also after the token has changed" a_pod_pulls
