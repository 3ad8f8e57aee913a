#!/usr/bin/env bash
# Configures and builds this project with Debian's clang and MLIR 22.
#
#   tools/dev/build.sh [targets...]        everything, or these targets only
#
#   RASP_BUILD_DIR     where to build (default: build, in this checkout)
#   RASP_CMAKE_ARGS    further arguments for CMake, such as -DCMAKE_BUILD_TYPE=Debug
set -euo pipefail

# shellcheck source=tools/dev/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cmake=$(debian cmake)
ninja=$(debian ninja)
python=$(debian python3)

read -r -a extra <<<"${RASP_CMAKE_ARGS:-}"
arguments=(
  -G Ninja
  -S "$root"
  -B "$build"
  "-DCMAKE_MAKE_PROGRAM=$ninja"
  "-DPython3_EXECUTABLE=$python"
  -DCMAKE_BUILD_TYPE=Release
  -DRASP_ENABLE_ASSERTIONS=ON
)
if command -v clang++-22 >/dev/null; then
  arguments+=(
    -DCMAKE_C_COMPILER=clang-22
    -DCMAKE_CXX_COMPILER=clang++-22
    -DLLVM_ENABLE_LLD=ON
  )
fi
arguments+=("${extra[@]}")

# Configure again only where the arguments are new; Ninja sees changes of the
# CMakeLists.txt files itself.
stamp=$build/.configured-with
wanted=$(printf '%s\n' "$cmake" "${arguments[@]}")
if [ ! -f "$build/build.ninja" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  say "Configuring in $build"
  mkdir -p "$build"
  if ! "$cmake" "${arguments[@]}" >"$build/configure.log" 2>&1; then
    cat "$build/configure.log" >&2
    say "Configuring failed (the log above is in $build/configure.log)"
    exit 1
  fi
  printf '%s' "$wanted" >"$stamp"
  # Programs whose targets are gone would still be found by the tests.
  "$ninja" -C "$build" -t cleandead >/dev/null
fi

say "Building ${*:-everything} (the first time takes minutes, after that only what changed)"
"$ninja" -C "$build" "$@" >&2
