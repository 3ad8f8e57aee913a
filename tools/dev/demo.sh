#!/usr/bin/env bash
# Compiles an example program to a transformer and runs it. Installs and builds
# what is needed first.
#
#   tools/dev/demo.sh [program.mlir [tokens]]    default: sort, on 3,1,2
set -euo pipefail

# shellcheck source=tools/dev/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
case "${1:-}" in
  -h | --help)
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
    exit ;;
esac
program=${1:-$root/test/Integration/Library/sort.mlir}
tokens=${2:-3,1,2}

"$root/tools/dev/install-dependencies.sh"
"$root/tools/dev/build.sh" rasp-opt rasp-run

model=$build/$(basename "${program%.mlir}").transformer.mlir
say "Compiling $program to a transformer: $model"
"$build/bin/rasp-opt" --lower-to-transformer "$program" -o "$model"

say "Running it on $tokens"
"$build/bin/rasp-run" "$model" --input "$tokens" --print-shape
