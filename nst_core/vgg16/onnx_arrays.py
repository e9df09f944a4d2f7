"""A program of its own: the convolution weights of an ONNX file, as an .npz in Keras's layout.

Run in a throw-away environment that has `onnx` (see `weights.py`):
`python onnx_arrays.py MODEL.onnx OUTPUT.npz LAYER [LAYER ...]`.
"""

import sys

import numpy as np
import onnx
from onnx import numpy_helper


def convolution_arrays(model: onnx.ModelProto, layers: list[str]) -> dict[str, np.ndarray]:
    """For each layer `LAYER.kernel` float32 (3, 3, in, out) and `LAYER.bias` float32 (out,)."""
    stored = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    arrays = {}
    for node in model.graph.node:
        layer = next((name for name in layers if name in node.output[0]), None)
        if node.op_type == "Conv" and layer:
            kernel, bias = (stored[name] for name in node.input[1:3])
            # ONNX keeps (out, in, rows, columns).
            arrays[f"{layer}.kernel"] = np.ascontiguousarray(kernel.transpose(2, 3, 1, 0))
            arrays[f"{layer}.bias"] = bias
    return arrays


if __name__ == "__main__":
    source, output, *names = sys.argv[1:]
    np.savez(output, allow_pickle=False, **convolution_arrays(onnx.load(source), names))
