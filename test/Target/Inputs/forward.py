#!/usr/bin/env python3
"""Runs exported weights in NumPy and compares with the program.

    forward.py [--contract=OPTIONS] [--stages=rasp,linalg] program.mlir...

A transformer of a few lines, written from what the metadata of the file says and
knowing nothing of the compiler, has to give what `rasp-run` gives: by the
reference interpreter and by the compiled model. Values have to be equal where the
output is categorical, numbers within 1e-4. Inputs are all short ones and random
ones up to the greatest length, in one batch padded to it.
"""

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

import numpy as np
from safetensors_file import check, read

TOLERANCE = 1e-4


class Transformer:
    """The model in a file, in f32."""

    def __init__(self, path):
        self.metadata, tensors = read(path)
        check(self.metadata, tensors)
        self.weights = {
            name: np.frombuffer(data, dtype="<f4").reshape(shape)
            for name, (shape, data) in tensors.items()
        }

    def encode(self, inputs):
        """Rows of ids: BOS, the tokens, then PAD up to the greatest length."""
        id_of = {repr(token): i for i, token in enumerate(self.metadata["vocab"])}
        bos, pad = self.metadata["bos"]["id"], self.metadata["pad"]["id"]
        rows = np.full((len(inputs), 1 + self.metadata["shape"]["max_seq_len"]), pad)
        for row, tokens in zip(rows, inputs):
            row[0] = bos
            row[1 : 1 + len(tokens)] = [id_of[repr(token)] for token in tokens]
        return rows

    def attention(self, prefix, stream, visible):
        weights = self.weights

        def project(name):
            weight, bias = weights[f"{prefix}.{name}.weight"], weights[f"{prefix}.{name}.bias"]
            return np.einsum("bpd,hdk->bhpk", stream, weight) + bias[:, None]

        scores = np.einsum("bhqk,bhpk->bhqp", project("query"), project("key"))
        scores = np.where(visible, scores, np.float32(-np.inf))
        pattern = np.exp(scores - scores.max(axis=-1, keepdims=True))
        pattern /= pattern.sum(axis=-1, keepdims=True)
        mixed = np.einsum("bhqp,bhpk->bhqk", pattern, project("value"))
        written = np.einsum("bhqk,hkd->bqd", mixed, weights[f"{prefix}.output.weight"])
        return written + weights[f"{prefix}.output.bias"]

    def mlp(self, prefix, stream):
        weights = self.weights
        if f"{prefix}.input.weight" not in weights:
            return weights[f"{prefix}.output.bias"]
        hidden = stream @ weights[f"{prefix}.input.weight"] + weights[f"{prefix}.input.bias"]
        hidden = np.maximum(hidden, 0)
        return hidden @ weights[f"{prefix}.output.weight"] + weights[f"{prefix}.output.bias"]

    def __call__(self, ids):
        """The outputs [batch, position, output] for rows of ids."""
        weights, length = self.weights, ids.shape[1]
        # A model without columns computes what its biases say.
        stream = np.zeros((*ids.shape, self.metadata["shape"]["d_model"]), np.float32)
        if "embedding.tokens" in weights:
            stream = weights["embedding.tokens"][ids] + weights["embedding.positions"][:length]
        visible = (ids != self.metadata["pad"]["id"])[:, None, None, :]
        if self.metadata["causal"]:
            visible = visible & np.tri(length, dtype=bool)
        for layer in range(self.metadata["shape"]["layers"]):
            prefix = f"layers.{layer}"
            if f"{prefix}.attention.query.weight" in weights:
                stream = stream + self.attention(f"{prefix}.attention", stream, visible)
            stream = stream + self.mlp(f"{prefix}.mlp", stream)
        assert stream.dtype == np.float32
        if "unembedding.weight" not in weights:
            return np.broadcast_to(
                weights["unembedding.bias"], (*ids.shape, len(weights["unembedding.bias"]))
            )
        return stream @ weights["unembedding.weight"] + weights["unembedding.bias"]

    def decode(self, outputs):
        """The values that the outputs of one input stand for."""
        if self.metadata["output"] == "categorical":
            values = [as_value(value) for value in self.metadata["outputs"]]
            return [values[i] for i in outputs.argmax(axis=-1)]
        none_code = self.metadata.get("none_code")
        return [
            None if none_code is not None and abs(x - none_code) <= 0.5 else float(x)
            for x in outputs[:, 0]
        ]


