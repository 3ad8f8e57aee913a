# What the scripts in this folder share; sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034  # for those who source this
build=${RASP_BUILD_DIR:-$root/build}

say() { printf '==> %s\n' "$*" >&2; }

# Debian's own program of that name where it is installed, before any other that
# may lie in PATH: this project is tested with it.
debian() {
  if [ -x "/usr/bin/$1" ]; then
    echo "/usr/bin/$1"
  else
    command -v "$1" || { say "$1 is not installed"; return 1; }
  fi
}
