"""The simulated company and everything that is true of it: figures only, no drawing."""

from dataclasses import dataclass

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TOPICS = (
    "billing",
    "outage",
    "slow-data",
    "sim",
    "roaming",
    "number-transfer",
    "app",
    "top-up",
    "contract",
    "store",
)
LANGUAGES = ("en", "id", "it", "ur")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One network on which the company is present."""

    name: str
    account: str
    """The company's own account there."""
    share: float
    """Of the conversations that contacts begin."""
    direct: bool = False
    """Nothing on it is public, as with e-mail."""
    greets: float = 0.0
    """Share of requests that a program greets at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    signature: str
    evening: bool
    """Works the evening shift once there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A network fault that many customers write about at once; times are local."""

    name: str
    month: int
    day: int
    hour: int
    lasts_hours: float
    share: float
    """Of all conversations of the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """When people answer, from a day of the year on; local hours, whole or broken."""

    since: tuple[int, int]
    """Month and day."""
    monday_to_friday: tuple[tuple[float, float], ...]
    saturday: tuple[tuple[float, float], ...]
    sunday: tuple[tuple[float, float], ...] = ()

    def on(self, weekday: int) -> tuple[tuple[float, float], ...]:
        """The spans of a weekday, Monday being 0."""
        return (self.monday_to_friday, self.saturday, self.sunday)[max(0, weekday - 4)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who the company is and how its customers and its people behave."""

    name: str
    zone: str
    customers: int
    channels: tuple[Channel, ...]
    languages: tuple[float, ...]
    """Shares of ``LANGUAGES`` among contacts."""
    agents: tuple[Agent, ...]
    hours: tuple[OpeningHours, ...]
    """In order; the last one that has begun counts."""
    holidays: tuple[tuple[int, int], ...]
    """Month and day; nobody answers."""
    incidents: tuple[Incident, ...]

    topics: tuple[float, ...]
    """Shares of ``TOPICS`` among everyday requests."""
    growth: float = 0.35
    """How much more is written at the end of the year than in its first half."""
    post_share: float = 0.02
    """Of all conversations: those that the brand begins by publishing something."""
    replies_per_post: float = 3.0
    """Mean of a Poisson count."""
    requests_per_post: float = 0.3
    """Chance that one of the replies to a post asks for service."""
    request_share: float = 0.66
    """Of everyday conversations."""
    praise_share: float = 0.08
    chatter_share: float = 0.12
    """The rest is noise."""
    contacts_per_conversation: float = 0.6
    """Size of the pool that writes; a few of it write often."""

    answered_before: float = 0.86
    """Share of requests that a person answers, until the evening shift starts."""
    answered_after: float = 0.92
    """The same, since it started."""
    answered_incident: float = 0.72
    """The same, for what is written about an incident."""
    praise_answered: float = 0.45
    chatter_answered: float = 0.08
    first_wait_minutes: float = 22.0
    """Median wait for the first answer in open hours under ordinary load."""
    first_wait_spread: float = 0.9
    """Standard deviation of its logarithm."""
    load_power: float = 0.45
    """The wait grows with (requests of the last two open hours / their mean) to this power."""
    next_wait_minutes: float = 12.0
    """Median wait, in open hours, for every later answer."""
    customer_minutes: float = 18.0
    """Median time, while customers are awake, until a customer writes again."""
    adds_detail: float = 0.24
    """Share of answered requests whose writer adds a message before the answer."""
    nudges: float = 0.3
    """Share of unanswered requests whose writer asks again."""
    changes_agent: float = 0.15
    """Chance that the next answer comes from another agent though the first is at work."""
    handling_minutes: float = 2.8
    """Median time an agent spends on one outbound message."""
    tagged: float = 0.94
    """Share of conversations whose messages someone tagged, whatever became of them."""


KIRANA = Company(
    name="Kirana Mobile (simulated)",
    zone="Asia/Jakarta",
    customers=200_000,
    channels=(
        Channel(name="x", account="@kiranacare", share=0.50, greets=0.15),
        Channel(name="mastodon", account="@kiranacare@social.example", share=0.11),
        Channel(name="bluesky", account="@kiranacare.bsky.example", share=0.15),
        Channel(name="email", account="care@kirana.example", share=0.24, direct=True, greets=1.0),
    ),
    languages=(0.70, 0.16, 0.07, 0.07),
    agents=(
        Agent(signature="RA", evening=False),
        Agent(signature="DW", evening=False),
        Agent(signature="SN", evening=False),
        Agent(signature="BP", evening=False),
        Agent(signature="LT", evening=False),
        Agent(signature="IK", evening=False),
        Agent(signature="MY", evening=True),
        Agent(signature="FH", evening=True),
        Agent(signature="AZ", evening=True),
    ),
    hours=(
        OpeningHours(since=(1, 1), monday_to_friday=((8, 18),), saturday=((9, 17),), sunday=((10, 16),)),
        OpeningHours(since=(7, 1), monday_to_friday=((8, 22),), saturday=((9, 17),), sunday=((10, 16),)),
    ),
    holidays=((1, 1), (5, 1), (6, 1), (8, 17), (12, 25)),
    incidents=(
        Incident(name="core router", month=2, day=18, hour=18, lasts_hours=6, share=0.03),
        Incident(name="cut fibre", month=5, day=14, hour=10, lasts_hours=8, share=0.04),
        Incident(name="power failure", month=10, day=9, hour=18, lasts_hours=5, share=0.04),
    ),
    topics=(0.19, 0.09, 0.13, 0.10, 0.07, 0.07, 0.11, 0.12, 0.07, 0.05),
)
