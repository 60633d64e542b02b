"""The DDIM paper's own tables (Song, Meng & Ermon, arXiv:2010.02502), to stand beside the measured one."""

from ddim_lab.errata.paper import FID, SOURCE, STEPS

TABLE_1 = FID  # Fréchet distances in Inception features, by data set, row and S; only their order compares with ours
TABLE_1_SOURCE = SOURCE
TABLE_1_STEPS = STEPS
# Mean squared error of CIFAR10 test pictures on [0, 1], encoded and decoded with S steps
TABLE_2 = {10: 0.014, 20: 0.0065, 50: 0.0023, 100: 0.0009, 200: 0.0004, 500: 0.0001, 1000: 0.0001}
TABLE_2_SOURCE = "DDIM paper (arXiv:2010.02502), Table 2"


def fid(data: str, eta: float, sigma_hat: bool, S: int) -> float | None:
    """The entry of Table 1; None for a row or a column that is not kept here."""
    row = FID[data].get("hat" if sigma_hat else eta)
    return row[STEPS.index(S)] if row and S in STEPS else None
