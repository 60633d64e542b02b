"""Write assets/MODEL_CARD.md from the weights' cards and the evaluation, so that no number is typed twice."""

import argparse
import json
from pathlib import Path
from typing import Any, TypeGuard, cast

from ddim_lab import files

Card = dict[str, Any]
LICENCE = "The code and these weights are under the MIT licence."
TERMS = """MNIST itself is not here: who trains or measures
downloads it, under its own terms. Yann LeCun and Corinna Cortes hold the copyright of MNIST, a derivative work of
NIST's Special Databases 1 and 3; it is made available under the Creative Commons licence BY-SA 3.0, and asks to be
cited as LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document recognition"."""
MNIST, OTHER_TERMS = "MNIST", "The data are not here, and have terms of their own."
TRAINING_SET = ", training set"  # behind the name of the data in a card
CARDS = ("unet.json", "judge.json", "evaluation.json", "tried.json")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The folder that holds the cards."""
    parser.add_argument("--assets", type=Path, default=files.ASSETS, help="folder of the cards (default: assets)")


def run(options: argparse.Namespace) -> None:
    """Writes the model card and says where."""
    if not any((options.assets / name).is_file() for name in CARDS):
        raise ValueError(f"--assets must be a folder that holds {' or '.join(CARDS)}, got {options.assets.absolute()}")
    print(f"wrote {write(options.assets)}")


def write(assets: Path = files.ASSETS) -> Path:
    """Renders the cards in `assets` into its MODEL_CARD.md; returns that path."""
    path = assets / "MODEL_CARD.md"
    files.write(path, render(*(_read(assets / name) for name in CARDS)).encode())
    return path


def _read(path: Path) -> Card | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def render(unet: Card | None, judge: Card | None, evaluation: Card | None, tried: Card | None = None) -> str:
    """The model card (Markdown). A part whose file is missing says so; what was `tried` is told of its weights only."""
    parts = [
        "# Model card\n\nWritten by `python -m ddim_lab model-card` from the JSON files beside it. Do not edit.",
        "## The U-Net\n\n" + (_unet(unet) if _whole(unet) else "Not trained yet: `python -m ddim_lab train`."),
        "## The judge\n\n" + (_judge(judge) if _whole(judge) else "Not trained yet: run `train-classifier`."),
        "## Measured quality\n\n" + _quality(unet, judge, evaluation),
    ]
    parts.append(f"## Terms\n\n{LICENCE} {TERMS if _data(unet) == MNIST else OTHER_TERMS}")
    if tried and unet and tried["weights"] == unet["sha256"]:
        attempts = "\n".join(f"- {attempt}" for attempt in tried["tried"])
        parts.append(f"## What falls short, and what was tried\n\n{tried['short']}\n\n{attempts}")
    return "\n\n".join(parts) + "\n"


def _data(card: Card | None) -> str:
    """The data that the card names, MNIST where there is none."""
    return str((card or {}).get("data", {}).get("name", MNIST)).removesuffix(TRAINING_SET)


def _whole(card: Card | None) -> TypeGuard[Card]:
    """Whether this is the card of a training run (weights of another origin may have a shorter one)."""
    return card is not None and {"training", "loss_curve"} <= set(card)


def _unet(card: Card) -> str:
    levels = card["noise_levels"]
    shares = ", ".join(f"{share:.0%} {source}" for source, share in levels["shares"].items())
    low, high = levels["log_snr"]
    sizes = ", ".join(f"{name} {value}" for name, value in card["network"].items())
    data = _data(card)
    draws = "MNIST-like digits" if data == MNIST else f"pictures like those of {data}"
    return f"""Draws {draws}, 28 x 28, of a class asked for or of none (classifier-free guidance). Made to
learn the DDIM sampler with; it knows nothing but {data}. It is told the noise level as log-SNR, {low:g} to {high:g},
and predicts v.

| | |
|---|---|
| file | `unet.safetensors`, {card["parameters"]:,} parameters, SHA-256 `{card["sha256"]}` |
| sizes | {sizes} |
{_training(card)}
| noise levels | {shares} (t uniform on the linear and cosine schedules; the rest uniform in log-SNR) |

{_curve(card)}"""


def _judge(card: Card) -> str:
    bend = card["distortion"]
    wrong = round((1 - card["test_accuracy"]) * card["test_images"])
    return f"""A convolutional classifier of real digits that never saw a generated one. It measures the U-Net: which
digit a picture shows, and, by the features before its last layer, how far generated digits are from real ones.

| | |
|---|---|
| file | `judge.safetensors`, {card["parameters"]:,} parameters, SHA-256 `{card["sha256"]}` |
| test set | {card["test_accuracy"]:.2%} of {card["test_images"]:,} right ({wrong} wrong); the test set chose nothing |
{_training(card)}
| distortion | up to {bend["degrees"]:g} degrees, {bend["zoom"]:.0%} in size, {bend["pixels"]:g} pixels |

