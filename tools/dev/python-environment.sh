#!/usr/bin/env bash
# Builds the wheel of the Python package against this build of the compiler, and
# installs it into a virtual environment of its own, with all that its tests need:
# every framework that it has an adapter for.
#
#   tools/dev/python-environment.sh      then: build/python-env/bin/python
#
#   RASP_BUILD_DIR     where to build (default: build, in this checkout)
set -euo pipefail

# shellcheck source=tools/dev/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

environment=$build/python-env
wheels=$build/wheels
requirements=$root/python/test-requirements.txt

"$root/tools/dev/install-dependencies.sh"
"$root/tools/dev/build.sh"

if [ ! -x "$environment/bin/python" ]; then
  say "Making a virtual environment in $environment"
  "$(debian python3)" -m venv "$environment"
fi
pip=("$environment/bin/python" -m pip --quiet --disable-pip-version-check)

# The frameworks are a gigabyte: looked at again only where the list has changed.
if ! cmp -s "$requirements" "$environment/installed-requirements.txt"; then
  say "Installing PyTorch, JAX, IREE and TransformerLens (a gigabyte; a minute or two)"
  "${pip[@]}" install --requirement "$requirements" >&2
  cp "$requirements" "$environment/installed-requirements.txt"
fi

say "Building the wheel"
"$(debian cmake)" --install "$build" --prefix "$build/python-prefix" >"$build/python-prefix.log"
rm -rf "$wheels"
"${pip[@]}" wheel "$root/python" --no-deps --no-build-isolation --wheel-dir "$wheels" \
  --config-settings=build-dir="$build/python-wheel" \
  --config-settings=cmake.define.RaspMLIR_DIR="$build/python-prefix/lib/cmake/RaspMLIR" >&2
"${pip[@]}" install --no-deps --force-reinstall "$wheels"/*.whl >&2
