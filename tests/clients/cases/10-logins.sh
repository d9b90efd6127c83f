# shellcheck shell=sh
# Stored logins: a registry that wants a name and a password, and clients that log in to it and out of it through us.
# Everything happens in a home of its own, where `setup --all` has made shorepass the helper for every registry.

pulls_by_login() {
    docker pull "$logins/$1"
    docker image rm "$logins/$1"
    podman pull "$logins/$1"
    podman rmi --force "$logins/$1"
    buildah pull --policy always "docker://$logins/$1"
    buildah rmi "$logins/$1"
    skopeo inspect "docker://$logins/$1"
    crane manifest "$logins/$1"
    oras manifest fetch "$logins/$1"
}

everybody_profits_from_a_login() {
    moves_in
    printf %s "$alice_password" | "$@" login --username alice --password-stdin "$logins"
    nothing_lies_about "$alice_password"
    knows '.registries == {"'"$logins"'": "alice"}'
    pulls_by_login team-a/app:v1
    "$@" logout "$logins"
    knows '.registries == {}'
    nobody_pulls "$logins/team-a/app:v1"
}

crane_logs_in() {
    moves_in
    printf %s "$alice_password" | within "$sid/bin/crane" auth login --username alice --password-stdin "$logins"
    nothing_lies_about "$alice_password"
    pulls_by_login team-a/app:v1
    crane auth logout "$logins"
    nobody_pulls "$logins/team-a/app:v1"
}

a_wrong_password_is_not_kept() {
    moves_in
    printf wrong >"$work/wrong"
    if "$@" login --username alice --password-stdin "$logins" <"$work/wrong"; then
        echo "the registry should have refused"
        return 1
    fi
    knows '.registries == {}'
}

a_second_login_takes_the_first_one_s_place() {
    moves_in
    printf %s "$alice_password" | docker login --username alice --password-stdin "$logins"
    printf %s "$bob_password" | podman login --username bob --password-stdin "$logins"
    knows '.registries == {"'"$logins"'": "bob"}'
    pulls_by_login team-b/app:v1
}

podman_logs_out_of_everything() {
    moves_in
    printf %s "$alice_password" | podman login --username alice --password-stdin "$logins"
    shorepass vault put name-of-an-admin --username root --password-stdin <"$work/wrong"
    podman logout --all
    knows '.registries | keys == ["name:name-of-an-admin"]'
    nobody_pulls "$logins/team-a/app:v1"
}

logging_out_twice_is_no_error() {
    moves_in
    docker logout "$logins"
    docker logout "$logins"
    skopeo logout "$logins" || skopeo logout --all
}

# The host's login is a wrong one, so that only the namespace's can open it.
a_namespace_has_an_identity_of_its_own() {
    moves_in
    printf wrong | shorepass vault put "$logins" --username alice --password-stdin
    printf %s "$bob_password" | shorepass vault put "$logins/team-b" --username bob --password-stdin
    crane manifest "$logins/team-b/app:v1"
    fails_saying UNAUTHORIZED crane manifest "$logins/team-a/app:v1"
}

everybody_at_once_loses_nothing() {
    moves_in
    jobs=
    for number in 1 2 3 4 5 6 7 8; do
        printf %s "$alice_password" | shorepass vault put "$logins/team-$number" --username alice --password-stdin &
        jobs="$jobs $!"
        printf '{"ServerURL":"r%s.example","Username":"u","Secret":"s"}' "$number" | docker-credential-shorepass store &
        jobs="$jobs $!"
    done
    for job in $jobs; do wait "$job"; done
    knows '.registries | length == 16'
}

in_the_desktop_s_keyring() {
    moves_in
    printf '' >"$SHOREPASS_CONFIG"
    export alice_password
    # shellcheck disable=SC2016 # the inner shell expands them
    dbus-run-session -- sh -euc '
        printf unlocked | gnome-keyring-daemon --unlock --components=secrets >/dev/null
        printf %s "$alice_password" | docker login --username alice --password-stdin "$1"
        secret-tool search --all application shorepass 2>&1 | grep -F "$1"
        shorepass vault --json | jq -e ".store == \"secret-service\""
        podman pull "$1/team-a/app:v1"
        docker logout "$1"
        [ -z "$(secret-tool search --all application shorepass 2>&1)" ]
        shorepass broker stop' sh "$logins"
    nothing_lies_about "$alice_password"
}

for program in /usr/bin/docker "$sid/bin/docker"; do
    use_docker "$program"
    version=$("$program" --version | sed 's/.* version \([0-9.]*\).*/docker \1/')
    claim "after a login by $version every client pulls, after the logout none" everybody_profits_from_a_login docker
    claim "a password that the registry refuses $version is not kept" a_wrong_password_is_not_kept docker
done
claim "after a login by podman every client pulls, after the logout none" everybody_profits_from_a_login podman
claim "after a login by buildah every client pulls, after the logout none" everybody_profits_from_a_login buildah
claim "after a login by skopeo every client pulls, after the logout none" everybody_profits_from_a_login skopeo
claim "after a login by oras every client pulls, after the logout none" everybody_profits_from_a_login oras
claim "after a login by crane every client pulls, after the logout none" crane_logs_in
claim "a password that the registry refuses podman is not kept" a_wrong_password_is_not_kept podman
claim "a second login takes the first one's place" a_second_login_takes_the_first_one_s_place
claim "podman logs out of everything" podman_logs_out_of_everything
claim "logging out where nobody is logged in is no error" logging_out_twice_is_no_error
claim "crane's namespaces have identities of their own" a_namespace_has_an_identity_of_its_own
claim "logins at the same moment lose nothing" everybody_at_once_loses_nothing
claim "a login is kept in the desktop's own keyring" in_the_desktop_s_keyring
