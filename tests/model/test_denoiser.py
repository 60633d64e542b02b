"""The network as a denoiser: every schedule, every engine, labels and guidance, and what it refuses."""

import copy
import functools
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import onnx
import pytest
import torch

import ddim_lab as dl
from ddim_lab import spacing
from ddim_lab.model import classifier, export, mnist, weights
from ddim_lab.model.denoiser import Denoiser, OnnxEngine, TorchEngine, load_denoiser
from ddim_lab.model.network import UNetConfig
from ddim_lab.schedule import LOG_SNR_MAX, LOG_SNR_MIN
from tests import tiny

CPU = torch.device("cpu")
DEFAULT = UNetConfig()

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "unet.safetensors"
    tiny.save_random_unet(path)
    return path


@pytest.fixture(scope="module")
def small():
    return Denoiser(TorchEngine(tiny.random_unet(tiny.SMALL), CPU))


@pytest.fixture(scope="module")
def x():
    return dl.initial_noise(4, (1, 28, 28), seed=1)


class Exact:
    """An engine that knows x_0 = 0.3: what it says of v is right at every noise level."""

    name, device = "exact", CPU

    def __call__(self, x_t, level, label):
        a = level.double().sigmoid()[:, None, None, None]
        eps = (x_t - a.sqrt() * 0.3) / (1 - a).sqrt()
        return (a.sqrt() * eps - (1 - a).sqrt() * 0.3).float()


# --- noise levels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", dl.NoiseSchedule.KINDS)
def test_one_network_serves_every_level_of_every_schedule(kind):
    seen = []

    class Records(Exact):
        def __call__(self, x_t, level, label):
            seen.append(level)
            return super().__call__(x_t, level, label)

    denoiser = Denoiser(Records())
    for T in (1, 2, 3, 7, 20, 50, 100, 250, 500, 999, 1000):
        alpha_bar = torch.from_numpy(dl.NoiseSchedule.named(kind, T).alpha_bar[1:].copy())
        denoiser(torch.zeros(T, 1, 28, 28), alpha_bar)
    levels = torch.cat(seen)
    assert levels.min() >= LOG_SNR_MIN
    assert levels.max() <= LOG_SNR_MAX


@pytest.mark.slow
@pytest.mark.parametrize("kind", dl.NoiseSchedule.KINDS)
def test_the_range_covers_every_T_the_app_offers(kind):
    """Levels fall with t, so the two ends of a schedule stand for all of it."""
    denoiser, x = Denoiser(Exact()), torch.zeros(2, 1, 28, 28)
    for T in range(1, 1001):
        denoiser(x, torch.from_numpy(dl.NoiseSchedule.named(kind, T).alpha_bar[[1, -1]]))


@pytest.mark.parametrize(("end", "outwards"), [(LOG_SNR_MIN, -1), (LOG_SNR_MAX, 1)])
def test_the_range_forgives_a_rounding_and_no_more(small, x, end, outwards):
    level = [float(1 / (1 + np.exp(-(end + outwards * beyond)))) for beyond in (5e-10, 1e-8)]
    small(x, level[0])
    with pytest.raises(ValueError, match="outside the noise levels"):
        small(x, level[1])


@pytest.mark.parametrize("rule", spacing.KINDS)
def test_a_run_on_every_spacing_and_schedule(small, rule):
    for kind in dl.NoiseSchedule.KINDS:
        for T, S in ((1000, 3), (60, 4)):
            tau = spacing.named(rule, T, S)
            schedule = dl.NoiseSchedule.named(kind, T)
            last = dl.last(dl.sample(small, dl.initial_noise(1, (1, 28, 28)), schedule, tau))
            assert last.t_prev == 0


@pytest.mark.parametrize("level", [1 - 1e-7, 1e-10, 0.0, 1.0, -0.5])
def test_a_level_it_was_not_trained_on_is_named(small, x, level):
    with pytest.raises(ValueError, match=rf"alpha_bar_t = {level!r} is outside .*log-SNR -20..12"):
        small(x, level)
    with pytest.raises(ValueError, match="outside"):
        small(x, torch.tensor([0.5, 0.5, level, 0.5]))


# --- from v to eps ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [3e-9, 4e-5, 0.5, 0.9999])
def test_eps_is_the_noise_that_was_added(a):
    eps = dl.fresh_noise(4, (1, 28, 28), 1, seed=3)
    x_t = a**0.5 * torch.full_like(eps, 0.3) + (1 - a) ** 0.5 * eps
    found = Denoiser(Exact())(x_t, a)
    assert found.dtype == torch.float64
    # The network computes in float32; what it is given loses 1e-7 / sqrt(1 - a) of eps.
    assert (found - eps).abs().max() < 3e-6 / (1 - a) ** 0.5


def test_levels_may_differ_within_a_batch(small, x):
    levels = torch.tensor([1e-4, 0.1, 0.6, 0.99], dtype=torch.float64)
    together = small(x, levels, label=3)
    for row, level in enumerate(levels.tolist()):
        torch.testing.assert_close(together[row], small(x[row : row + 1], level, label=3)[0], atol=1e-5, rtol=1e-4)


