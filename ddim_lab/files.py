"""Where the shipped files are: beside the package in a checkout, inside it once it is installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
INSIDE = PACKAGE / "shipped"  # pyproject.toml puts them there in the wheel
SHIPPED = INSIDE if INSIDE.is_dir() else PACKAGE.parent
ASSETS, APP, NOTEBOOKS = SHIPPED / "assets", SHIPPED / "app.py", SHIPPED / "notebooks"
