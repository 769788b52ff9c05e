"""A company's own model of requests."""

from pathlib import Path

import numpy as np
import pytest

from careworth.enrich.labels import Labeller
from careworth.enrich.own import own_labeller
from careworth.enrich.train import RequestModel, platt, train_request
from careworth.errors import FormatError, InputError

TROUBLE = [
    "the spindle wobbles",
    "purple lamp blinks",
    "the flange leaks",
    "hum from the gasket",
    "sprocket stuck",
]
CHAT = ["new spindle video", "lamp of the month", "flange art show", "gasket song", "sprocket team won"]
WORDS = [
    "again",
    "today",
    "here",
    "in leeds",
    "at noon",
    "with my brother",
    "on model five",
    "lol",
    "hi all",
    "so",
]


def tagged(number: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Trouble in a trade whose words the shipped model never saw."""
    rng = np.random.default_rng(seed)
    answer = rng.random(number) < 0.4
    texts = [
        " ".join([rng.choice(TROUBLE if yes else CHAT), *rng.choice(WORDS, 3, replace=False)])
        for yes in answer
    ]
    return texts, answer


@pytest.fixture(scope="module")
def trained() -> tuple[RequestModel, float, float]:
    texts, answer = tagged(400, 1)
    model, held_out = train_request(texts, answer)
    return model, held_out.before.macro_f1, held_out.after.macro_f1


def test_learns_the_words_of_a_trade(trained: tuple[RequestModel, float, float]) -> None:
    _, before, after = trained
    assert after > 0.9 > before


def test_labels_with_the_own_model(trained: tuple[RequestModel, float, float]) -> None:
    model = trained[0]
    texts, answer = tagged(200, 2)
    labels = Labeller.load(request=model).label(texts)
    assert (labels.request == answer).mean() > 0.9
    assert labels.models["request"] == ("ngrams-own", model.version)
    assert labels.version != Labeller.load().label(texts).version


def test_is_kept_in_a_file(trained: tuple[RequestModel, float, float], tmp_path: Path) -> None:
    model = trained[0]
    model.save(tmp_path / "own.npz")
    back = RequestModel.load(tmp_path / "own.npz")
    texts, _ = tagged(50, 3)
    one, other = (Labeller.load(request=m).label(texts).request_probability for m in (model, back))
    np.testing.assert_array_equal(one, other)
    assert back.version == model.version


def test_a_file_from_before_versions_were_kept_is_told_from_a_new_one(
    trained: tuple[RequestModel, float, float], tmp_path: Path
) -> None:
    path = tmp_path / "request.npz"
    trained[0].save(path)
    assert own_labeller(tmp_path).advice is None
    with np.load(path) as file:
        np.savez(path, **{name: file[name] for name in file.files if name != "beside"})
    advice = own_labeller(tmp_path).advice
    assert advice is not None and "an older version" in advice and "careworth train request" in advice


def test_same_input_same_model(trained: tuple[RequestModel, float, float]) -> None:
    texts, answer = tagged(400, 1)
    assert train_request(texts, answer)[0].version == trained[0].version


def test_a_repeated_text_is_not_held_out_from_itself() -> None:
    """Labels drawn by lot cannot be learned; a leak between folds would look like learning."""
    rng = np.random.default_rng(4)
    each = [" ".join(rng.choice(WORDS, 4)) + f" {chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60)]
    texts = [f"@user{k} {text} http://example.org/{k}" for k in range(5) for text in each]
    answer = np.tile(rng.random(60) < 0.5, 5)
    _, held_out = train_request(texts, answer)
    assert held_out.after.accuracy < 0.7


@pytest.mark.parametrize(("yes", "no"), [(0, 100), (39, 100), (100, 39)])
def test_too_few_tagged_messages(yes: int, no: int) -> None:
    with pytest.raises(InputError, match="only"):
        train_request(["text"] * (yes + no), [True] * yes + [False] * no)


def test_a_label_for_every_text() -> None:
    with pytest.raises(InputError, match="labels"):
        train_request(["a", "b"], [True])


@pytest.mark.parametrize("content", [b"", b"not a model"])
def test_a_file_that_is_no_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.npz"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"own\.npz"):
        RequestModel.load(path)


def test_platt_finds_slope_and_bias() -> None:
    rng = np.random.default_rng(2)
    score = rng.normal(size=20_000)
    answer = rng.random(20_000) < 1 / (1 + np.exp(-(1.7 * score - 0.6)))
    slope, bias = platt(score, answer)
    assert slope == pytest.approx(1.7, abs=0.06)
    assert bias == pytest.approx(-0.6, abs=0.05)


def test_platt_stays_finite_where_nothing_is_mixed_up() -> None:
    slope, bias = platt(np.array([-1.0] * 30 + [1.0] * 30), np.array([False] * 30 + [True] * 30))
    assert 0 < slope < 10
    assert abs(bias) < 1
