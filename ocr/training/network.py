"""The classifier's network and what is done to its samples while it learns (torch; never imported by the product)."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

SIDE = 28


def build(classes: int) -> Any:
    """A small convolutional network: 28 x 28 in, one logit a class out. The first layer sees blocks of 2 x 2 px, so
    that most of the work is done on 14 x 14 and 7 x 7 places: half the time of one that begins on 28 x 28, no worse."""
    return nn.Sequential(
        nn.PixelUnshuffle(2), *_block(4, 32), *_block(32, 32), *_block(32, 64, 2), *_block(64, 64),
        nn.Conv2d(64, 96, 3, bias=False), nn.BatchNorm2d(96), nn.ReLU(),
        nn.Flatten(), nn.Dropout(0.25), nn.Linear(96 * 25, 112), nn.ReLU(), nn.Linear(112, classes),
    )  # fmt: skip


def _block(inward: int, outward: int, stride: int = 1) -> tuple[Any, ...]:
    return nn.Conv2d(inward, outward, 3, stride, 1, bias=False), nn.BatchNorm2d(outward), nn.ReLU()


def varied(x: Any, dice: Any) -> Any:
    """The pictures (n x 1 x 28 x 28) turned, sheared, stretched, bent, thickened, blurred and grained by chance."""
    n = len(x)

    def normal(size: float, *shape: int) -> Any:
        return torch.randn(n, *shape, generator=dice) * size

    angle, shear = normal(0.13), normal(0.19)
    wide, tall = torch.exp(normal(0.12)), torch.exp(normal(0.07))
    cos, sin = torch.cos(angle), torch.sin(angle)
    theta = torch.stack([
        torch.stack([cos * wide, -sin + shear, normal(0.055)], dim=1),
        torch.stack([sin, cos * tall, normal(0.055)], dim=1),
    ], dim=1)  # fmt: skip
    grid = functional.affine_grid(theta, [n, 1, SIDE, SIDE], align_corners=False)
    strength = torch.rand(n, 1, 1, 1, generator=dice) * 0.15
    bend = (
        functional.interpolate(normal(1.0, 2, 5, 5), size=(SIDE, SIDE), mode="bicubic", align_corners=True) * strength
    )
    x = functional.grid_sample(x, grid + bend.permute(0, 2, 3, 1), align_corners=False)
    how = torch.rand(n, 1, 1, 1, generator=dice)
    mix = torch.rand(n, 1, 1, 1, generator=dice)
    thick, thin = functional.max_pool2d(x, 3, 1, 1), -functional.max_pool2d(-x, 3, 1, 1)
    soft = functional.avg_pool2d(x, 3, 1, 1)
    x = torch.where(how < 0.22, x + mix * (thick - x), x)
    x = torch.where((how > 0.22) & (how < 0.36), x + 0.7 * mix * (thin - x), x)
    x = torch.where((how > 0.36) & (how < 0.5), x + mix * (soft - x), x)
    x = x * (0.75 + 0.4 * torch.rand(n, 1, 1, 1, generator=dice))
    grain = torch.rand(n, 1, 1, 1, generator=dice) * 0.07
    x = torch.where(how > 0.8, x + torch.randn(x.shape, generator=dice) * grain, x)
    return x.clamp(0, 1)
