# shellcheck shell=sh
# Several identities against one broker, and what a person is told when an identity is refused.

two_profiles_take_turns() {
    before=$(broker_id)
    for _ in 1 2 3 4 5; do
        AWS_PROFILE=a skopeo inspect --raw "docker://$first/team/app:v1" >/dev/null
        AWS_PROFILE=b skopeo inspect --raw "docker://$second/team/app:v1" >/dev/null
    done
    equal "$(broker_id)" "$before"
}

two_profiles_never_share() {
    [ "$(AWS_PROFILE=a password_for "$first")" != "$(AWS_PROFILE=b password_for "$first")" ]
    says '[.[] | select(.operation == "ecr:GetAuthorizationToken" and .status == 200) | .principal]
        | any(endswith(":user/alice")) and any(contains(":assumed-role/remote/"))' control audit
}

a_broker_started_by_one_serves_the_other() {
    shorepass broker stop
    AWS_PROFILE=b skopeo inspect --raw "docker://$second/team/app:v1" >/dev/null
    AWS_PROFILE=a docker pull "$first/team/app:v1"
}

broker_id() {
    says .broker.pid shorepass status --json && jq .broker.pid "$work/json"
}

clients_say_why() {
    export AWS_PROFILE="$1"
    fails_saying "$2" skopeo inspect "docker://$first/team/app:v1"
    fails_saying "$2" podman pull "$first/team/app:v1"
    fails_saying "$2" docker pull "$first/team/app:v1"
    fails_saying "$2" crane manifest "$first/team/app:v1"
}

use_docker /usr/bin/docker
claim "two profiles take turns at one broker" two_profiles_take_turns
claim "two profiles never get each other's password" two_profiles_never_share
claim "a broker started under one profile serves the other" a_broker_started_by_one_serves_the_other
claim "every client shows why AWS refused" clients_say_why unknown 'does not know the access key'
claim "every client shows which profile does not exist" clients_say_why absent 'absent'
