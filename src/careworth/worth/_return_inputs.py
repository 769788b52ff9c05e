"""What a person states before the return on service can be worked out: A, B and C with their ranges."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from careworth.errors import FormatError, InputError, WorthError
from careworth.worth._return_lines import (
    ChannelCost,
    Failures,
    Framework,
    RequestInputs,
    Spending,
    StaffTime,
    check_names,
    check_shares,
)
from careworth.worth._return_quantity import Quantity
from careworth.worth._return_table import Table
from careworth.worth._return_toml import (
    Periods,
    read_channels,
    read_failures,
    read_framework,
    read_investment,
    read_objective,
    read_requests,
)

_FILE_KEYS = (
    "currency",
    "period",
    "requests",
    "counterfactual",
    "channels",
    "failures",
    "investment",
    "objective",
    "framework",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnInputs:
    """All that is stated: requests (A), what they would have cost elsewhere (B), the investment (C).

    Every amount of money is in ``currency``, a code of three capital letters. ``would_have_contacted`` is
    the probability, 0 to 1, that a request solved on social would otherwise have become a contact on one
    of ``channels``, whose shares add to 1.
    """

    currency: str
    requests: RequestInputs
    would_have_contacted: Quantity
    channels: tuple[ChannelCost, ...]
    investment: tuple[Spending | StaffTime, ...]
    failures: Failures | None = None
    objective: str | None = None
    framework: Framework = field(default_factory=Framework)

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise WorthError(f"currency “{self.currency}” is not a code of three letters such as EUR.")
        self.would_have_contacted.at_most(1, "would_have_contacted")
        check_names(self.channels, "channels")
        check_names(self.investment, "investment")
        check_shares(self.channels)
        self._check_failures()

    @classmethod
    def load(cls, path: Path) -> Self:
        """The inputs in the TOML file at ``path``.

        Raises InputError when it cannot be read, and what ``parse`` raises.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path} cannot be read: {error}.") from error
        return cls.parse(text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inputs in a TOML text; docs/return-on-service.md is its manual.

        Raises FormatError when it is not TOML, UnknownName for a key or a name that does not exist and
        WorthError for anything that cannot be calculated with; each names the key.
        """
        try:
            file = Table(tomllib.loads(text), "", _FILE_KEYS)
        except tomllib.TOMLDecodeError as error:
            raise FormatError(f"This is not a TOML file: {error}.") from error
        periods = Periods(file)
        counterfactual = file.table("counterfactual", ("would_have_contacted",))
        return cls(
            currency=file.text("currency"),
            requests=read_requests(file, periods),
            would_have_contacted=counterfactual.quantity("would_have_contacted"),
            channels=read_channels(file),
            investment=read_investment(file, periods),
            failures=read_failures(file),
            objective=read_objective(file),
            framework=read_framework(file),
        )

    def _check_failures(self) -> None:
        typed = self.requests.typed
        if self.failures is not None and typed is not None and typed.handled is None:
            raise WorthError(
                "Failures are a share of the requests handled on social, and requests.handled is not given.",
                hint="Say beside requests.solved how many requests were handled.",
            )
