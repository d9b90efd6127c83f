# shellcheck shell=sh
# Quay with a federated robot, GitLab with the variables of a job, and a registry at a port of its own.

# is_federated_as ROBOT: whoever has the token of a job is that robot.
is_federated_as() {
    ID_TOKEN=$(of_the_cloud .quay.id_token)
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
match = "$quay"
identity = "ci"
robot = "$1"
endpoint = "https://$quay_core"
TOML
}

a_federated_robot_pulls_and_pushes() {
    is_federated_as shore+ci
    pulls_with_everything "$quay/shore/app:v1"
    everything_pushes "$quay/shore/app"
    nothing_lies_about "$ID_TOKEN"
}

says_that_quay_refuses_the_token() {
    is_federated_as shore+static
    everybody_says 'https://ci.example' "$quay/shore/app:v1"
}

# runs_a_job CI_REGISTRY: with the variables that GitLab sets in its jobs, and a second registry of GitLab's kind.
runs_a_job() {
    moves_in
    export CI_REGISTRY="$1" CI_REGISTRY_USER=gitlab-ci-token
    CI_REGISTRY_PASSWORD=$(of_the_cloud '.gitlab.tokens["gitlab-ci-token"]')
    export CI_REGISTRY_PASSWORD
    configures <<TOML
[[registry]]
match = "$gitlab_other"
kind = "gitlab"
TOML
}

a_job_pulls_and_pushes() {
    runs_a_job "$gitlab"
    pulls_with_everything "$gitlab/shore/app:v1"
    everything_pushes "$gitlab/shore/app"
}

# As most scripts of jobs begin and end.
a_job_logs_in_and_out() {
    runs_a_job "$gitlab"
    printf %s "$CI_REGISTRY_PASSWORD" | docker login --username "$CI_REGISTRY_USER" --password-stdin "$gitlab"
    docker pull "$gitlab/shore/app:v1"
    docker logout "$gitlab"
    knows '.registries == {}'
    docker pull "$gitlab/shore/app:v1"
    unset CI_REGISTRY_PASSWORD
    nobody_pulls "$gitlab/shore/app:v1"
}

# Behind both names is the same registry, which takes the job's token.
a_job_shows_its_token_to_its_own_registry_only() {
    runs_a_job "$gitlab_other"
    skopeo inspect "docker://$gitlab_other/shore/app:v1"
    nobody_pulls "$gitlab/shore/app:v1"
    export CI_REGISTRY="$gitlab"
    skopeo inspect "docker://$gitlab/shore/app:v1"
    nobody_pulls "$gitlab_other/shore/app:v1"
}

a_port_is_a_registry_of_its_own() {
    moves_in
    configures <<TOML
[[registry]]
match = "$nexus"
kind = "nexus"
TOML
    printf wrong | shorepass vault put "${nexus%:*}" --username alice --password-stdin
    printf %s "$alice_password" | docker login --username alice --password-stdin "$nexus"
    pulls_with_everything "$nexus/team-a/app:v1"
    everything_pushes "$nexus/team-a/app"
    docker logout "$nexus"
    nobody_pulls "$nexus/team-a/app:v1"
}

use_docker /usr/bin/docker
claim "every client pulls and pushes as a robot of Quay with a job's token" a_federated_robot_pulls_and_pushes
claim "every client shows whose token Quay does not take" says_that_quay_refuses_the_token
claim "every client pulls and pushes with a GitLab job's variables" a_job_pulls_and_pushes
claim "a job that logs in and out itself loses nothing" a_job_logs_in_and_out
claim "a job's token goes to no registry but its own" a_job_shows_its_token_to_its_own_registry_only
claim "every client pulls and pushes at a port with a login of its own" a_port_is_a_registry_of_its_own