{_curve(card)}"""


def _training(card: Card) -> str:
    data, run, hardware = card["data"], card["training"], card["hardware"]
    skipped = ("steps", "batch", "seed", "loss", "precision", "stages", "optimizer")
    muon = run.get("optimizer") == "muon"
    stages = run.get("stages", [run["steps"]])
    ends = ", ".join(f"{end:,}" for end in stages[:-1])
    how = f" (finished at {ends}, then prolonged)" if ends else ""
    rates = {name: value for name, value in run.items() if name not in skipped and value is not None}
    if not muon:
        rates.pop("matrix_rate", None)
    rest = ", ".join(f"{name} {value:g}" for name, value in rates.items())
    threads = f", {hardware['threads']} threads" if hardware["device"] == "cpu" else ""
    machine = hardware["processor"] if hardware["device"] == "cpu" else hardware["hardware"]
    rows = {
        "data": f"{data['name']}, {data['images']:,} images (SHA-256 of the bytes `{data['sha256'][:16]}...`)",
        "run": f"{run['steps']:,} steps of {run['batch']}{how}, loss {run['loss']}, {run['precision']}, "
        f"seed {run['seed']}",
        "optimiser": f"{'Muon for the inner matrices, AdamW for the rest' if muon else 'AdamW'}; {rest}",
        "hardware": f"{machine}{threads}, torch {hardware['torch']}",
        "time": f"{card['seconds'] / 60:.0f} minutes",
    }
    return "\n".join(f"| {name} | {value} |" for name, value in rows.items())


def _curve(card: Card) -> str:
    """About ten points of the loss curve; the JSON card has up to a hundred."""
    curve = card["loss_curve"]
    chosen = curve[len(curve) - 1 :: -max(1, len(curve) // 10)][::-1]
    steps = " | ".join(f"{step:,}" for step, _ in chosen)
    losses = " | ".join(f"{loss:.4f}" for _, loss in chosen)
    return f"| step | {steps} |\n|---{'|---' * len(chosen)}|\n| loss | {losses} |"


def _quality(unet: Card | None, judge: Card | None, evaluation: Card | None) -> str:
    again = "`python -m ddim_lab evaluate`"
    if evaluation is None:
        return f"Not measured yet: {again}."
    for name, card in (("weights", unet), ("judge", judge)):
        if card is None or card["sha256"] != evaluation[name]:
            return f"The evaluation beside this card is of other files ({name}): run {again} anew."
    where, versions = evaluation["hardware"], evaluation["versions"]
    sampling, elsewhere = evaluation["sampling"], _elsewhere(evaluation)
    train, test = cast(Card, judge)["data"]["images"], evaluation["floor"]["n"]
    return f"""{results(evaluation)}

In brackets: 95 % bootstrap intervals, the distance's without the bias that drawing again brings (it grows with it).
**Right**: the judge sees the digit asked for. **Frechet distance**: between the Gaussians of the judge's 128 features
of these pictures and of the {train:,} training images, every digit weighed alike; it is no FID and compares with
nothing outside this lab. It grows as the pictures get fewer, so two columns set it against real test images, all
{test:,} and as many as were generated (mean of random subsets). **Variance**: of the pixels among the digits of one
class, over the same of the training images; behind it the class that has least.

Digits {sampling["digits"]}, spacing {sampling["spacing"]}, guidance {sampling["guidance"]}, seed {sampling["seed"]};
{evaluation["engine"]} on {where["device"]} ({where["processor"]}),
{", ".join(f"{name} {version}" for name, version in versions.items())};
{evaluation["seconds"] / 60:.0f} minutes.{elsewhere}"""


def _elsewhere(evaluation: Card) -> str:
    """Which rows were measured on another machine than the rest."""
    rows = [
        f"{cell['schedule']}, S {cell['S']}, eta {cell['eta']:g} on {cell['hardware']['processor']}"
        for cell in evaluation["cells"]
        if "hardware" in cell
    ]
    return f"\nMeasured later, on another machine: {'; '.join(rows)}." if rows else ""


def results(evaluation: Card) -> str:
    """The table of all cells (Markdown), the real test images first."""
    floor = evaluation["floor"]
    rows = [
        "| schedule | T | S | eta | digits | right | Frechet distance | / 10,000 real | / as many real | variance |",
        "|---|---|---|---|---|---|---|---|---|---|",
        f"| real test images | | | | {floor['n']:,} | {_share(floor['accuracy'])} | {_number(floor['frechet'])} "
        f"| 1 | 1 | {_variance(floor)} |",
    ]
    for cell in evaluation["cells"]:
        distance = cell["frechet"]["value"]
        rows.append(
            f"| {cell['schedule']} | {cell['T']} | {cell['S']} | {cell['eta']:g} | {cell['n']:,} "
            f"| {_share(cell['accuracy'])} | {_number(cell['frechet'])} | {distance / floor['frechet']['value']:.2f} "
            f"| {distance / cell['frechet_floor_at_n']:.2f} | {_variance(cell)} |"
        )
    return "\n".join(rows)


def _share(measure: Card) -> str:
    return f"{measure['value']:.2%} [{100 * measure['low']:.2f}, {100 * measure['high']:.2f}]"


def _number(measure: Card) -> str:
    return f"{measure['value']:.3g} [{measure['low']:.3g}, {measure['high']:.3g}]"


def _variance(cell: Card) -> str:
    by_digit = [entry["value"] for entry in cell["variance_ratio_by_digit"]]
    least = min(range(10), key=by_digit.__getitem__)
    ratio = cell["variance_ratio"]
    return f"{ratio['value']:.3f} [{ratio['low']:.3f}, {ratio['high']:.3f}] ({least}: {by_digit[least]:.3f})"
