"""Where the files that stand beside the program are: the grammar, the keyword tables, the shipped policies.

In a wheel they lie inside the package, under `shipped/`; in a checkout they are folders at its top.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped(folder: str, name: str) -> Path:
    """The path of a file that ships with the program, such as `shipped("grammar", "policy.lark")`.

    Raises `FileNotFoundError` where there is none.
    """
    inside = Path(str(files("policyctl"))) / "shipped" / folder
    if not inside.is_dir():
        inside = Path(__file__).resolve().parents[2] / folder
    path = inside / name
    if not path.exists():
        raise FileNotFoundError(f"{folder}/{name} is not part of this installation")
    return path