# --- labels and guidance ----------------------------------------------------------------------------------------


def test_labels(small, x):
    three = small(x, 0.3, label=3)
    assert torch.equal(three, small(x, 0.3, label=torch.tensor([3, 3, 3, 3])))
    assert torch.equal(small(x, 0.3), small(x, 0.3, label=torch.full((4,), 10)))
    outputs = [small(x, 0.3, label=label) for label in (*range(10), None)]
    assert all(not torch.allclose(outputs[i], outputs[j]) for i in range(11) for j in range(i))
    mixed = small(x, 0.3, label=torch.tensor([0, 3, 10, 9]))
    for row, label in enumerate((0, 3, 10, 9)):
        torch.testing.assert_close(mixed[row], outputs[label][row], atol=1e-5, rtol=1e-4)


def test_guidance_moves_eps_along_the_difference_the_label_makes(small, x):
    label = torch.tensor([1, 2, 3, 4])
    with_label, without = small(x, 0.2, label=label), small(x, 0.2)
    for w in (0.0, 0.5, 3.0):
        wanted = without + w * (with_label - without)
        torch.testing.assert_close(small(x, 0.2, label=label, guidance=w), wanted, atol=1e-5, rtol=1e-4)
    assert torch.equal(small(x, 0.2, label=label, guidance=1.0), with_label)
    assert torch.equal(small(x, 0.2, guidance=4.0), without)  # no label: nothing to guide to


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"label": 11}, ValueError, "0..9"),
        ({"label": -1}, ValueError, "0..9"),
        ({"label": 2.0}, TypeError, "label must be an integer"),
        ({"label": True}, TypeError, "label must be an integer"),
        ({"label": torch.tensor([1, 2])}, ValueError, r"\(4,\)"),
        ({"guidance": float("nan")}, ValueError, "guidance"),
        ({"guidance": "strong"}, TypeError, "guidance"),
        ({"x_t": torch.zeros(4, 28, 28)}, ValueError, r"\(B, 1, 28, 28\)"),
        ({"x_t": np.zeros((4, 1, 28, 28))}, TypeError, "x_t must be a torch tensor"),
        ({"x_t": torch.zeros(4, 1, 28, 28, dtype=torch.int64)}, TypeError, "floating dtype.*int64"),
        ({"x_t": torch.zeros(0, 1, 28, 28)}, ValueError, "at least one image"),
        ({"label": "3"}, TypeError, "label must be an integer.*'3'"),
        ({"alpha_bar_t": "a"}, TypeError, "alpha_bar_t must be a real number.*'a'"),
        ({"alpha_bar_t": float("nan")}, ValueError, "alpha_bar_t must be finite, got nan"),
        ({"alpha_bar_t": torch.full((3,), 0.5)}, ValueError, r"\(4,\)"),
    ],
)
def test_nonsense_is_refused(small, x, arguments, error, message):
    with pytest.raises(error, match=message):
        small(**({"x_t": x, "alpha_bar_t": 0.5} | arguments))


# --- engines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "taken"), [(0, 2), (3, 3)])
def test_onnx_runtime_has_as_many_threads_as_pytorch_or_as_it_is_given(asked, taken):
    torch.set_num_threads(2)
    session = load_denoiser(device="cpu", engine="onnx", threads=asked).engine.session
    assert session.get_session_options().intra_op_num_threads == taken


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_both_engines_draw_the_same_picture(path, n, eta):
    schedule, tau = dl.NoiseSchedule.cosine(), dl.spacing.trailing(1000, 8)
    pictures = []
    for engine in ("torch", "onnx"):
        denoiser = load_denoiser("cpu", engine, path)
        assert denoiser.engine.name == {"torch": "PyTorch", "onnx": "ONNX Runtime"}[engine]
        bound = functools.partial(denoiser, label=torch.arange(n), guidance=2.0)
        last = dl.last(dl.sample(bound, dl.initial_noise(n, (1, 28, 28)), schedule, tau, eta=eta))
        pictures.append(mnist.to_grey(last.x_prev.numpy()).astype(int))
    assert np.abs(pictures[0] - pictures[1]).max() <= 1
    assert pictures[0].std() > 20  # pictures, not a constant that any two engines would agree on


def shape_of(model: onnx.ModelProto):
    """What a graph computes: its nodes, and the names and shapes of what goes in, comes out and is stored."""
    nodes = [
        (n.op_type, tuple(n.input), tuple(n.output), [a.SerializeToString() for a in n.attribute])
        for n in model.graph.node
    ]
    ends = [value.SerializeToString() for value in (*model.graph.input, *model.graph.output)]
    stored = [(t.name, tuple(t.dims), t.data_type, t.raw_data, str(t.external_data)) for t in model.graph.initializer]
    return nodes, ends, stored, [(o.domain, o.version) for o in model.opset_import]


