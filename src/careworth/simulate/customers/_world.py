"""What is true of every simulated company: figures only, no drawing."""

from dataclasses import dataclass
from datetime import UTC, datetime

KINDS = ("billing", "outage", "slow-data", "roaming", "app", "contract")
"""Of troubles and of requests."""
KIND_SHARES = (0.26, 0.18, 0.20, 0.10, 0.14, 0.12)

PLANS = ("basic", "plus", "family")
PLAN_SHARES = (0.5, 0.3, 0.2)
PLAN_MARGINS = (11.0, 17.0, 24.0)
PLAN_TROUBLES = (1.15, 0.95, 0.8)

UNITS = ("north", "east", "south", "west")
UNIT_SHARES = (0.4, 0.3, 0.2, 0.1)
UNIT_OPENS = (0.0, 0.0, 455.0, 545.0)
"""Day on which the social team of each unit begins to answer."""

CHANNELS = ("x", "mastodon", "bluesky")
CHANNEL_SHARES = (0.6, 0.2, 0.2)

SERVICES = ("tv", "cloud", "insurance", "extra-sim")

TROUBLES_FROM = 365.0
TROUBLES_UNTIL = 731.0
"""Days; troubles come within this year, and a whole year of the record lies before it."""
HORIZON = 365.0
END = TROUBLES_UNTIL + HORIZON + 35.0

BEARS_FRUIT = 8.0
"""Days after the trouble from which care changes what happens: later than any group is decided."""
IN_TIME = 7.0
"""Days after the trouble within which an answer helps; what comes later helps nobody."""
HELP_DAYS = 180.0
SAVE_DAYS = 180.0
TALK_DAYS = 90.0

MONTH = 30.4375
"""Days."""
ARMS = ("without", "with")
"""What would happen to a customer without care, and with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """What makes the truth hard to find; 0 switches each off, 1 is as built."""

    effects: float = 1.0
    """Of care, all of them; 0 makes the company in which care does nothing."""
    selection: float = 1.0
    """How much who writes on social differs from who does not."""
    late: float = 0.3
    """Share of the writers who write weeks or months after the trouble, if they are still there."""
    spill: float = 0.02
    """How much lower the risk of leaving is where all peers of the same unit are cared for."""
    wrong_links: float = 0.03
    """Share of the handles that are linked to somebody else."""
    season: float = 1.0
    """How much more troubles come in winter than in summer."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days of the simulation as moments."""

    year: int
    """The year in which the troubles come."""

    @property
    def start(self) -> datetime:
        return datetime(self.year - 1, 1, 1, tzinfo=UTC)

    @property
    def start_us(self) -> int:
        return round(self.start.timestamp()) * 1_000_000
