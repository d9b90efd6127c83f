# shellcheck shell=sh
# Azure's registries with a client secret; challenge, token and its judgement are the fake Azure's own.

# be WHO: signs in as `environment`, an application that may push, or as `stranger`, one without a role.
be() {
    for name in AZURE_TENANT_ID AZURE_CLIENT_ID AZURE_CLIENT_SECRET; do
        export "$name=$(of_the_cloud ".azure.$1.$name")"
    done
}

pulls_one_repository_and_nothing_else() {
    pulls_with_everything "$acr_narrow/team/app:latest"
    exists "$acr/other/app:latest"
    fails_saying UNAUTHORIZED crane manifest "$acr_narrow/other/app:latest"
    fails_saying denied skopeo inspect "docker://$acr_narrow/other/app:latest"
    fails_saying denied docker pull "$acr_narrow/other/app:latest"
    fails_saying denied podman pull "$acr_narrow/other/app:latest"
    fails_saying 'authentication required' oras manifest fetch "$acr_narrow/other/app:latest"
    fails_saying UNAUTHORIZED crane copy "$acr_narrow/team/app:latest" "$acr_narrow/team/app:never"
}

each_name_has_a_token_of_its_own() {
    [ "$(password_for "$acr")" != "$(password_for "$acr_geo")" ]
    [ "$(password_for "$acr")" != "$(password_for "$acr_labelled")" ]
}

says_that_there_is_no_role() {
    be stranger
    everybody_says "\`$acr\` does not know this identity" "$acr/team/app:latest"
}

says_that_the_secret_is_wrong() {
    export AZURE_CLIENT_SECRET=another
    everybody_says 'AADSTS7000215' "$acr/team/app:latest"
}

pulls_as_nobody() {
    export AZURE_CLIENT_SECRET=another
    pulls_with_everything "$acr_open/team/app:latest"
}

logs_in_and_pulls() {
    password_for "$acr" | docker login --username 00000000-0000-0000-0000-000000000000 --password-stdin "$acr"
    docker pull "$acr/team/app:latest"
}

be environment
use_docker /usr/bin/docker
set_up "$azure_registry_names"
claim "every client pulls from Azure's registry with a client secret" pulls_with_everything "$acr/team/app:latest"
claim "every client pulls under a regional name" pulls_with_everything "$acr_geo/team/app:latest"
claim "every client pulls under a name with a label" pulls_with_everything "$acr_labelled/team/app:latest"
claim "each name of a registry has a token of its own" each_name_has_a_token_of_its_own
claim "a rule for one repository pulls that and nothing else" pulls_one_repository_and_nothing_else
claim "docker logs in to Azure's registry with a password" logs_in_and_pulls
claim "every client shows that the identity has no role" says_that_there_is_no_role
claim "every client shows that Entra does not take the secret" says_that_the_secret_is_wrong
claim "every client pulls as nobody where everybody may, although Entra refuses" pulls_as_nobody
for program in /usr/bin/docker "$sid/bin/docker"; do
    use_docker "$program"
    version=$("$program" --version | sed 's/.* version \([0-9.]*\).*/docker \1/')
    claim "$version pulls from Azure's registry" docker pull "$acr/team/app:latest"
    claim "$version builds from an image of Azure's registry with BuildKit" builds_from "$acr/team/app:latest"
done
unset AZURE_TENANT_ID AZURE_CLIENT_ID AZURE_CLIENT_SECRET
