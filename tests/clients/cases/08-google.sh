# shellcheck shell=sh
# Artifact Registry and gcr.io with a service account's key file; Debian's registry wants bearer tokens, as Google's do.

pushes_and_pulls() {
    push_with_skopeo "$1:v1"
    pulls_with_everything "$1:v1"
}

# Docker's own format, because old docker clients cannot inspect another.
push_with_skopeo() {
    new_image "pushed to $1"
    skopeo copy --format v2s2 "oci:$work/layout" "docker://$1"
    exists "$1"
}

# The rule makes the difference: behind both names are the same registry, repositories and key file.
pulls_and_cannot_push() {
    pulls_with_everything "$read_only/$repository:v1"
    new_image "never pushed"
    skopeo_pushes_to "$artifacts"
    fails_saying denied skopeo_pushes_to "$read_only"
    docker pull "$read_only/$repository:v1"
    docker tag "$read_only/$repository:v1" "$read_only/$repository:never"
    fails_saying denied docker push "$read_only/$repository:never"
    fails_saying UNAUTHORIZED crane copy "$read_only/$repository:v1" "$read_only/$repository:never"
    fails_saying 'manifest unknown' skopeo inspect "docker://$read_only/$repository:never"
}

skopeo_pushes_to() {
    skopeo copy "oci:$work/layout" "docker://$1/$repository:by-rule"
}

tells_tokens_apart() {
    [ "$(password_for "$artifacts")" = "$(password_for "$gcr")" ]
    [ "$(password_for "$artifacts")" != "$(password_for "$read_only")" ]
}

says_that_the_key_is_revoked() {
    GOOGLE_APPLICATION_CREDENTIALS=$(of_the_cloud .google.revoked_key_file)
    everybody_says "$(of_the_cloud .google.revoked_account)" "$artifacts/$repository:v1"
}

says_that_the_file_is_gone() {
    export GOOGLE_APPLICATION_CREDENTIALS="$work/absent.json"
    everybody_says absent.json "$artifacts/$repository:v1"
}

GOOGLE_APPLICATION_CREDENTIALS=$(of_the_cloud .google.key_file)
export GOOGLE_APPLICATION_CREDENTIALS
repository=shore/images/app
use_docker /usr/bin/docker
set_up "$google_registry_names"
claim "every client pulls from Artifact Registry with a key file" pushes_and_pulls "$artifacts/$repository"
claim "every client pulls from gcr.io with a key file" pushes_and_pulls "$gcr/shore/app"
claim "every client pushes to Artifact Registry" everything_pushes "$artifacts/$repository"
claim "every client pushes to gcr.io" everything_pushes "$gcr/shore/app"
claim "a rule for pulling gets a token that cannot push" pulls_and_cannot_push
claim "one token is for all of Google's registries, and a narrower one for a narrower rule" tells_tokens_apart
claim "every client shows that Google does not take the key" says_that_the_key_is_revoked
claim "every client shows which credential file is missing" says_that_the_file_is_gone
for program in /usr/bin/docker "$sid/bin/docker"; do
    use_docker "$program"
    version=$("$program" --version | sed 's/.* version \([0-9.]*\).*/docker \1/')
    claim "$version pulls from Artifact Registry" docker pull "$artifacts/$repository:v1"
    claim "$version builds from an image of Artifact Registry with BuildKit" builds_from "$artifacts/$repository:v1"
done
unset GOOGLE_APPLICATION_CREDENTIALS
