# shellcheck shell=sh
# Harbor under a company's name, with robots that are made for us and go when we go.

# makes_robots ACCESS: somebody who may make robots, and has a rule for this access.
makes_robots() {
    moves_in
    earlier=$(count_robots)
    of_the_cloud .harbor.logins.admin >"$work/password"
    shorepass vault put harbor-admin --username admin --password-stdin <"$work/password"
    configures <<TOML
[identity.harbor-admin]
type = "stored"
login = "harbor-admin"

[[registry]]
match = "$harbor"
kind = "harbor"
identity = "harbor-admin"
robots = true
endpoint = "https://$harbor_core"
repositories = ["team/*"]
access = "$1"
TOML
}

robots_pull_and_cannot_push() {
    makes_robots pull
    pulls_with_everything "$harbor/team/app:v1"
    nobody_pushes "$harbor/team/app"
    there_are_robots 1
    leaves_no_robot
}

robots_push() {
    makes_robots push
    everything_pushes "$harbor/team/app"
    leaves_no_robot
}

a_robot_builds() {
    makes_robots pull
    builds_from "$harbor/team/app:v1"
    there_are_robots 1
    leaves_no_robot
}

# Two logins at once: a stored one to read with, and a robot's to write with.
copies_from_docker_hub() {
    makes_robots push
    of_the_cloud .hub.tokens.alice >"$work/token"
    docker login --username alice --password-stdin <"$work/token"
    skopeo copy docker://docker.io/shoreteam/app:v1 "docker://$harbor/team/copied:by-skopeo"
    crane copy docker.io/shoreteam/app:v1 "$harbor/team/copied:by-crane"
    oras copy docker.io/shoreteam/app:v1 "$harbor/team/copied:by-oras"
    for client in skopeo crane oras; do
        exists "$harbor/team/copied:by-$client"
    done
    leaves_no_robot
}

a_crowd_shares_one_robot() {
    makes_robots pull
    crowd=
    for _ in 1 2 3 4 5 6 7 8; do
        skopeo inspect "docker://$harbor/team/app:v1" &
        crowd="$crowd $!"
    done
    for client in $crowd; do wait "$client"; done
    there_are_robots 1
    leaves_no_robot
}

# What the client forgets gets its successor at the next pull; both go with the broker.
a_logout_leaves_no_robot() {
    makes_robots pull
    docker pull "$harbor/team/app:v1"
    docker logout "$harbor"
    docker pull "$harbor/team/app:v1"
    there_are_robots 2
    leaves_no_robot
}

leaves_no_robot() {
    nothing_lies_about "$(of_the_cloud .harbor.logins.admin)"
    nothing_lies_about "$(password_for "$harbor")"
    shorepass broker stop
    await 10 there_are_robots 0
}

# there_are_robots COUNT: of this person.
there_are_robots() {
    equal "$(count_robots)" "$((earlier + $1))"
}

count_robots() {
    of_harbor robots -G -d "q=Level=project,ProjectID=$(of_harbor projects/team | jq .project_id)" |
        jq 'map(select(.name | contains("shorepass-"))) | length'
}

of_harbor() {
    path=$1
    shift
    curl -sSf -u "admin:$(of_the_cloud .harbor.logins.admin)" "https://$harbor_core/api/v2.0/$path" "$@"
}

says_that_harbor_refuses_the_admin() {
    makes_robots pull
    printf wrong | shorepass vault put harbor-admin --username admin --password-stdin
    everybody_says 'Harbor refused the login' "$harbor/team/app:v1"
}

setup_finds_harbor_out() {
    moves_in
    shorepass setup "$harbor"
    says '.kind == "harbor"' shorepass explain --json "$harbor"
}

use_docker /usr/bin/docker
claim "every client pulls with a robot that Harbor makes, which cannot push, and none is left behind" robots_pull_and_cannot_push
claim "every client pushes with a robot that may" robots_push
claim "skopeo, crane and oras copy from Docker Hub to Harbor" copies_from_docker_hub
claim "clients that come together share one robot" a_crowd_shares_one_robot
claim "after a logout the next pull has another robot, and none is left behind" a_logout_leaves_no_robot
claim "every client shows that Harbor does not take the administrator's login" says_that_harbor_refuses_the_admin
claim "setup finds out that a registry is a Harbor" setup_finds_harbor_out
for program in /usr/bin/docker "$sid/bin/docker"; do
    use_docker "$program"
    version=$("$program" --version | sed 's/.* version \([0-9.]*\).*/docker \1/')
    claim "$version builds from an image of Harbor with BuildKit" a_robot_builds
done
