#!/usr/bin/env python3
"""Prints a craft.transformer of given sizes with random weights.

    random_transformer.py --layers=2 --heads=3 --d-model=17 --d-head=5 --d-mlp=9
"""

import argparse
import random


def matrix(rows, columns, scale, rng):
    entries = []
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.5:
                entries.append(f"({row}, {column}) = {rng.uniform(-scale, scale):.6e}")
    return f"<{rows}x{columns}{' ' if entries else ''}{', '.join(entries)}>"


def affine(rows, columns, scale, rng):
    bias = ", ".join(f"{rng.uniform(-0.5, 0.5):.6e}" for _ in range(columns))
    return f"<[{matrix(rows, columns, scale, rng)}] + [{bias}]>"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--heads", type=int, default=2)
    parser.add_argument("--d-model", type=int, default=8)
    parser.add_argument("--d-head", type=int, default=4)
    parser.add_argument("--d-mlp", type=int, default=8)
    parser.add_argument("--max-seq-len", type=int, default=8)
    parser.add_argument("--vocab", type=int, default=3)
    parser.add_argument("--causal", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    rng = random.Random(a.seed)
    # Keeps the stream of the same order of magnitude from layer to layer.
    scale = 2 / (a.d_model or 1) ** 0.5
    d = a.d_model
    stream = f"!craft.residual<{d}>"
    labels = ", ".join(f'"column{i}"' for i in range(d))
    vocab = ", ".join(map(str, range(1, a.vocab + 1)))
    print("craft.transformer @random attributes {")
    print(f"    vocab = [{vocab}], max_seq_len = {a.max_seq_len}, {'causal, ' if a.causal else ''}")
    print(f"    residual_labels = [{labels}]}} {{")
    print(f"  %0 = craft.embedding tokens {matrix(a.vocab + 2, d, 1, rng)}")
    print(f"    positions {matrix(a.max_seq_len + 1, d, 1, rng)} : {stream}")
    for layer in range(a.layers):
        print(f"  %{layer + 1} = craft.layer %{layer} : {stream} {{")
        # Heads and layers of different sizes, so that some are padded.
        for head in range(max(0, a.heads - layer)):
            width = max(1, a.d_head - head)
            print(f"    craft.residual_head query {affine(d, width, scale, rng)}")
            print(f"      key {affine(d, width, scale, rng)}")
            print(f"      value {affine(d, a.d_head, scale, rng)}")
            print(f"      output {matrix(a.d_head, d, scale, rng)}")
        units = a.d_mlp - layer
        if units > 0:
            print(f"    craft.residual_mlp {affine(d, units, scale, rng)}")
            print(f"      then {affine(units, d, scale, rng)}")
        print("  }")
    print(f"  craft.unembedding %{a.layers} {affine(d, 1, scale, rng)} numerical : {stream}")
    print("}")


if __name__ == "__main__":
    main()
