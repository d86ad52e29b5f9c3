#!/bin/sh
# Finds a Python that o2c runs on and hands over to bootstrap.py, which sets up the checkout.
set -eu
cd "$(dirname "$0")/.."
for python in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$python" ] || continue
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" scripts/bootstrap.py "$@"
    fi
done
echo "o2c needs Python 3.11 or newer; none was found (PYTHON=/path/to/python3 names one)." >&2
exit 1
