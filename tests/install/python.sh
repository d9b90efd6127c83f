#!/bin/sh
# Makes the Python environment of the tests, tests/.bed/python, from requirements.txt: moto, a second opinion on AWS's wire;
# the AWS command line; Node.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
wanted=$here/requirements.txt
bed=${here%/*}/.bed
venv=$bed/python

cmp -s "$wanted" "$venv/requirements.txt" && exit 0

echo "tests: installing from PyPI: $(grep -v '^#' "$wanted" | tr '\n' ' ')"
rm -rf "$venv"
mkdir -p "$bed"
if log=$(/usr/bin/python3 -m venv "$venv" 2>&1 &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted" 2>&1); then
    cp "$wanted" "$venv/requirements.txt"
else
    echo "$log" >&2
    echo "tests: Python packages are missing; run:" >&2
    echo "  python3 -m venv $venv && $venv/bin/pip install -r $wanted" >&2
    exit 1
fi
