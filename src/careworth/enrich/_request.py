"""A company's own model of requests: what it adds to the shipped one. Scoring needs no scipy."""

from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from careworth.enrich._grams import PLACES, Floats, Grams, summed
from careworth.enrich.quality import Measured, Quality
from careworth.errors import FormatError


@dataclass(frozen=True, slots=True)
class RequestModel:
    """A correction of the shipped log odds of a request."""

    version: str
    place: npt.NDArray[np.int32]
    weight: Floats
    slope: float
    """Of the shipped log odds."""
    bias: float
    errors: Measured
    """On tagged messages that were held out."""
    beside: str = ""
    """Version of the shipped models whose log odds it corrects; empty in files that did not keep it."""

    def log_odds(self, grams: Grams, shipped: Floats) -> Floats:
        """Own log odds of a request for texts with these n-grams and these shipped log odds."""
        table = np.zeros((PLACES, 1), np.float32)
        table[self.place, 0] = self.weight
        own: Floats = summed(grams, table)[:, 0] + np.float32(self.slope) * shipped + np.float32(self.bias)
        return own

    def save(self, path: Path) -> None:
        """As a small npz without pickle. It holds hashed weights and no text."""
        np.savez_compressed(
            path,
            version=np.array(self.version),
            beside=np.array(self.beside),
            place=self.place,
            weight=self.weight,
            line=np.array([self.slope, self.bias]),
            measured_on=np.array(self.errors.measured_on),
            errors=np.array(astuple(self.errors.quality)),
        )

    @classmethod
    def load(cls, path: Path) -> "RequestModel":
        """Raises FormatError when the file is not such a model."""
        try:
            with np.load(path, allow_pickle=False) as file:
                slope, bias = file["line"].tolist()
                errors = Measured(Quality(*file["errors"].tolist()), str(file["measured_on"]))
                beside = str(file["beside"]) if "beside" in file else ""
                return cls(str(file["version"]), file["place"], file["weight"], slope, bias, errors, beside)
        except (OSError, EOFError, KeyError, TypeError, ValueError) as error:
            raise FormatError(
                f"{path.name} is not a model of requests: {error}.",
                hint="Train one from tagged conversations.",
            ) from error
