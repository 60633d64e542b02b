"""Train the judge on MNIST's training set and measure it on the test set. It never sees a generated digit."""

import argparse

import numpy as np
import torch

from ddim_lab.commands import training
from ddim_lab.model import mnist, provenance, weights
from ddim_lab.model.classifier import ROTATION, SHIFT, ZOOM, Classifier, ClassifierTask, look
from ddim_lab.model.denoiser import pick_device
from ddim_lab.model.training import TrainingConfig, TrainingRun

STEPS = 4500


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of every training run."""
    training.add_options(parser, STEPS, "runs/judge.pt", weights.CLASSIFIER.name)


def run(options: argparse.Namespace) -> None:
    """Trains the judge, measures it on the test set and writes it. Raises ValueError or OSError in words."""
    data = training.check_places(options, "weights of a judge")
    device = pick_device(options.device)
    config = TrainingConfig(
        steps=options.steps,
        batch=options.batch,
        learning_rate=3e-3,
        warmup=400,
        decay=0.8,
        ema=0.998,
        seed=options.seed,
        loss="cross-entropy",
        precision=training.precision(options.precision, device),
    )
    images, labels = mnist.load("train", options.data)
    test_images, test_labels = mnist.load("test", options.data)
    torch.manual_seed(config.seed)
    classifier = Classifier()
    task = ClassifierTask(classifier, mnist.to_signal(images), labels, device)
    job = TrainingRun(task, config, device, options.checkpoint, provenance.checksum(images, labels))
    print(f"{config.steps:,} steps of {config.batch} images on {device.type}, {config.precision}")
    training.go(job)
    weights.fit(classifier, job.ema, options.out)
    wrong = int(np.sum(look(classifier, test_images)[1] != test_labels))
    accuracy = 1 - wrong / len(test_labels)
    print(f"test accuracy {accuracy:.2%} ({wrong} of {len(test_labels):,} wrong)")
    card = {
        "network": {"width": classifier.width},
        "test_accuracy": accuracy,
        "test_images": len(test_labels),
        **training.card(job, data),
        "distortion": {"degrees": ROTATION, "zoom": ZOOM, "pixels": SHIFT},
    }
    weights.save(options.out, job.ema, card)
    training.written(options.out)
