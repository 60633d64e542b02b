"""How good generated digits are: measures, their 95 % intervals, and the floor that real test digits set.

The measured table (`python -m ddim_lab quality` writes it) is read with `load`; the paper's own is in `paper`.
Importing this package needs NumPy only.
"""

from ddim_lab.quality.table import load as load
