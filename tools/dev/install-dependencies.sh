#!/usr/bin/env bash
# Installs what building and testing this project needs, from Debian 12's own
# packages. Says nothing and does nothing where all of it is installed already.
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

packages=(
  # Build
  cmake ninja-build clang-22 lld-22 llvm-22-dev libmlir-22-dev mlir-22-tools
  llvm-22-tools libedit-dev ccache
  # Test
  libgtest-dev python3 python3-numpy python3-psutil
  # The Python package
  python3-dev python3-venv
)

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  say "This is no Debian system: nothing is installed. Needed are CMake 3.23, Ninja, LLVM and MLIR 22.1, libedit, GoogleTest and Python 3.9."
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  # shellcheck disable=SC2016  # ${db:...} is dpkg's own
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=none
  [ "$state" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    say "These packages are missing: ${missing[*]}"
    say "Installing them takes root or sudo: as root, apt-get install ${missing[*]}"
    exit 1
  fi
  as_root=(sudo)
fi

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" >&2
}

say "Installing ${missing[*]}"
say "(a fresh machine downloads 280 MB and unpacks 2 GB; a minute or two)"
# An index of some other source that cannot be read need not be fatal.
apt update || say "Not every package list could be read; going on with those that could"
apt install -y --no-install-recommends "${missing[@]}"