def as_value(value):
    """A value as the metadata has it."""
    if isinstance(value, dict):
        return Fraction(value["numerator"], value["denominator"])
    return value


def as_fraction(value):
    """A number as rasp-run writes it, which has fractions such as 1/3 as text."""
    if isinstance(value, str):
        try:
            return Fraction(value)
        except ValueError:
            return value
    return value


def agrees(found, expected, categorical):
    if found is None or expected is None:
        return found is expected
    if categorical and isinstance(found, (bool, str)):
        return found == expected and type(found) is type(expected)
    expected = as_fraction(expected)
    if isinstance(expected, str):
        return False
    # A categorical float of many digits is rounded where it is printed.
    return abs(found - expected) <= (1e-12 if categorical else TOLERANCE)


def inputs_for(vocabulary, max_seq_len, seed):
    """Every input as long as they are few, and random ones of any length."""
    inputs = []
    for length in range(1, max_seq_len + 1):
        if len(inputs) + len(vocabulary) ** length > 100:
            break
        inputs += map(list, itertools.product(vocabulary, repeat=length))
    generator = random.Random(seed)
    for i in range(60):
        length = max_seq_len if i % 2 == 0 else generator.randint(1, max_seq_len)
        some = generator.sample(vocabulary, generator.randint(1, len(vocabulary)))
        inputs.append([generator.choice(some) for _ in range(length)])
    return inputs


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\nfailed with {result.returncode}:\n{result.stderr}")
    return result.stdout


def compare(program, stages, folder):
    """The number of outputs that differ, which are printed."""
    weights_path = os.path.join(folder, "model.safetensors")
    run(["rasp-translate", "--export-safetensors", program, "-o", weights_path])
    model = Transformer(weights_path)
    metadata = model.metadata
    inputs = inputs_for(metadata["vocab"], metadata["shape"]["max_seq_len"], seed=1)
    outputs = model(model.encode(inputs))
    found = [
        model.decode(rows[1 : 1 + len(tokens)]) for tokens, rows in zip(inputs, outputs)
    ]

    inputs_path = os.path.join(folder, "inputs.txt")
    with open(inputs_path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(tokens) + "\n" for tokens in inputs)
    differences = 0
    for stage in stages:
        command = ["rasp-run", program, f"--stage={stage}", "--format=json"]
        lines = run(command + ["--inputs", inputs_path]).splitlines()
        if len(lines) != len(inputs):
            sys.exit(f"{program}: {len(inputs)} inputs, but {len(lines)} lines of output")
        for tokens, values, line in zip(inputs, found, lines):
            expected = json.loads(line)["output"]
            categorical = metadata["output"] == "categorical"
            if len(values) == len(expected) and all(
                agrees(f, e, categorical) for f, e in zip(values, expected)
            ):
                continue
            differences += 1
            if differences <= 3:
                print(f"on {tokens}: found {values}, expected {expected} (stage {stage})")
    print(f"{metadata['name']}: {differences} of {len(stages) * len(inputs)} outputs differ")
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contract", help="options of rasp-set-contract")
    parser.add_argument("--stages", default="rasp,linalg", help="what to compare with")
    parser.add_argument("programs", nargs="+")
    arguments = parser.parse_args()
    differences = 0
    with tempfile.TemporaryDirectory() as folder:
        for program in arguments.programs:
            if arguments.contract:
                changed = os.path.join(folder, "program.mlir")
                option = f"--rasp-set-contract={arguments.contract}"
                run(["rasp-opt", option, program, "-o", changed])
                program = changed
            differences += compare(program, arguments.stages.split(","), folder)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
