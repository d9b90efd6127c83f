#!/bin/sh
# Runs inside the namespaces: makes the machine, starts the services, goes through the cases and counts.
# Not to be started by hand; run.sh does.
set -eu

. "$here/machine.sh"
. "$here/claim.sh"
. "$here/services.sh"
. "$here/client.sh"
. "$here/everybody.sh"
. "$here/person.sh"

trap 'exit 130' INT TERM

make_machine
start_services
prepare_client

[ $# != 0 ] || set -- "$here"/cases/*.sh
for case; do
    [ -e "$case" ] || case=$here/cases/$case.sh
    # shellcheck source=/dev/null
    . "$case"
done
conclude
