#!/usr/bin/env python3
"""Reads a safetensors file, strictly, with nothing but the standard library.

    safetensors_file.py model.safetensors

prints what the metadata says of the model and the name and shape of each tensor,
after it has checked that the file is what the format asks for and that metadata
and tensors agree.
"""

import json
import math
import struct
import sys


def require(condition, message):
    if not condition:
        sys.exit(f"not as expected: {message}")


def read(path):
    """The metadata, decoded, and a dictionary from names to (shape, bytes)."""
    with open(path, "rb") as file:
        content = file.read()
    require(len(content) >= 8, "the file is shorter than 8 bytes")
    (header_size,) = struct.unpack("<Q", content[:8])
    require(8 + header_size <= len(content), "the header is longer than the file")
    header_text = content[8 : 8 + header_size]
    require(header_text.startswith(b"{"), "the header does not start with a brace")
    require(header_size % 8 == 0, "the data is not aligned to 8 bytes")

    def unique(pairs):
        require(len(dict(pairs)) == len(pairs), "a name stands twice in the header")
        return dict(pairs)

    # Only spaces may follow the object: the decoder skips no other padding.
    stripped = header_text.rstrip(b" ").decode("utf-8")
    require(stripped.endswith("}"), "the header is not padded with spaces")
    header = json.loads(stripped, object_pairs_hook=unique)

    metadata = header.pop("__metadata__")
    require(all(isinstance(text, str) for text in metadata.values()), "metadata is not strings")
    data = content[8 + header_size :]
    tensors = {}
    offset = 0
    for name, entry in header.items():
        require(set(entry) == {"dtype", "shape", "data_offsets"}, f"{name}: keys {set(entry)}")
        require(entry["dtype"] == "F32", f"{name}: dtype {entry['dtype']}")
        begin, end = entry["data_offsets"]
        require(begin == offset, f"{name}: begins at {begin}, not where the one before ends")
        require(end - begin == 4 * math.prod(entry["shape"]), f"{name}: the size of its shape")
        tensors[name] = (entry["shape"], data[begin:end])
        offset = end
    require(offset == len(data), f"the tensors end at {offset}, the data at {len(data)}")
    return {key: json.loads(text) for key, text in metadata.items()}, tensors


def expected_shapes(metadata):
    """The tensors that a model of this shape has, as the metadata has it."""
    shape = metadata["shape"]
    heads, d_model, d_head, d_mlp = (shape[k] for k in ("heads", "d_model", "d_head", "d_mlp"))
    expected = {
        "embedding.tokens": [shape["vocab_size"] + 2, d_model],
        "embedding.positions": [shape["max_seq_len"] + 1, d_model],
    }
    for layer in range(shape["layers"]):
        prefix = f"layers.{layer}."
        for name in ("query", "key", "value"):
            expected[f"{prefix}attention.{name}.weight"] = [heads, d_model, d_head]
            expected[f"{prefix}attention.{name}.bias"] = [heads, d_head]
        expected[f"{prefix}attention.output.weight"] = [heads, d_head, d_model]
        expected[f"{prefix}attention.output.bias"] = [d_model]
        expected[f"{prefix}mlp.input.weight"] = [d_model, d_mlp]
        expected[f"{prefix}mlp.input.bias"] = [d_mlp]
        expected[f"{prefix}mlp.output.weight"] = [d_mlp, d_model]
        expected[f"{prefix}mlp.output.bias"] = [d_model]
    expected["unembedding.weight"] = [d_model, shape["outputs"]]
    expected["unembedding.bias"] = [shape["outputs"]]
    return {name: shape for name, shape in expected.items() if math.prod(shape) > 0}


def check(metadata, tensors):
    shape = metadata["shape"]
    found = {name: tensor_shape for name, (tensor_shape, _) in tensors.items()}
    require(found == expected_shapes(metadata), f"tensors {found}")
    require(list(found) == list(expected_shapes(metadata)), "the order of the tensors")
    parameters = sum(math.prod(s) for n, s in found.items() if not n.startswith("unembedding"))
    require(parameters == shape["parameters"], f"{parameters} parameters")
    for name, (_, data) in tensors.items():
        values = struct.unpack(f"<{len(data) // 4}f", data)
        require(all(map(math.isfinite, values)), f"{name}: a number that is not finite")

    require(len(metadata["vocab"]) == shape["vocab_size"], "the size of the vocabulary")
    require(metadata["bos"]["id"] == shape["vocab_size"], "the id of BOS")
    require(metadata["pad"]["id"] == shape["vocab_size"] + 1, "the id of PAD")
    require(metadata["output"] in ("categorical", "numerical"), "the kind of output")
    if metadata["output"] == "categorical":
        require(len(metadata["outputs"]) == shape["outputs"], "the number of outputs")
    else:
        require("outputs" not in metadata and shape["outputs"] == 1, "one number as output")
    labels = metadata["residual_labels"]
    require(len(labels) == len(set(labels)) == shape["d_model"], "a label for each column")
    for key, limit in (("head_labels", "heads"), ("unit_labels", "d_mlp")):
        require(len(metadata[key]) == shape["layers"], f"{key} for each layer")
        sizes = [len(layer) for layer in metadata[key]]
        require(max(sizes, default=0) == shape[limit], f"{key}: as many as {limit}")


def main():
    metadata, tensors = read(sys.argv[1])
    check(metadata, tensors)
    for key, value in metadata.items():
        print(f"{key}: {json.dumps(value, sort_keys=True)}")
    for name, (shape, _) in tensors.items():
        print(f"{name} {shape}")


if __name__ == "__main__":
    main()
