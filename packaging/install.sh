#!/bin/sh
# install.sh [PREFIX]: builds the five programs and installs them below PREFIX (/usr/local for root, else ~/.local).
# install.sh --remove [PREFIX]: removes exactly those files again. Settings and credential helpers' entries are not touched.
set -eu

here=$(dirname "$0")
remove=
prefix=
for argument; do
    case $argument in
        --remove) remove=yes ;;
        -*)
            echo "usage: install.sh [--remove] [PREFIX]" >&2
            exit 2
            ;;
        *) prefix=$argument ;;
    esac
done
if [ -z "$prefix" ]; then
    if [ "$(id -u)" = 0 ]; then prefix=/usr/local; else prefix=$HOME/.local; fi
fi
case $prefix in
    /*) ;;
    *) prefix=$PWD/$prefix ;;
esac
bin=$prefix/bin
libexec=$prefix/libexec/shorepass

install_all() {
    echo "building (the first time this takes some minutes)"
    programs=$here/../target/programs
    sh "$here/build.sh" release "$programs"
    mkdir -p "$bin" "$libexec"
    # The helper goes last: it starts the broker it finds beside itself, so that must be the new one.
    install_one "$libexec" shorepass-exchange
    install_one "$libexec" shorepass-vault
    install_one "$bin" shorepassd
    install_one "$bin" shorepass
    install_one "$bin" docker-credential-shorepass
    say_what_is_next
}

# Written beside and renamed, so that no program is ever seen half written and a running one keeps its own file.
install_one() {
    cp "$programs/$2" "$1/.$2.new"
    chmod 755 "$1/.$2.new"
    mv -f "$1/.$2.new" "$1/$2"
    echo "installed $1/$2"
}

say_what_is_next() {
    echo
    found=$(command -v docker-credential-shorepass || true)
    if [ "$found" != "$bin/docker-credential-shorepass" ]; then
        echo "next: put it first on your PATH, which finds ${found:-no docker-credential-shorepass} now:"
        echo "  export PATH=\"$bin:\$PATH\""
    fi
    echo "next: let docker, podman and the others ask it for a registry:"
    echo "  shorepass setup HOST"
    echo "a broker that is running goes on with its old program until:"
    echo "  shorepass broker restart"
}

remove_all() {
    if [ -x "$bin/shorepass" ]; then
        "$bin/shorepass" broker stop >/dev/null 2>&1 || true
    fi
    for file in "$bin/docker-credential-shorepass" "$bin/shorepass" "$bin/shorepassd" \
        "$libexec/shorepass-exchange" "$libexec/shorepass-vault"; do
        if [ -e "$file" ]; then
            rm -f "$file"
            echo "removed $file"
        else
            echo "not there: $file"
        fi
    done
    rmdir "$libexec" 2>/dev/null || true
    echo
    echo "next: clients that were set up still name the helper; take \`shorepass\` out of \`credHelpers\` in their config.json"
    echo "(\`shorepass setup --undo\` does that while it is installed)"
}

if [ -n "$remove" ]; then remove_all; else install_all; fi
