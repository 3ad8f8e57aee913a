#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test: those of the compiler, then
# the lit tests once more with each rasp-opt verifying that what it printed parses
# back to the same, then those of the Python package, installed from its wheel. The
# last line counts what was run.
#
#   RASP_BUILD_DIR     where to build (default: build, in this checkout)
#   RASP_LONG_TESTS=1  also the tests that take long
set -euo pipefail

# shellcheck source=tools/dev/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$root/tools/dev/install-dependencies.sh"
"$root/tools/dev/build.sh" all rasp-test-depends

cmake=$(debian cmake)
python=$(debian python3)
failed=0
results=()
run_suite() { # target, description
  local result=$build/test-results/$1.json
  say "$2"
  mkdir -p "$(dirname "$result")"
  rm -f "$result"
  results+=("$result")
  LIT_OPTS="${LIT_OPTS:-} --output=$result ${RASP_LONG_TESTS:+--param long=1}" \
    "$cmake" --build "$build" --target "$1" >&2 || failed=1
}
run_suite check-rasp "Running all tests"
run_suite check-rasp-roundtrip "Running the lit tests again, with --verify-roundtrip"

# The wheel is what is tested: the sources are nowhere on the path.
run_pytest() {
  local result=$build/test-results/python.xml
  mkdir -p "$(dirname "$result")"
  rm -f "$result"
  results+=("$result")
  "$root/tools/dev/python-environment.sh" || return
  say "Running the tests of the Python package"
  RASP_REQUIRE_EXTRAS=1 RASP_WHEELS=$build/wheels RASP_BIN=$build/bin \
    "$build/python-env/bin/python" -m pytest "$root/test/Python" --quiet --numprocesses=2 \
    --junitxml="$result" >&2
}
run_pytest || failed=1

# The closing line, from what lit and pytest wrote down and nothing else.
"$python" "$root/tools/dev/count-tests.py" "${results[@]}" || failed=1
exit "$failed"
