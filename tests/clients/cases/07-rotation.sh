# shellcheck shell=sh
# Passwords that live for seconds while clients go on pulling: nobody may notice a change of password, or an outage.

passwords_change_under_a_loop_of_pulls() {
    passwords_live 20
    expiring=$(password_for "$first")
    issued=$(passwords_issued)
    end=$(($(date +%s) + 45))
    while [ "$(date +%s)" -lt "$end" ]; do
        pull_with_everything
    done
    changes=$(($(passwords_issued) - issued))
    echo "$changes more passwords were issued"
    [ "$changes" -gt 1 ]
    fails_saying unauthorized skopeo inspect --creds "AWS:$expiring" "docker://$first/team/app:v1"
}

an_outage_is_ridden_out() {
    passwords_live 30
    password_for "$first" >/dev/null
    control forget '{}'
    control fail '{"service": "ecr", "kind": "error", "code": "ServiceUnavailableException", "status": 503}'
    pull_until refresh_has_failed
    pull_with_everything
    control heal '{}'
    pull_until refresh_has_worked
    pull_with_everything
}

# For the first registry only, so that what is counted is its password.
passwords_live() {
    control set "{\"registry_token_life_ms\": ${1}000}"
    shorepass forget --all
}

passwords_issued() {
    says .count control issued && jq .count "$work/json"
}

pull_with_everything() {
    skopeo inspect --raw "docker://$first/team/app:v1" >/dev/null
    docker pull --quiet "$first/team/app:v1" >/dev/null
    crane manifest "$first/team/app:v1" >/dev/null
}

pull_until() {
    end=$(($(date +%s) + 60))
    until "$@"; do
        [ "$(date +%s)" -lt "$end" ]
        pull_with_everything
    done
}

refresh_has_failed() {
    says 'any(.operation == "ecr:GetAuthorizationToken" and .status == 503)' control audit >/dev/null
}

refresh_has_worked() {
    says 'any(.operation == "ecr:GetAuthorizationToken" and .status == 200)' control audit >/dev/null
}

use_docker "$sid/bin/docker"
claim "passwords change under a loop of pulls, and every pull works" passwords_change_under_a_loop_of_pulls
claim "an outage of AWS is ridden out with the password at hand" an_outage_is_ridden_out
passwords_live 43200 >/dev/null 2>&1 || true
