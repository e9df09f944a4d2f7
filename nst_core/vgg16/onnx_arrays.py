"""A program of its own that writes the convolution weights of an ONNX file as an .npz for Keras.

`mirror.py` runs it in a throw-away environment that has `onnx`:
`python onnx_arrays.py MODEL.onnx OUTPUT.npz LAYER [LAYER ...]`.
"""

import sys

import numpy as np
import onnx
from onnx import numpy_helper


def convolution_arrays(model: onnx.ModelProto, layers: list[str]) -> dict[str, np.ndarray]:
    """The arrays of each layer: `LAYER.kernel`, (3, 3, in, out), and `LAYER.bias`, (out,), float32.

    Example:
        >>> convolution_arrays(onnx.load("vgg16.onnx"), ["block1_conv1"])["block1_conv1.bias"].shape
        (64,)
    """
    stored = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    arrays = {}
    for node in model.graph.node:
        layer = next((name for name in layers if name in node.output[0]), None)
        if node.op_type == "Conv" and layer:
            kernel, bias = (stored[name] for name in node.input[1:3])
            # ONNX stores them as (out, in, rows, columns).
            arrays[f"{layer}.kernel"] = np.ascontiguousarray(kernel.transpose(2, 3, 1, 0))
            arrays[f"{layer}.bias"] = bias
    return arrays


if __name__ == "__main__":
    source, output, *names = sys.argv[1:]
    np.savez(output, allow_pickle=False, **convolution_arrays(onnx.load(source), names))
