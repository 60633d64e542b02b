"""The trained network as a denoiser: (x_t, alpha_bar_t) -> eps, on the engine that is fastest here."""

from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ddim_lab import checks
from ddim_lab.model import parameterization, weights
from ddim_lab.model.levels import log_snr, noise_levels
from ddim_lab.model.network import IMAGE_SHAPE, NO_LABEL, UNet, UNetConfig
from ddim_lab.schedule import LOG_SNR_MAX, LOG_SNR_MIN, NoiseSchedule
from ddim_lab.tensors import check_state, wide

ENGINES = ("auto", "torch", "onnx")


class Engine(Protocol):
    """Evaluates the network: x_t (B, 1, 28, 28) float32, log_snr (B,) float32, label (B,) int64 -> v as float32."""

    name: str
    device: torch.device

    def __call__(self, x_t: Tensor, log_snr: Tensor, label: Tensor) -> Tensor: ...


class TorchEngine:
    """PyTorch, on any device; differentiable in x_t."""

    name = "PyTorch"

    def __init__(self, network: UNet, device: torch.device):
        self.network, self.device = network.to(device), device

    def __call__(self, x_t: Tensor, log_snr: Tensor, label: Tensor) -> Tensor:
        return self.network(x_t, log_snr, label)


class OnnxEngine:
    """ONNX Runtime on the CPU: at a few images, less overhead than PyTorch's dispatch.

    The graph file holds no weights; they are put in from the same safetensors file that PyTorch reads. Records no
    gradient, and refuses a tensor that asks for one. Copied, pickled or sent to another process, it opens anew.
    """

    name = "ONNX Runtime"
    device = torch.device("cpu")

    def __init__(self, state: dict[str, Tensor], graph: Path, threads: int = 0):
        if not graph.is_file():
            raise FileNotFoundError(f"{graph} is missing: restore it (git checkout assets), or export-graph it again")
        try:
            self.__setstate__((state, graph.read_bytes(), threads))
        except ImportError:
            raise
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise ValueError(f"{graph} is damaged: restore it (git checkout assets); {error}") from error

    def __getstate__(self) -> tuple[dict[str, Tensor], bytes, int]:
        return self._parts

    def __setstate__(self, parts: tuple[dict[str, Tensor], bytes, int]) -> None:
        import onnxruntime

        state, graph, threads = self._parts = parts
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or torch.get_num_threads()
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(value.numpy()) for value in state.values()]
        options.add_external_initializers(list(state), values)
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def __call__(self, x_t: Tensor, log_snr: Tensor, label: Tensor) -> Tensor:
        if torch.is_grad_enabled() and checks.derived(x_t):
            raise TypeError(
                "x_t must not require grad, since ONNX Runtime records none: "
                'load_denoiser(engine="torch") does, and torch.no_grad() asks for none'
            )
        feed = {"x_t": x_t.detach().numpy(), "log_snr": log_snr.numpy(), "label": label.numpy()}
        return torch.from_numpy(self.session.run(None, feed)[0])


class Denoiser:
    """eps(x_t, alpha_bar_t) of the trained network; `label` and `guidance` are bound with `functools.partial`.

    `log_snr_range`: the noise levels it was trained on, those of every `schedule`; `takes`: its keywords.
    """

    schedule: NoiseSchedule | None = None
    log_snr_range = (LOG_SNR_MIN, LOG_SNR_MAX)
    takes = ("label", "guidance")

    def __init__(self, engine: Engine, classes: int = NO_LABEL):
        self.engine, self.classes = engine, classes

    def __call__(
        self,
        x_t: Tensor,
        alpha_bar_t: float | Tensor,
        label: int | Tensor | None = None,
        guidance: float | Tensor = 1.0,
    ) -> Tensor:
        """eps of the shape, dtype and device of `x_t` (B, 1, 28, 28).

        `alpha_bar_t`: a float or (B,). `label`: a class 0..9, (B,) of them (10: none), or None. `guidance` w, a float
        or (B,), gives eps_none + w (eps_label - eps_none) (Ho & Salimans 2022, arXiv:2207.12598, Eq. 6 with w = 1 +
        theirs); 1 is off. Differentiable in x_t on PyTorch, also under torch.func. Raises TypeError or ValueError for
        another shape or label, for a noise level beyond the trained log-SNR range, and for a gradient that the engine
        cannot record.
        """
        n = _batch_size(x_t)
        a = noise_levels(alpha_bar_t, n, self.log_snr_range)  # (B,) float64
        labels = _labels(label, n, self.classes)
        w = _guidance(guidance, n)
        x, level = x_t.float(), log_snr(a).float()
        guided = (w != 1) & (labels != self.classes)
        if not guided.any():
            v = self._v(x, level, labels)
        else:  # eps is affine in v: guiding v guides eps
            none = torch.full_like(labels[guided], self.classes)
            both = torch.cat([x, x[guided]]), torch.cat([level, level[guided]]), torch.cat([labels, none])
            v, without = self._v(*both).split([n, len(none)])
            w = w[guided].to(v)[:, None, None, None]
            v = v.index_put((guided.to(v.device),), without + w * (v[guided] - without))
        x = wide(x_t)
        root_a, root_1_a = (p.sqrt().to(x.dtype).to(x.device)[:, None, None, None] for p in (a, 1 - a))
        return parameterization.turned(x, v.to(x.dtype).to(x.device), root_a, -root_1_a)[1].to(x_t.dtype)

    def _v(self, x: Tensor, level: Tensor, labels: Tensor) -> Tensor:
        device = self.engine.device
        return self.engine(x.to(device), level.to(device), labels.to(device))


