#!/usr/bin/env python3
"""Makes docs/sizes.md: how large the compiled library programs are.

    size-table.py             prints the page
    size-table.py --write     writes docs/sizes.md
    size-table.py --check     fails where docs/sizes.md is stale, or where a model has
                              more layers or parameters than it may

Compiles every row of docs/baseline-sizes.csv with the rasp-opt and rasp-run in
PATH, or in the folder given by --bin.
"""

import argparse
import csv
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIBRARY = os.path.join(ROOT, "test", "Integration", "Library")
BASELINE = os.path.join(ROOT, "docs", "baseline-sizes.csv")
PAGE = os.path.join(ROOT, "docs", "sizes.md")

INTRODUCTION = """\
# Sizes of the compiled library

Made by `tools/dev/size-table.py --write`; a test says when this page is stale.

Every program of `test/Integration/Library`, compiled with the default options at
a bound of 5 and 10 on the length of its inputs (and at 3 or 6, where the baseline
was measured there), beside what Tracr's last version makes of the same program
with the same vocabulary. Tracr's numbers are in `docs/baseline-sizes.csv`.

- *V* is the size of the vocabulary without BOS and PAD, *n* the bound on the
  length.
- *parameters* counts the embeddings of tokens and positions and all layers with
  their biases, each padded to the widest layer and head, as in Tracr; it does not
  count the unembedding, which Tracr does not either.
- *wrong* is on how many of the sampled inputs Tracr's model differs from Tracr's
  own interpreter. The models of this compiler are compared with the interpreter
  by the tests beside the programs, and none differs.

"""

HEADER = [
    "program", "V", "n", "layers", "heads", "d_model", "d_head", "d_mlp", "parameters",
    "non-zero", "Tracr: layers", "heads", "d_model", "d_head", "d_mlp", "parameters",
    "non-zero", "wrong", "ratio",
]  # fmt: skip


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\nfailed with {result.returncode}:\n{result.stderr}")
    return result.stdout + result.stderr


def measure(row, bin_folder):
    """The shape of the model that a row of the baseline compiles to."""
    tool = lambda name: os.path.join(bin_folder, name) if bin_folder else name
    tokens = row["vocabulary"].split()
    # In quotes, as some of the tokens are brackets.
    vocabulary = ",".join(f'"{token}"' for token in tokens)
    contract = f"vocab={{{vocabulary}}} max-seq-len={row['max_seq_len']}"
    if row["output"]:
        contract += f" output={row['output']}"
    program = os.path.join(LIBRARY, row["program"] + ".mlir")
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.mlir")
        run([tool("rasp-opt"), f"--rasp-set-contract={contract}", "--lower-to-transformer",
             program, "-o", model])  # fmt: skip
        text = run([tool("rasp-run"), model, "--input", tokens[0], "--print-shape"])
    shape = re.search(r"layers \d+, heads.*", text)
    if not shape:
        sys.exit(f"{row['program']}: no shape in what rasp-run printed:\n{text}")
    return {name: int(number) for name, number in re.findall(r"([\w-]+) (\d+)", shape.group(0))}


def number(text):
    return f"{int(text):,}" if text != "" else "–"


def name_of(row):
    return row["program"] + (" (numerical)" if row["output"] == "numerical" else "")


def table_line(row, shape):
    ratio = "–"
    if row["parameters"]:
        ratio = f"{int(row['parameters']) / shape['parameters']:.1f}×"
    own = [shape[key] for key in ("layers", "heads", "d_model", "d_head", "d_mlp")]
    own += [f"**{shape['parameters']:,}**", f"{shape['non-zero']:,}"]
    baseline = [number(row[key]) for key in ("layers", "heads", "d_model", "d_head", "d_mlp")]
    baseline += [number(row["parameters"]), number(row["non_zeros"]), row["wrong"] or "–"]
    cells = [name_of(row), len(row["vocabulary"].split()), row["max_seq_len"], *own, *baseline, ratio]
    return "| " + " | ".join(map(str, cells)) + " |"


def excesses(row, shape):
    """Where a model is larger than it may be."""
    where = f"{name_of(row)} at n = {row['max_seq_len']}"
    if shape["layers"] > int(row["most_layers"]):
        yield f"{where}: {shape['layers']} layers, and {row['most_layers']} are enough"
    for key in ("layers", "parameters"):
        if row[key] and shape[key] > int(row[key]):
            yield f"{where}: {shape[key]} {key}, more than the {row[key]} of the baseline"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", help="the folder of rasp-opt and rasp-run")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if not arguments.bin and not shutil.which("rasp-opt"):
        sys.exit("rasp-opt is not in PATH: give its folder by --bin")

    with open(BASELINE, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        shapes = list(executor.map(lambda row: measure(row, arguments.bin), rows))

    lines = [HEADER, ["---"] * len(HEADER)]
    page = INTRODUCTION + "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"
    page += "".join(table_line(row, shape) + "\n" for row, shape in zip(rows, shapes))
    too_large = [excess for row, shape in zip(rows, shapes) for excess in excesses(row, shape)]

    if arguments.write:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page)
    elif not arguments.check:
        print(page, end="")
    failed = bool(too_large)
    for excess in too_large:
        print(excess, file=sys.stderr)
    if arguments.check:
        with open(PAGE, encoding="utf-8") as file:
            committed = file.read()
        if committed != page:
            difference = difflib.unified_diff(
                committed.splitlines(), page.splitlines(), "docs/sizes.md", "as it is now", lineterm=""
            )
            print("\n".join(difference))
            print("docs/sizes.md is stale: run tools/dev/size-table.py --write", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