def test_the_committed_graph_is_the_one_of_the_network():
    written = onnx.load_model_from_string(export.graph_without_weights())
    committed = onnx.load(weights.UNET_GRAPH, load_external_data=False)
    for now, then in zip(shape_of(written), shape_of(committed), strict=True):
        assert now == then
    external = {t.name for t in committed.graph.initializer if t.external_data}
    assert external == set(tiny.random_unet().state_dict())  # every weight comes from the safetensors file


def test_the_graph_computes_the_network_for_any_weights():
    for seed in (1, 2):
        network = tiny.random_unet(seed=seed)
        engine = OnnxEngine(network.state_dict(), weights.UNET_GRAPH)
        for n in (1, 3):
            x_t, level, label = torch.randn(n, 1, 28, 28), torch.linspace(-20, 12, n), torch.arange(n) + 8
            v = network(x_t, level, label)
            torch.testing.assert_close(engine(x_t, level, label), v, atol=2e-5 * float(v.abs().max()), rtol=1e-4)


# --- loading ----------------------------------------------------------------------------------------------------


def test_other_sizes_run_on_pytorch(tmp_path, x):
    path = tmp_path / "small.safetensors"
    network = tiny.save_random_unet(path, tiny.SMALL)
    denoiser = load_denoiser("cpu", path=path)
    assert denoiser.engine.name == "PyTorch"
    assert torch.equal(denoiser(x, 0.4), Denoiser(TorchEngine(network, CPU))(x, 0.4))
    with pytest.raises(ValueError, match="onnx engine runs the shipped sizes"):
        load_denoiser("cpu", "onnx", path)


def test_loading_costs_the_caller_no_random_numbers(path):
    torch.manual_seed(4)
    wanted = torch.rand(3)
    torch.manual_seed(4)
    load_denoiser("cpu", "torch", path)
    assert torch.equal(torch.rand(3), wanted)


@pytest.mark.parametrize("engine", ["auto", "torch"])
def test_unsound_files_are_errors_that_say_what_to_do(tmp_path, engine):
    with pytest.raises(FileNotFoundError, match=r"unet\.safetensors is missing.*train your own"):
        load_denoiser("cpu", engine, tmp_path / "unet.safetensors")
    path = tmp_path / "unet.safetensors"
    state = tiny.random_unet(tiny.SMALL).state_dict()
    for network, message in (
        (None, "does not describe a U-Net"),
        ({"width": 8, "depth": 3}, "does not describe a U-Net"),
        ({}, "does not fit this UNet"),
    ):
        weights.save(path, state, {} if network is None else {"network": network})
        with pytest.raises(ValueError, match=message):
            load_denoiser("cpu", engine, path)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ValueError, match="damaged"):
        load_denoiser("cpu", engine, path)


def test_an_unsound_graph(path, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "UNET_GRAPH", tmp_path / "unet.onnx")
    with pytest.raises(FileNotFoundError, match=r"unet\.onnx is missing"):
        load_denoiser("cpu", "onnx", path)
    (tmp_path / "unet.onnx").write_bytes(b"nonsense")
    with pytest.raises(ValueError, match=r"unet\.onnx is damaged"):
        load_denoiser("cpu", "onnx", path)


def test_devices_and_engines_that_do_not_exist(path):
    with pytest.raises(ValueError, match="device must be one of auto, cpu, cuda, mps, got 'tpu'"):
        load_denoiser("tpu", path=path)
    with pytest.raises(ValueError, match="engine"):
        load_denoiser("cpu", "jax", path)
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="'cuda' is not available here"):
            load_denoiser("cuda", path=path)


# --- other places, other defaults -------------------------------------------------------------------------------


def answer(denoiser, x):
    return denoiser(x, 0.5, label=3)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["torch", "onnx"])
def test_a_denoiser_can_be_copied_and_sent_to_another_process(path, x, engine):
    denoiser = load_denoiser("cpu", engine, path, threads=1)
    for twin in (copy.deepcopy(denoiser), copy.copy(denoiser), pickle.loads(pickle.dumps(denoiser))):
        assert torch.equal(answer(twin, x), answer(denoiser, x))


@pytest.mark.slow
def test_the_onnx_denoiser_goes_to_a_spawned_process(path, x):
    denoiser = load_denoiser("cpu", "onnx", path, threads=1)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        torch.testing.assert_close(pool.submit(answer, denoiser, x).result(), answer(denoiser, x))


def test_the_default_dtype_changes_no_network(path, x):
    before = answer(load_denoiser("cpu", "torch", path), x), classifier.load_classifier()(x)
    torch.set_default_dtype(torch.float64)
    try:
        after = answer(load_denoiser("cpu", "torch", path), x), classifier.load_classifier()(x)
    finally:
        torch.set_default_dtype(torch.float32)
    for one, other in zip(before, after, strict=True):
        assert torch.equal(one, other)


def test_threads_are_a_number(path):
    with pytest.raises(TypeError, match="threads must be an integer, got '2'"):
        load_denoiser("cpu", path=path, threads="2")
