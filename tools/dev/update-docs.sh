#!/usr/bin/env bash
# Brings docs/ and README.md up to date with the code: the reference from TableGen
# and from the docstrings of the Python package, what the commands in the pages print,
# and the table of sizes. Builds first what that takes. Tests say when one of these is
# stale.
set -euo pipefail

# shellcheck source=tools/dev/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$root/tools/dev/build.sh" rasp-docs rasp-opt rasp-run rasp-translate RaspPlugin
python=$(debian python3)

say "Copying the reference"
mkdir -p "$root/docs/Dialects"
for page in Dialects/Rasp.md Dialects/Craft.md Passes.md; do
  cp "$build/docs/$page" "$root/docs/$page"
done

say "Writing the reference of the Python package"
"$root/tools/dev/python-environment.sh"
"$build/python-env/bin/python" "$root/tools/dev/python-reference.py"

say "Running the commands in the pages"
# mlir-opt, for the plugin, lies beside the MLIR that was found.
mlir=$(sed -n 's/^MLIR_DIR:PATH=\(.*\)\/lib\/cmake\/mlir$/\1/p' "$build/CMakeCache.txt")
PATH=$mlir/bin:$PATH "$python" "$root/test/Docs/run-examples.py" --update --build "$build" \
  "$root/README.md" "$root"/docs/*.md "$root"/docs/Dialects/*.md

say "Measuring the library"
"$python" "$root/tools/dev/size-table.py" --write --bin "$build/bin"
