#!/bin/sh
# Puts everything the tests need in place: Debian packages, newer clients from sid, Python packages, npm packages.
# Each part is silent when it has nothing to do; where it may not install, it lists what is missing and this fails.
set -eu

here=$(dirname "$0")
failed=0

for part in debian sid python node; do
    sh "$here/$part.sh" || failed=1
done
exit "$failed"
