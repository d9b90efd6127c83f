#!/bin/sh
# install.sh: copies the programs and the settings onto a node, from the image and the mounted files of daemonset.yaml.
# Each file is written beside its place and renamed: a kubelet that runs the provider just now never sees half of one.
set -eu

programs=${PROGRAMS:-/opt/shorepass}
settings=${SETTINGS:-/settings}
node=${NODE:-/node}

place() {
    mkdir -p "${2%/*}"
    cp "$1" "$2.new"
    chmod "$3" "$2.new"
    mv -f "$2.new" "$2"
}

for program in shorepass-exchange shorepass-vault shorepassd shorepass docker-credential-shorepass; do
    place "$programs/$program" "$node/opt/shorepass/bin/$program" 755
done
place "$settings/config.toml" "$node/etc/shorepass/config.toml" 644
place "$settings/credential-provider.yaml" "$node/etc/shorepass/credential-provider.yaml" 644

# The kubelet finds a provider by its name; the helper finds the other programs beside the file that a link points to.
mkdir -p "$node/opt/shorepass/kubelet"
ln -sfn ../bin/docker-credential-shorepass "$node/opt/shorepass/kubelet/.provider.new"
mv -f "$node/opt/shorepass/kubelet/.provider.new" "$node/opt/shorepass/kubelet/shorepass-credential-provider"
echo "installed in /opt/shorepass and /etc/shorepass"
echo "a running broker keeps its old program until, on the node: env -u XDG_RUNTIME_DIR /opt/shorepass/bin/shorepass broker stop"
