# shellcheck shell=sh
# What the clients talk to: the fake clouds with the registries' token services, Debian's registries, an OpenID provider, and
# an engine.

start_services() {
    mkdir "$work/logs"
    start_provider
    start_clouds
    start_registry registry "$registry_address" "$first" "$tokens/token" .token_service
    start_registry google-registry "$google_registry_address" "$artifacts" "$google_tokens/token" .google.token_service
    start_registry hub-registry "$hub_registry_address" docker.io "$hub_tokens/token" .hub.token_service
    start_registry ghcr "$ghcr_address" "$ghcr" "$github_tokens/token" .github.token_service
    start_registry harbor-registry "$harbor_address" "$harbor" "$harbor_core/service/token" .harbor.token_service
    start_registry quay "$quay_address" "$quay" "$quay_core/v2/auth" .quay.token_service
    start_registry gitlab "$gitlab_registry_address" "$gitlab" "$gitlab_tokens/token" .gitlab.token_service
    start_logins_registry logins "$logins_address:443" "$logins"
    start_logins_registry nexus "$nexus_address:${nexus#*:}" "$nexus"
    fill_registries
    start_engine
}

# An OpenID provider; it would end with its standard input.
start_provider() {
    tail -f /dev/null | "$here/../.bed/node/node" "$here/../issuer/issuer.mjs" >"$work/provider.json" 2>"$work/logs/provider" &
    started provider $! test -s "$work/provider.json"
}

# provider ORDER JSON: what `tests/issuer/orders.mjs` knows.
provider() {
    curl -sSf -d "$2" "$(jq -er .url "$work/provider.json")/control/$1"
}

start_clouds() {
    names="$registry_names $cloud_names $tokens $google_registry_names $google_names $google_tokens"
    names="$names $azure_registry_names $azure_names $logins $hosted_names"
    "$FAKE_CLOUD" --listen "$cloud_address:443" --token-service "$tokens_address:443" --registry "$basic_address:443" \
        --google "$google_address:443" --google-token-service "$google_tokens_address:443" \
        --azure "$azure_address:443" --azure-registry "$azure_registry_address:443" \
        --hub "$hub_address:443" --hub-token-service "$hub_tokens_address:443" \
        --github "$github_address:443" --github-token-service "$github_tokens_address:443" \
        --gitlab "$gitlab_address:443" --gitlab-token-service "$gitlab_tokens_address:443" \
        --harbor "$harbor_core_address:443" --quay "$quay_core_address:443" \
        --trust-issuer "$(jq -er .url "$work/provider.json")" \
        --tls-dir "$work/tls" --tls-names "$(echo "$names" | tr ' ' ',')" \
        --ready-file "$work/cloud.json" >"$work/logs/cloud" 2>&1 &
    started cloud $! test -e "$work/cloud.json"
    trust "$(of_the_cloud .ca_file)"
}

# of_the_cloud FILTER: one of the facts that the clouds wrote when they were ready.
of_the_cloud() {
    jq -er "$1" "$work/cloud.json"
}

# start_registry NAME ADDRESS HOST REALM FACTS: one of Debian's. It never looks at the name it is called by, so one
# serves for all of a cloud; a password's worth is for the token service to say.
start_registry() {
    cat >"$work/$1.yml" <<YML
version: 0.1
log: {level: info}
storage:
  filesystem: {rootdirectory: $work/$1}
http:
  addr: $2:443
  tls: {certificate: $(of_the_cloud .certificate_file), key: $(of_the_cloud .key_file)}
auth:
  token:
    realm: https://$4
    service: $1
    issuer: $(of_the_cloud "$5.issuer")
    rootcertbundle: $(of_the_cloud "$5.rootcertbundle")
YML
    docker-registry serve "$work/$1.yml" >"$work/logs/$1" 2>&1 &
    started "$1" $! curl -s "https://$3/v2/"
}

# start_logins_registry NAME ADDRESS HOST: Debian's with a file of names and bcrypt hashes, which is all the authentication
# that it has without a token service. All of them have the same images.
start_logins_registry() {
    [ -e "$work/htpasswd" ] || {
        htpasswd -Bbn alice "$alice_password"
        htpasswd -Bbn bob "$bob_password"
    } | sed '/^$/d' >"$work/htpasswd"
    cat >"$work/$1.yml" <<YML
version: 0.1
log: {level: info}
storage:
  filesystem: {rootdirectory: $work/logins-images}
http:
  addr: $2
  tls: {certificate: $(of_the_cloud .certificate_file), key: $(of_the_cloud .key_file)}
auth:
  htpasswd: {realm: logins, path: $work/htpasswd}
YML
    docker-registry serve "$work/$1.yml" >"$work/logs/$1" 2>&1 &
    started "$1" $! curl -s "https://$3/v2/"
}

# What the registries hold before anybody comes. Those of the clouds get their images in the cases.
fill_registries() {
    for repository in team-a team-b; do
        give "$logins/$repository/app:v1" "alice:$alice_password"
    done
    give docker.io/shoreteam/app:v1 "alice:$(of_the_cloud .hub.tokens.alice)"
    give "$ghcr/shoreteam/app:v1" "alice:$(of_the_cloud .github.tokens.alice)"
    give "$harbor/team/app:v1" "admin:$(of_the_cloud .harbor.logins.admin)"
    give "$quay/shore/app:v1" "shore+ci:$(of_the_cloud '.quay.logins["shore+ci"]')"
    give "$gitlab/shore/app:v1" "alice:$(of_the_cloud .gitlab.tokens.alice)"
}

# give IMAGE LOGIN: in docker's own format, because old docker clients cannot inspect another.
give() {
    new_image "of $1"
    skopeo copy --format v2s2 --dest-creds "$2" "oci:$work/layout" "docker://$1" >"$work/logs/give" 2>&1 || {
        echo "FAILED to fill $1"
        cat "$work/logs/give"
        exit 1
    }
}

# No bridge and no firewall rules, as nothing is run in a network; files are copied, as that works on every file system.
start_engine() {
    DOCKER_HOST=unix://$work/docker.sock
    export DOCKER_HOST
    dockerd --host "$DOCKER_HOST" --group root --data-root "$work/docker" --exec-root "$work/docker-run" \
        --pidfile "$work/docker.pid" --bridge none --iptables=false --ip6tables=false --ip-forward=false \
        --storage-driver vfs >"$work/logs/engine" 2>&1 &
    started engine $! curl -sf --unix-socket "$work/docker.sock" http://engine/_ping
}

# started NAME PROCESS COMMAND…: waits until the command succeeds, and shows the service's log if it never does.
started() {
    name=$1
    process=$2
    shift 2
    tries=600
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        if [ "$tries" = 0 ] || ! kill -0 "$process" 2>/dev/null; then
            echo "FAILED the $name did not start"
            tail -n 20 "$work/logs/$name" | sed 's/^/    | /'
            exit 1
        fi
        sleep 0.05
    done
}

# control PATH [JSON]: turns a knob of the fake cloud, or reads one.
control() {
    if [ $# = 1 ]; then
        curl -sSf "https://$cloud/_control/$1"
    else
        curl -sSf -X POST -H 'content-type: application/json' -d "$2" "https://$cloud/_control/$1"
    fi
}
