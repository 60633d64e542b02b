"""The network: a small class-conditional U-Net for 28 x 28 digits, made for live use.

It is conditioned on the noise level (log-SNR) and not on a time index, so one set of weights serves
every noise schedule, every T and every spacing whose noise levels its training covered. It predicts

    v = sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x_0        (Salimans & Ho 2022, arXiv:2202.00512, Eq. 9)

because an eps output is divided by sqrt(alpha_bar) to obtain x_0, which multiplies its error by 157 at
t = T of the linear schedule; v is never divided by anything small. `ddim_lab.model.denoiser` turns v into eps.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

NO_LABEL = 10  # after ten classes, the eleventh: "no label given" (classifier-free guidance)
IMAGE_SHAPE = (1, 28, 28)


@dataclass(frozen=True)
class UNetConfig:
    """Sizes of the U-Net; stored beside the weights, which fit no other sizes."""

    width: int = 48  # channels at 14 x 14; twice as many at 7 x 7
    embedding: int = 192
    frequencies: int = 32
    groups: int = 8
    middle: int = 4  # blocks at 7 x 7, with self-attention between each two
    classes: int = NO_LABEL  # labels 0..classes - 1; the label `classes` means none


def _zero(*layers: nn.Module) -> None:
    for layer in layers:
        for parameter in layer.parameters():
            nn.init.zeros_(parameter)


class NoiseLevelEmbedding(nn.Module):
    """Fourier features of the log-SNR, then a two-layer perceptron."""

    frequencies: Tensor

    def __init__(self, config: UNetConfig):
        super().__init__()
        # Periods from 128 (the whole range of log-SNR fits twice) down to about 2.
        self.register_buffer(
            "frequencies",
            2 * torch.pi / 128 * 2 ** torch.linspace(0, 6, config.frequencies, dtype=torch.float32),
            persistent=False,
        )
        self.mlp = nn.Sequential(
            nn.Linear(2 * config.frequencies, config.embedding),
            nn.SiLU(),
            nn.Linear(config.embedding, config.embedding),
        )

    def forward(self, log_snr: Tensor) -> Tensor:  # (B,) -> (B, embedding)
        """Sines and cosines of the level, mixed."""
        angles = log_snr[:, None] * self.frequencies
        return self.mlp(torch.cat([angles.sin(), angles.cos()], dim=1))


class ResidualBlock(nn.Module):
    """Two convolutions; noise level and label enter as scale and shift of the second normalisation."""

    def __init__(self, c_in: int, c_out: int, config: UNetConfig):
        super().__init__()
        self.norm_1 = nn.GroupNorm(config.groups, c_in)
        self.conv_1 = nn.Conv2d(c_in, c_out, 3, padding=1)
        self.scale_shift = nn.Linear(config.embedding, 2 * c_out)
        self.norm_2 = nn.GroupNorm(config.groups, c_out)
        self.conv_2 = nn.Conv2d(c_out, c_out, 3, padding=1)
        self.skip = nn.Conv2d(c_in, c_out, 1) if c_in != c_out else nn.Identity()
        _zero(self.conv_2, self.scale_shift)  # each block starts as the identity

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:  # (B, C_in, H, W), (B, E) -> (B, C_out, H, W)
        """`x` and what the block adds to it."""
        scale, shift = self.scale_shift(embedding)[:, :, None, None].chunk(2, dim=1)
        h = self.conv_1(F.silu(self.norm_1(x)))
        h = self.conv_2(F.silu(self.norm_2(h) * (1 + scale) + shift))
        return self.skip(x) + h


class SelfAttention(nn.Module):
    """Self-attention over the 7 x 7 positions, four heads."""

    def __init__(self, channels: int, config: UNetConfig, heads: int = 4):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(config.groups, channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        _zero(self.out)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
        """`x` and what each position takes from all others."""
        channels, height, width = x.shape[1:]
        qkv = self.qkv(self.norm(x)).reshape(-1, 3, self.heads, channels // self.heads, height * width)
        q, k, v = (part.squeeze(1).transpose(-1, -2) for part in qkv.chunk(3, dim=1))  # (B, heads, H*W, C/heads)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return x + self.out(mixed.transpose(-1, -2).reshape(-1, channels, height, width))


class UNet(nn.Module):
    """(x_t, log_snr, label) -> v. Two resolutions, 14 x 14 and 7 x 7, after folding 2 x 2 pixels into channels."""

    def __init__(self, config: UNetConfig | None = None):
        super().__init__()
        self.config = config = config or UNetConfig()
        w, w2 = config.width, 2 * config.width
        self.noise_level = NoiseLevelEmbedding(config)
        self.label = nn.Embedding(config.classes + 1, config.embedding)
        self.fold, self.unfold = nn.PixelUnshuffle(2), nn.PixelShuffle(2)
        self.conv_in = nn.Conv2d(4, w, 3, padding=1)
        self.down = nn.ModuleList([ResidualBlock(w, w, config) for _ in range(2)])
        self.downsample = nn.Conv2d(w, w2, 3, stride=2, padding=1)
        self.middle = nn.ModuleList([ResidualBlock(w2, w2, config) for _ in range(config.middle)])
        self.attention = nn.ModuleList([SelfAttention(w2, config) for _ in range(config.middle - 1)])
        self.upsample = nn.Conv2d(w2, 4 * w, 1)  # then PixelShuffle: 7 x 7 -> 14 x 14
        self.up = nn.ModuleList([ResidualBlock(2 * w, w, config) for _ in range(3)])
        self.norm_out = nn.GroupNorm(config.groups, w)
        self.conv_out = nn.Conv2d(w, 4, 3, padding=1)
        _zero(self.conv_out)

    def forward(self, x_t: Tensor, log_snr: Tensor, label: Tensor) -> Tensor:
        """v for `x_t` (B, 1, 28, 28), `log_snr` (B,) and `label` (B,) in 0..classes (none)."""
        embedding = F.silu(self.noise_level(log_snr) + self.label(label))  # (B, E)
        h = self.conv_in(self.fold(x_t))  # (B, w, 14, 14)
        skips = [h]
        for block in self.down:
            h = block(h, embedding)
            skips.append(h)
        h = self.downsample(h)  # (B, 2w, 7, 7)
        for index, block in enumerate(self.middle):
            h = block(h, embedding)
            if index < len(self.attention):
                h = self.attention[index](h)
        h = self.unfold(self.upsample(h))  # (B, w, 14, 14)
        for block in self.up:
            h = block(torch.cat([h, skips.pop()], dim=1), embedding)
        return self.unfold(self.conv_out(F.silu(self.norm_out(h))))  # (B, 1, 28, 28)
