#!/bin/sh
# Everything that is checked without running the suite. Runs all steps, names those that failed.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=""

step() {
    name=$1
    shift
    began=$(date +%s)
    if output=$("$@" 2>&1); then
        printf '  ok    %-28s %3ss\n' "$name" "$(($(date +%s) - began))"
    else
        printf '%s\n' "$output"
        printf '  FAIL  %-28s %3ss\n' "$name" "$(($(date +%s) - began))"
        failed="$failed $name;"
    fi
}

# A package named collections shadows Python's own, and then nothing starts any more.
no_collections_package() {
    test ! -e collections/__init__.py || { echo "remove collections/__init__.py"; return 1; }
}

contracts() {
    PYTHONPATH=.:collections python -c "from importlinter.cli import lint_imports_command as run; run()" --no-cache
}

# Rules are pure functions over plain data: no ORM, no clock, no settings.
rules_are_pure() {
    ! grep -nE 'django\.(db|conf|utils\.timezone)|timezone\.now|date\.today' \
        */rules.py */rules/*.py collections/*/rules.py
}

# What htmx would have to evaluate fails open under our Content-Security-Policy.
# Letters become PDF, no browser sees them.
no_inline_script() {
    event_filter="hx-trigger=[\"']([^\"']*,)?[[:space:]]*[a-z:-]+\["
    ! grep -rnEi --include='*.html' --exclude-dir=letters --exclude='*letter*' \
        -e 'hx-on[:=-]' -e 'javascript:' -e 'hx-vars' -e "=[\"']js:" -e "$event_filter" \
        -e "[[:space:]]on[a-z]+=[\"']" -e '<script[^>]*>[^<]' -e '<style' -e '[[:space:]]style=' \
        templates
}

scripts_have_a_source() {
    ! grep -rnEi --include='*.html' '<script' templates | grep -vE 'src=|type="application/json"'
}

step "no collections package" no_collections_package
step "ruff format" python -m ruff format --check .
step "ruff check" python -m ruff check .
step "mypy" python -m mypy .
step "import contracts" contracts
step "rules are pure" rules_are_pure
step "scope of queries" python scripts/check_scope.py
step "no inline script or style" no_inline_script
step "scripts have a source" scripts_have_a_source
step "template layout" python -m djhtml --tabwidth 2 --check templates
step "templates compile" python manage.py check_templates
step "system checks" python manage.py check --fail-level WARNING
step "migrations" python manage.py makemigrations --check --dry-run
step "texts" python manage.py extract_texts --check
step "catalogs compile" python manage.py compile_catalogs

if [ -n "$failed" ]; then
    echo "make check failed:$failed"
    exit 1
fi
