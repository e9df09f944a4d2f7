"""The classic objective in plain PyTorch, timed on demand: a program for PyTorch's own environment.

`python bench/torch_reference.py WEIGHTS.npz ROWS COLUMNS PRECISION` prints "ready", and then the
seconds of one evaluation for each line that it reads. It needs PyTorch and NumPy only.
"""

import sys
import time
from typing import Any

import numpy as np
import torch
from torch.nn import functional

CONTENT = "block4_conv2"
STYLE = ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1")


def main() -> None:
    path, rows, columns, precision = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    dtype = getattr(torch, precision)
    kernels = {}
    for name, values in np.load(path).items():
        tensor = torch.from_numpy(values)
        if values.ndim == 4:
            tensor = tensor.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
        kernels[name] = tensor.to(dtype)
    random = np.random.default_rng(0)
    pictures = random.uniform(-120, 130, (3, 1, 3, rows, columns)).astype(np.float32)
    photo, painting, x = (
        torch.from_numpy(p).contiguous(memory_format=torch.channels_last) for p in pictures
    )
    with torch.no_grad():
        content = features(photo, kernels, dtype)[CONTENT]
        of_painting = features(painting, kernels, dtype)
        grams = {name: gram(of_painting[name]) for name in STYLE}
    scale = 36.0 * float(rows * columns) ** 2

    def evaluate() -> None:
        picture = x.clone().requires_grad_(True)
        found = features(picture, kernels, dtype)
        loss = 0.025 * (found[CONTENT].float() - content.float()).square().sum()
        for name in STYLE:
            loss = loss + 0.2 * (gram(found[name]) - grams[name]).square().sum() / scale
        corner = picture[:, :, :-1, :-1]
        down, right = picture[:, :, 1:, :-1], picture[:, :, :-1, 1:]
        loss = loss + ((corner - down).square() + (corner - right).square()).pow(1.25).sum()
        loss.backward()
        loss.item()

    evaluate()
    evaluate()
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        evaluate()
        print(time.perf_counter() - began, flush=True)


def features(picture: Any, kernels: dict[str, Any], dtype: Any) -> dict[str, Any]:
    found, f = {}, picture.to(dtype)
    for block, count in enumerate((2, 2, 3, 3, 1), start=1):
        if block > 1:
            f = functional.max_pool2d(f, 2)
        for number in range(1, count + 1):
            name = f"block{block}_conv{number}"
            f = functional.relu(
                functional.conv2d(f, kernels[name], kernels[f"{name}_bias"], padding=1)
            )
            found[name] = f
    return found


def gram(features: Any) -> Any:
    flat = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])
    return (flat.T @ flat).float()


if __name__ == "__main__":
    main()
