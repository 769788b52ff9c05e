"""The models of this release come from their training script and the data allowed for it, bit for bit."""

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import scipy

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/train_labels.py"
WHOLE = os.environ.get("CAREWORTH_TEST_TRAINING") == "1"


@pytest.fixture(scope="module")
def shipped() -> dict[str, np.ndarray]:
    with resources.files("careworth.enrich").joinpath("models/labels.npz").open("rb") as file:
        return dict(np.load(file, allow_pickle=False))


def made_again(data: Path, folder: Path, *options: str) -> dict[str, np.ndarray]:
    made = folder / "labels.npz"
    command = [sys.executable, str(SCRIPT), str(data), "--out", str(made), *options]
    subprocess.run(command, check=True, capture_output=True)
    return dict(np.load(made, allow_pickle=False))


def skip_elsewhere(shipped: dict[str, np.ndarray]) -> None:
    made_with = json.loads(str(shipped["about"]))["made_with"]
    here = {"numpy": np.__version__, "scipy": scipy.__version__}
    if here != made_with:
        pytest.skip(f"the models were made with {made_with}, here are {here}: last bits may differ")


def test_one_head_comes_out_the_same(
    shared_data: Path, shipped: dict[str, np.ndarray], tmp_path: Path
) -> None:
    """The smallest head, because the whole takes a minute (CAREWORTH_TEST_TRAINING=1 makes it all)."""
    skip_elsewhere(shipped)
    made = made_again(shared_data, tmp_path, "--only", "marketing")
    place = json.loads(str(shipped["about"]))["meaning"].index("marketing")
    assert np.count_nonzero(made["meaning_weights"]) > 10_000
    for part in ("weights", "slope", "bias"):
        np.testing.assert_array_equal(
            made[f"meaning_{part}"][..., 0], shipped[f"meaning_{part}"][..., place], err_msg=part
        )


@pytest.mark.skipif(not WHOLE, reason="takes minutes: set CAREWORTH_TEST_TRAINING=1")
def test_the_whole_file_comes_out_the_same(
    shared_data: Path, shipped: dict[str, np.ndarray], tmp_path: Path
) -> None:
    skip_elsewhere(shipped)
    made = made_again(shared_data, tmp_path)
    assert set(made) == set(shipped)
    for name, array in made.items():
        np.testing.assert_array_equal(array, shipped[name], err_msg=name)
