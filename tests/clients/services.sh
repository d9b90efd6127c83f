# shellcheck shell=sh
# What the clients talk to: the fake clouds with the registries' token services, Debian's registries, and an engine.

start_services() {
    mkdir "$work/logs"
    start_clouds
    start_registry registry "$registry_address" "$first" "$tokens" .token_service
    start_registry google-registry "$google_registry_address" "$artifacts" "$google_tokens" .google.token_service
    start_engine
}

start_clouds() {
    names="$registry_names $cloud_names $tokens $google_registry_names $google_names $google_tokens"
    names="$names $azure_registry_names $azure_names"
    "$FAKE_CLOUD" --listen "$cloud_address:443" --token-service "$tokens_address:443" --registry "$basic_address:443" \
        --google "$google_address:443" --google-token-service "$google_tokens_address:443" \
        --azure "$azure_address:443" --azure-registry "$azure_registry_address:443" \
        --tls-dir "$work/tls" --tls-names "$(echo "$names" | tr ' ' ',')" \
        --ready-file "$work/cloud.json" >"$work/logs/cloud" 2>&1 &
    started cloud $! test -e "$work/cloud.json"
    trust "$(of_the_cloud .ca_file)"
}

# of_the_cloud FILTER: one of the facts that the clouds wrote when they were ready.
of_the_cloud() {
    jq -er "$1" "$work/cloud.json"
}

# start_registry NAME ADDRESS HOST TOKENS FACTS: one of Debian's. It never looks at the name it is called by, so one
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
    realm: https://$4/token
    service: $1
    issuer: $(of_the_cloud "$5.issuer")
    rootcertbundle: $(of_the_cloud "$5.rootcertbundle")
YML
    docker-registry serve "$work/$1.yml" >"$work/logs/$1" 2>&1 &
    started "$1" $! curl -s "https://$3/v2/"
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
