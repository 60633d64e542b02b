"""Writes the network's ONNX graph without its weights (for `OnnxEngine`); needed once per architecture."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from ddim_lab.model.network import IMAGE_SHAPE, UNet


def graph_without_weights() -> bytes:
    """The serialised graph (x_t, log_snr, label) -> v of `UNet()`, its initializers marked external by name."""
    import onnx

    torch.manual_seed(0)
    network = UNet().eval()
    for parameter in network.parameters():  # equal tensors would be merged into one initializer
        torch.nn.init.normal_(parameter)
    example = (torch.randn(2, *IMAGE_SHAPE), torch.randn(2), torch.tensor([1, 2]))
    names = ["x_t", "log_snr", "label"]
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the TorchScript exporter is deprecated; the new one rewrites the weights
        path = Path(folder) / "unet.onnx"
        torch.onnx.export(
            network,
            example,
            path,
            dynamo=False,
            opset_version=18,
            input_names=names,
            output_names=["v"],
            dynamic_axes={name: {0: "batch"} for name in [*names, "v"]},
            do_constant_folding=False,
        )
        model = onnx.load(path)
    weights = network.state_dict()
    for tensor in model.graph.initializer:
        if tensor.name in weights:
            length = len(tensor.raw_data)
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            for key, value in (("location", "unet.safetensors"), ("offset", "0"), ("length", str(length))):
                tensor.external_data.add(key=key, value=value)
    return model.SerializeToString()
