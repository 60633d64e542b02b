"""Where a result comes from: the machine, the libraries, the data; and Ctrl-C between two steps of a run."""

import hashlib
import platform
import signal
import threading
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray


def processor() -> str:
    """The name of the CPU, as far as the system tells."""
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Of Python and of the libraries that numbers depend on, as far as they are installed."""
    known = {"python": platform.python_version()}
    for package in ("torch", "onnxruntime", "numpy"):
        try:
            known[package] = version(package)
        except PackageNotFoundError:
            continue
    return known


def fingerprint(device: torch.device) -> dict[str, Any]:
    """What bit-for-bit repetition depends on beside the configuration of a run."""
    hardware = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return {
        "torch": str(torch.__version__),
        "device": device.type,
        "hardware": hardware,
        "processor": processor(),
        "threads": torch.get_num_threads(),
    }


def checksum(*arrays: NDArray[Any]) -> str:
    """SHA-256 of the arrays' bytes: says which data a result is about, however its files were compressed."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def best_precision(device: torch.device) -> str:
    """ "bfloat16" where hardware multiplies it faster than float32: CUDA (Ampere on), CPUs with AMX or AVX512-BF16.

    A training step of the U-Net took .66 of float32's time with AVX512-BF16 (EPYC, two cores).
    """
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    capabilities = getattr(torch.cpu, "get_capabilities", dict)()
    is_fast = any(capabilities.get(name) for name in ("amx_bf16", "avx512_bf16"))
    return "bfloat16" if device.type == "cpu" and is_fast else "float32"


class InterruptLater:
    """Within this context the first Ctrl-C only sets `wanted`; a second one interrupts at once."""

    def __init__(self) -> None:
        self.wanted = False

    def __enter__(self) -> "InterruptLater":
        self._signals = {}
        if threading.current_thread() is threading.main_thread():  # elsewhere Python sets no handlers
            for kind in (signal.SIGINT, signal.SIGTERM):
                self._signals[kind] = signal.signal(kind, self._note)
        return self

    def _note(self, kind: int, frame: FrameType | None) -> None:
        self.wanted = True
        signal.signal(kind, signal.default_int_handler)

    def __exit__(self, *_: object) -> None:
        for kind, handler in self._signals.items():
            signal.signal(kind, handler)
