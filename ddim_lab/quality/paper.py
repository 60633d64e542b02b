"""The DDIM paper's own tables (Song, Meng & Ermon, arXiv:2010.02502), to stand beside the measured one."""

from ddim_lab.errata.paper import FID, RECONSTRUCTION, SOURCE, SOURCE_2, STEPS

TABLE_1 = FID  # Fréchet distances in Inception features, by data set, row and S; only their order compares with ours
TABLE_1_SOURCE = SOURCE
TABLE_1_STEPS = STEPS
TABLE_2 = RECONSTRUCTION
TABLE_2_SOURCE = SOURCE_2


def fid(data: str, eta: float, sigma_hat: bool, S: int) -> float | None:
    """The entry of Table 1; None for a row or a column that is not kept here."""
    row = FID[data].get("hat" if sigma_hat else eta)
    return row[STEPS.index(S)] if row and S in STEPS else None