def load_denoiser(
    device: str = "auto", engine: str = "auto", path: Path | str = weights.UNET, threads: int = 0
) -> Denoiser:
    """The trained denoiser. `device`: "auto" (CUDA, else Apple's MPS, else the CPU), "cpu", "cuda", "mps".

    `engine`: "auto" takes ONNX Runtime on the CPU where it is installed, PyTorch elsewhere; both give the same picture
    to one grey level. `threads` are ONNX Runtime's (0: as many as PyTorch has, which has one setting for the process).
    Raises FileNotFoundError or ValueError if the weights are missing or damaged.
    """
    checks.choice("engine", engine, ENGINES)
    path, threads, chosen = checks.path("path", path), checks.integer("threads", threads, 0), pick_device(device)
    state, card = weights.load(path)
    network = build(state, card, path)
    if chosen.type == "cpu" and engine != "torch" and network.config == UNetConfig():
        try:
            return Denoiser(OnnxEngine(state, weights.UNET_GRAPH, threads))
        except ImportError:
            if engine == "onnx":
                raise
    elif engine == "onnx":
        raise ValueError(f"the onnx engine runs the shipped sizes on the CPU, not {network.config} on {chosen}")
    return Denoiser(TorchEngine(network, chosen), network.config.classes)


def build(state: dict[str, Tensor], card: dict[str, Any], path: Path) -> UNet:
    """The network of the card, with the weights of `path`. Raises ValueError if they do not belong together."""
    try:
        config = UNetConfig(**card["network"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{weights.card_of(path)} does not describe a U-Net of this lab ({error})") from error
    with torch.random.fork_rng(devices=[]):  # initial weights, replaced at once, cost the caller no random numbers
        network = UNet(config)
    return weights.fit(network, state, path)


def pick_device(device: str) -> torch.device:
    """The device called `device`. Raises ValueError if it does not exist here."""
    checks.choice("device", device, ("auto", "cpu", "cuda", "mps"))
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        device = next(kind for kind, here in available.items() if here)
    if not available[device]:
        raise ValueError(f"device {device!r} is not available here; use 'auto' or 'cpu'")
    return torch.device(device)


def _batch_size(x_t: Any) -> int:
    check_state("x_t", x_t)
    if x_t.ndim != 4 or tuple(x_t.shape[1:]) != IMAGE_SHAPE:
        raise ValueError(f"x_t must have the shape (B, 1, 28, 28), got {tuple(x_t.shape)}")
    return len(x_t)


def _guidance(guidance: Any, n: int) -> Tensor:
    if not isinstance(guidance, Tensor):
        return torch.tensor(checks.real("guidance", guidance), dtype=torch.float64).expand(n)
    values = checks.array_of("guidance", guidance)
    checks.per_image("guidance", values, n)
    return torch.from_numpy(values.astype(np.float64)).expand(n)


def _labels(label: int | Tensor | None, n: int, classes: int) -> Tensor:
    labels = checks.array_of("label", classes if label is None else label, "iu", f"an integer 0..{classes - 1}")
    checks.per_image("label", labels, n)
    if ((labels < 0) | (labels > classes)).any():
        raise ValueError(f"label must lie within 0..{classes - 1} (or {classes}: none), got {labels.ravel().tolist()}")
    return torch.from_numpy(labels.astype(np.int64)).expand(n).contiguous()
