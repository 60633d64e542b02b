"""The tasks on a Ray cluster: whichever machine is free takes the next one.

A worker or a machine may die at any time. Ray then runs the task that it held somewhere else, and since a task depends
on nothing but itself and the set-up, its result is the same; a result is taken once, where its task was handed out.
"""

import dataclasses
import os
from collections.abc import Sequence
from typing import Any

from ddim_lab.files import ASSETS
from ddim_lab.quality.executors import Done
from ddim_lab.quality.plan import Task
from ddim_lab.quality.worker import THREADS, Setup, compute

NOT_SENT = [".git", ".venv", "runs", "data", "notebooks", "tests"]  # of the project's folder, to the other machines


ENVIRONMENT: dict[str, Any] = {"env_vars": THREADS}  # of the workers


def over_ray(address: str, setup: Setup, tasks: Sequence[Task]) -> Done:
    """Does the tasks on the cluster at `address` ("local" starts one here), one core, or one GPU, a task.

    Raises ImportError if Ray is not installed, OSError if no cluster answers.
    """
    ray = _ray()
    started = not ray.is_initialized()
    if started:
        _connect(ray, address)
    try:
        need: dict[str, Any] = {"num_cpus": 1, "num_gpus": 1 if setup.device == "cuda" else 0}
        remote = ray.remote(max_retries=-1, **need)(compute)  # a task that raises is not repeated, a lost one always
        sent = ray.put(dataclasses.replace(setup, scratch=None))  # a folder of this machine, if the cluster is another
        waiting = {remote.remote(sent, task): task for task in tasks}
        while waiting:
            [done], _ = ray.wait(list(waiting), num_returns=1)
            yield waiting.pop(done), ray.get(done)
    finally:
        if started:
            ray.shutdown()  # ends what still runs


def _ray() -> Any:
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # leave CUDA_VISIBLE_DEVICES as it is
    try:
        import ray
    except ImportError as error:
        raise ImportError("--ray needs Ray, which is not installed here: pip install ray==2.60.0") from error
    return ray


def _connect(ray: Any, address: str) -> None:
    environment = dict(ENVIRONMENT)
    if address != "local":
        environment |= {"working_dir": str(ASSETS.parent), "excludes": NOT_SENT}
    try:
        ray.init(address, runtime_env=environment, log_to_driver=False, include_dashboard=False, logging_level="error")
    except Exception as error:  # what Ray raises here shares no base class
        raise OSError(f"no Ray cluster at {address!r} ({error}); a busy machine may need a second try") from error
