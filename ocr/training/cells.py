"""Trains the cell classifier and exports it to ONNX (needs requirements/training.txt in an environment of its own).

    python -m ocr.training.cells --samples samples.npz --out cells.onnx [--steps 16000] [--minutes M]

The loss of a digit (and of what is no character) is taken over the ten digits and "no character" alone, as a comb of
digits is read, and over all classes besides. Weights are averaged over the last steps (EMA); the temperature that
makes the probabilities honest is fitted on the samples that were kept apart, and written into the ONNX file with the
classes. The rate falls with the steps taken or the minutes gone, whichever is further on, so that a run on a busy
machine ends well when it has to end; the state is written every few hundred steps (OUT.part.pt).
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from ocr.training.network import build, varied

BATCH = 192
# What a batch is made of; "cells" (out of sheets) take part of the real share where there are any.
SHARES = {"real": 0.35, "strokes": 0.16, "hand": 0.14, "print": 0.04, "letters": 0.23, "reject": 0.08}
CELLS_SHARE = 0.08
ORIGINS = ("real", "strokes", "hand", "print", "letters", "reject", "cells")
# Letters that may be taken for a digit: they say nothing of what is no digit.
LIKE_DIGITS = "OQDILZSBGUCPロラフヲワクケコノソンリレスムタイトー"
SMOOTHING = 0.01
_KEEP_EVERY, _TELL_EVERY, _JUDGE_EVERY = 500, 250, 2500  # steps


class Data:
    """The samples as tensors, by origin."""

    def __init__(self, path: Path) -> None:
        held = np.load(path)
        self.characters = str(held["characters"]) if held["characters"].ndim == 0 else "".join(held["characters"])
        self.x = torch.from_numpy(held["x"])
        self.y = torch.from_numpy(held["y"].astype(np.int64))
        self.origin = held["origin"]
        self.calibrate = held["calibrate"]
        if len(self.characters) < int(self.y.max()) + 1:
            raise ValueError("classes and labels differ")
        self.pools = {
            name: torch.from_numpy(np.flatnonzero((self.origin == n) & ~self.calibrate))
            for n, name in enumerate(ORIGINS)
        }

    def draw(self, dice: Any) -> Any:
        """Indices of a batch."""
        shares = dict(SHARES)
        if len(self.pools["cells"]):
            shares["real"] -= CELLS_SHARE
            shares["cells"] = CELLS_SHARE
        chosen = []
        for name, share in shares.items():
            pool = self.pools[name]
            if len(pool):
                chosen.append(pool[torch.randint(len(pool), (round(share * BATCH),), generator=dice)])
        return torch.cat(chosen)


def digit_targets(y: Any, characters: str) -> Any:
    """The class among ten digits and "no character" (10); -1 for letters that look like a digit."""
    reject = len(characters) - 1
    of = torch.full((len(characters),), 10)
    of[:10] = torch.arange(10)
    for letter in LIKE_DIGITS:
        if letter in characters:
            of[characters.index(letter)] = -1
    of[reject] = 10
    return of[y]


def loss_of(logits: Any, y: Any, characters: str) -> Any:
    """Over the digits where a comb of digits could hold it, and over all classes."""
    target = digit_targets(y, characters)
    narrow = torch.cat([logits[:, :10], logits[:, -1:]], dim=1)
    weight = torch.where(target == 10, torch.where(y == len(characters) - 1, 1.0, 0.3), 1.0)
    each = functional.cross_entropy(narrow, target, ignore_index=-1, reduction="none", label_smoothing=SMOOTHING)
    among = (each * weight).sum() / len(y)
    letters = (y >= 10).float()
    every = functional.cross_entropy(logits, y, reduction="none", label_smoothing=SMOOTHING)
    return among + (every * (0.25 + 0.75 * letters)).sum() / len(y)


def train(data: Data, steps: int, seed: int, start: Path | None, rate: float, minutes: float, keep: Path) -> Any:
    """The averaged network; its state goes to `keep` now and then."""
    torch.manual_seed(seed)
    dice = torch.Generator().manual_seed(seed)
    net = build(len(data.characters)).to(memory_format=torch.channels_last)
    if start is not None:
        net.load_state_dict(torch.load(start))
    mean = {name: value.clone() for name, value in net.state_dict().items()}
    groups = [
        {"params": [p for p in net.parameters() if p.ndim > 1], "weight_decay": 0.02},
        {"params": [p for p in net.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=rate, fused=True)
    begun, run, step, done = time.monotonic(), 0.0, 0, 0.0
    net.train()
    while done < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * _share(step, done)
        chosen = data.draw(dice)
        x = varied(data.x[chosen].float().div(255).unsqueeze(1), dice).to(memory_format=torch.channels_last)
        loss = loss_of(net(x), data.y[chosen], data.characters)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        _averaged(mean, net, min(0.999, (step + 1) / (step + 10)))
        run = 0.98 * run + 0.02 * float(loss.detach())
        step += 1
        gone = time.monotonic() - begun
        done = max(step / steps, gone / 60 / minutes)
        if step % _TELL_EVERY == 0:
            _tell(f"step {step} loss {run:.4f} {BATCH * step / gone:.0f}/s done {100 * done:.0f} %")
        if step % _KEEP_EVERY == 0:
            torch.save(mean, keep)
        if step % _JUDGE_EVERY == 0:
            _judge(mean, data)
    _tell(f"{step} steps, {step * BATCH} samples, {gone / 60:.1f} minutes")
    net.load_state_dict(mean)
    return net.eval()


def _share(step: int, done: float) -> float:
    """Of the rate: up in 200 steps, then down with a cosine."""
    return min(1.0, (step + 1) / 200) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def _averaged(mean: dict[str, Any], net: Any, keep: float) -> None:
    for name, value in net.state_dict().items():
        if value.is_floating_point():
            mean[name].lerp_(value, 1 - keep)
        else:
            mean[name].copy_(value)


def _tell(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def _judge(mean: dict[str, Any], data: Data) -> None:
    """What the averaged network has right of the samples kept apart, by origin."""
    net = build(len(data.characters))
    net.load_state_dict(mean)
    net = net.eval().to(memory_format=torch.channels_last)
    kept = torch.from_numpy(np.flatnonzero(data.calibrate))
    logits = logits_of(net, data.x[kept])
    for n, name in enumerate(ORIGINS):
        of = torch.from_numpy(data.origin[kept.numpy()] == n)
        if bool(of.any()):
            right = (logits[of].argmax(1) == data.y[kept][of]).float().mean()
            _tell(f"kept apart, {name}: {100 * float(right):.2f} % of {int(of.sum())}")


def logits_of(net: Any, x: Any) -> Any:
    """Logits of pictures as stored (0-255)."""
    with torch.no_grad():
        return torch.cat([net(part.float().div(255).unsqueeze(1)) for part in x.split(512)])


def temperature(net: Any, data: Data) -> float:
    """What the logits are divided by so that the digits' probabilities are honest on the samples kept apart: the real
    ones count ten times."""
    kept = torch.from_numpy(np.flatnonzero(data.calibrate & (data.origin != ORIGINS.index("letters"))))
    logits = logits_of(net, data.x[kept])
    narrow = torch.cat([logits[:, :10], logits[:, -1:]], dim=1)
    target = digit_targets(data.y[kept], data.characters)
    weight = torch.where(torch.from_numpy(data.origin[kept.numpy()] == 0), 10.0, 1.0)
    tried = [0.4 + 0.02 * n for n in range(100)]
    costs = [
        float((functional.cross_entropy(narrow / t, target, ignore_index=-1, reduction="none") * weight).sum())
        for t in tried
    ]
    return tried[int(np.argmin(costs))]


def export(net: Any, data: Data, path: Path, heat: float, origin: str) -> None:
    """ONNX with a free batch axis, the classes and the temperature in its metadata."""
    import onnx

    torch.onnx.export(
        net.to(memory_format=torch.contiguous_format), (torch.zeros(1, 1, 28, 28),), str(path), opset_version=17,
        input_names=["cells"], output_names=["logits"], dynamic_axes={"cells": {0: "n"}, "logits": {0: "n"}},
        dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(path))
    told = {"characters": data.characters, "temperature": f"{heat:.3f}", "version": origin}
    onnx.helper.set_model_props(model, told)
    onnx.save(model, str(path))


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=16000)
    parser.add_argument("--minutes", type=float, default=math.inf, help="how long it may take")
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--version", default="cells-2", help="the name that readings carry")
    parser.add_argument("--start-from", type=Path, help="go on from the state of an earlier run")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    data = Data(options.samples)
    part = options.out.with_suffix(".part.pt")
    net = train(data, options.steps, options.seed, options.start_from, options.rate, options.minutes, part)
    torch.save(net.state_dict(), options.out.with_suffix(".pt"))
    heat = temperature(net, data)
    _judge(net.state_dict(), data)
    export(net, data, options.out, heat, options.version)
    _tell(f"temperature {heat:.2f}, {sum(p.numel() for p in net.parameters())} parameters: {options.out}")


if __name__ == "__main__":
    main()
