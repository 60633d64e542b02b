"""Numbers of the DDIM paper that claims and our own are held against (Song, Meng & Ermon, arXiv:2010.02502).

Table 1: FID over eta and S. Table 2: what is lost when CIFAR10 test images are encoded and decoded.
"""

STEPS = (10, 20, 50, 100, 1000)  # S
SOURCE = "DDIM paper (arXiv:2010.02502), Table 1"
# FID, lower is better; rows by eta, "hat" is eta = 1 with the DDPM's larger variance; T = 1000
FID: dict[str, dict[float | str, tuple[float, ...]]] = {
    "CIFAR10": {
        0.0: (13.36, 6.84, 4.67, 4.16, 4.04),
        0.2: (14.04, 7.11, 4.77, 4.25, 4.09),
        0.5: (16.66, 8.35, 5.25, 4.46, 4.29),
        1.0: (41.07, 18.36, 8.01, 5.78, 4.73),
        "hat": (367.43, 133.37, 32.72, 9.99, 3.17),
    },
    "CelebA": {
        0.0: (17.33, 13.73, 9.17, 6.53, 3.51),
        0.2: (17.66, 14.11, 9.51, 6.79, 3.64),
        0.5: (19.86, 16.06, 11.01, 8.09, 4.28),
        1.0: (33.12, 26.03, 18.48, 13.93, 5.98),
        "hat": (299.71, 183.83, 71.71, 45.20, 3.26),
    },
}

SOURCE_2 = "DDIM paper (arXiv:2010.02502), Table 2"
# Mean squared error a pixel on [0, 1] of CIFAR10 test images, by S; explicit encoding, eta = 0, T = 1000
RECONSTRUCTION = {10: 0.014, 20: 0.0065, 50: 0.0023, 100: 0.0009, 200: 0.0004, 500: 0.0001, 1000: 0.0001}


def fid(data: str, eta: float | str, S: int) -> float:
    """The table's entry. Raises KeyError or ValueError for a row or a column it does not have."""
    return FID[data][eta][STEPS.index(S)]


def entry(data: str, eta: float, sigma_hat: bool, S: int) -> float | None:
    """`fid`, and None for a row or a column that is not kept here."""
    row = FID[data].get("hat" if sigma_hat else eta)
    return row[STEPS.index(S)] if row and S in STEPS else None
