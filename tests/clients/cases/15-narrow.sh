# shellcheck shell=sh
# A rule that wants to pull from some repositories of ECR: the session of the role is narrowed, and so is the password.

# Alice's keys assume a role that may do everything; under the rule it may not.
pulls_from_a_team() {
    moves_in
    mkdir "$HOME/.aws"
    cp "$work/home/.aws/credentials" "$HOME/.aws/credentials"
    export AWS_PROFILE=a AWS_REGION=eu-west-1
    configures <<TOML
[identity.puller]
type = "aws"
role_arn = "arn:aws:iam::123456789012:role/ci-pull"

[[registry]]
match = "$first"
identity = "puller"
access = "pull"
repositories = ["team/*"]
narrow = "require"
TOML
}

# Before the rule is there, by somebody who may.
fills_another_repository() {
    new_image "an image of another team's"
    skopeo copy --format v2s2 "oci:$work/layout" "docker://$first/team/narrow:v1"
    skopeo copy --format v2s2 "oci:$work/layout" "docker://$first/other/app:v1"
}

lets_in_inside_and_keeps_out_outside() {
    pulls_from_a_team
    skopeo inspect "docker://$first/team/narrow:v1"
    rm -rf "$work/copied"
    skopeo copy "docker://$first/team/narrow:v1" "dir:$work/copied"
    fails_saying denied skopeo inspect "docker://$first/other/app:v1"
}

refuses_every_push() {
    pulls_from_a_team
    new_image "an image that nobody may push"
    fails_saying denied skopeo copy --format v2s2 "oci:$work/layout" "docker://$first/team/narrow:never"
    fails_saying 'manifest unknown' skopeo inspect "docker://$first/team/narrow:never"
}

hands_out_nothing_without_a_role() {
    pulls_from_a_team
    sed -i '/^role_arn/d' "$SHOREPASS_CONFIG"
    fails_saying 'the credential would be wider than the rule says' skopeo inspect "docker://$first/team/narrow:v1"
}

claim "skopeo pushes to two teams under no rule" fills_another_repository
claim "under a narrow rule skopeo pulls inside of it, and not outside" lets_in_inside_and_keeps_out_outside
claim "under a narrow rule to pull skopeo's push is refused" refuses_every_push
claim "skopeo shows that keys cannot be narrowed without a role" hands_out_nothing_without_a_role
