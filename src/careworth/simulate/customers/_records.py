"""The company's records, as its books would hold them."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from careworth.simulate._company import KIRANA
from careworth.simulate.customers._after import ASSISTED, COSTS, PURCHASE_MARGIN
from careworth.simulate.customers._columns import Column, moments, named, record_table, words
from careworth.simulate.customers._drawn import Drawn
from careworth.simulate.customers._everyday import CHANGES
from careworth.simulate.customers._happenings import Happenings
from careworth.simulate.customers._people import Bools, Floats, Ints
from careworth.simulate.customers._talk import Links, Talk
from careworth.simulate.customers._troubles import STEPS
from careworth.simulate.customers._truth import REFERRED_MARGIN
from careworth.simulate.customers._world import CHANNELS, END, KINDS, PLANS, SERVICES, UNITS, Calendar

_SERVICE_MARGIN = 6.0
_SURVEYED = 5
"""One of so many answered conversations is followed by the question how it was."""


class Books:
    """Writes the tables of a company that was drawn."""

    def __init__(self, world: Drawn, said: Talk, linked: Links, calendar: Calendar) -> None:
        self.world, self.said, self.linked, self.calendar = world, said, linked, calendar
        self._ids = named("C", np.arange(1, len(world.folk) + 1))
        self._cared = world.lived.cared

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        yield "customers", self._customers()
        yield "traits", self._traits()
        yield "identities", self._identities()
        yield "care_contacts", self._care_contacts()
        yield "purchases", self._purchases()
        yield "subscriptions", self._subscriptions()
        yield "at_risk", self._at_risk()
        yield "troubles", self._troubles()
        yield "referrals", self._referrals()
        yield "surveys", self._surveys()
        yield "shares", self._shares()
        yield "process_changes", self._process_changes()

    def _who(self, people: Ints) -> pa.Array:
        return self._ids.take(pa.array(people))

    def _when(self, day: Floats) -> pa.Array:
        return moments(day, self.calendar)

    def _happened(self, found: Happenings) -> tuple[Bools, Ints, Floats]:
        """Which of them really happened, to whom and when."""
        real = found.real(self._cared)
        had = self.world.had
        return real, had.person[found.of[real]], had.at[found.of[real]] + found.day[real]

    def _sorted(self, name: str, day: Floats, **columns: Column | None) -> pa.Table:
        order = pa.array(np.argsort(day, kind="stable"))
        return record_table(name, len(day), **columns).take(order)

    def _customers(self) -> pa.Table:
        folk, won = self.world.folk, self._won()
        joined = np.concatenate([folk.joined, won[2]])
        leaves = np.concatenate([self.world.leaves, won[2] + self.world.followed.referred_stays[won[0]]])
        n, more = len(folk), len(won[2])
        return record_table(
            "customers",
            n + more,
            customer=pa.concat_arrays([self._ids, self._won_ids(more)]),
            joined_at=self._when(joined),
            left_at=self._when(leaves),
            margin_month=pa.array(np.concatenate([folk.margin, np.full(more, REFERRED_MARGIN)])),
            plan=words(PLANS, np.concatenate([folk.plan, np.zeros(more, dtype=np.int64)])),
            unit=words(UNITS, np.concatenate([folk.unit, folk.unit[won[1]]])),
            contract=pa.array(np.ones(n + more, dtype=np.bool_)),
        )

    def _won(self) -> tuple[Bools, Ints, Floats]:
        return self._happened(self.world.followed.referrals)

    def _won_ids(self, number: int) -> pa.Array:
        first = len(self.world.folk) + 1
        return named("C", np.arange(first, first + number))

    def _traits(self) -> pa.Table:
        folk = self.world.folk
        n = len(folk)
        numbers = np.concatenate([folk.age, folk.engagement])
        return record_table(
            "traits",
            2 * n,
            customer=pa.concat_arrays([self._ids, self._ids]),
            name=words(("age", "engagement"), np.repeat([0, 1], n)),
            known_at=self._when(np.concatenate([folk.joined, folk.joined])),
            number=pa.array(numbers),
        )

    def _identities(self) -> pa.Table:
        found = self.linked
        return record_table(
            "identities",
            len(found.person),
            channel=words(CHANNELS, self.world.folk.channel[found.person]),
            contact=handles(found.person),
            customer=self._who(found.customer),
            probability=pa.array(found.probability),
        )

    def _care_contacts(self) -> pa.Table:
        daily, done, had = self.world.daily, self.world.followed, self.world.had
        made = self.world.not_made[0] < 0
        contacts = done.contacts.some(np.arange(len(done.contacts)))
        real, who, day = self._happened(contacts)
        kept = self.world.not_made[1][real] < 0
        helped, helped_who, helped_day = self._happened(done.helped)
        people = (daily.requests.person[made], who[kept], daily.helped.person, helped_who)
        days = (daily.requests.day[made], day[kept], daily.helped.day, helped_day)
        sizes = [len(one) for one in people]
        assisted = len(ASSISTED)
        everyday = daily.requests.person[made] * 7 % assisted
        channel = (everyday, done.channel[real][kept], *(np.full(n, assisted) for n in sizes[2:]))
        kind = (daily.kind[made], had.kind[contacts.of[real]][kept], *(np.full(n, -1) for n in sizes[2:]))
        cost = (np.array(COSTS)[everyday], done.cost[real][kept], *(np.zeros(n) for n in sizes[2:]))
        solved = (*(np.ones(n, dtype=np.bool_) for n in sizes[:3]), done.solved[helped])
        when = np.concatenate(days)
        return self._sorted(
            "care_contacts",
            when,
            customer=self._who(np.concatenate(people)),
            channel=words((*ASSISTED, "help"), np.concatenate(channel)),
            at=self._when(when),
            kind=words(KINDS, np.concatenate(kind)),
            cost=pa.array(np.concatenate(cost)),
            solved=pa.array(np.concatenate(solved)),
        )

    def _purchases(self) -> pa.Table:
        daily = self.world.daily
        real, who, day = self._happened(self.world.followed.purchases)
        when = np.concatenate([daily.bought.day, day])
        amount = np.concatenate([daily.amount, self.world.followed.amount[real]])
        return self._sorted(
            "purchases",
            when,
            customer=self._who(np.concatenate([daily.bought.person, who])),
            at=self._when(when),
            amount=pa.array(amount),
            margin=pa.array(PURCHASE_MARGIN * amount),
        )

    def _subscriptions(self) -> pa.Table:
        daily, done = self.world.daily, self.world.followed
        real, who, day = self._happened(done.services)
        people = np.concatenate([daily.started.person, who])
        when = np.concatenate([daily.started.day, day])
        social = done.attributed[real] & self._cared[done.services.of[real]]
        before = len(daily.started)
        services = np.concatenate([daily.started.person % len(SERVICES), done.service[real]])
        margin = np.concatenate([np.full(before, _SERVICE_MARGIN), done.service_margin[real]])
        return self._sorted(
            "subscriptions",
            when,
            customer=self._who(people),
            service=words(SERVICES, services),
            started_at=self._when(when),
            ended_at=self._when(self.world.leaves[people]),
            margin_month=pa.array(margin),
            attributed=words(("social",), np.concatenate([np.full(before, -1), social.astype(int) - 1])),
        )

    def _at_risk(self) -> pa.Table:
        had = self.world.had
        rows = had.step >= 0
        return self._sorted(
            "at_risk",
            had.step_at[rows],
            customer=self._who(had.person[rows]),
            at=self._when(had.step_at[rows]),
            kind=words(STEPS, had.step[rows]),
        )

    def _troubles(self) -> pa.Table:
        had = self.world.had
        return self._sorted(
            "troubles",
            had.at,
            customer=self._who(had.person),
            at=self._when(had.at),
            kind=words(KINDS, had.kind),
            severity=pa.array(had.severity),
        )

    def _referrals(self) -> pa.Table:
        _, who, day = self._won()
        return record_table(
            "referrals",
            len(who),
            customer=self._who(who),
            referred=self._won_ids(len(who)),
            at=self._when(day),
        )

    def _surveys(self) -> pa.Table:
        had, done, said = self.world.had, self.world.followed, self.said
        score = np.where(self._cared[done.asked], done.score[1], done.score[0])
        # Who is asked after the end of the record is not in it.
        judged = np.flatnonzero(said.answered + 1 < END)[::_SURVEYED]
        n, more = len(done.asked), len(judged)
        when = np.concatenate([had.at[done.asked] + done.asked_day, said.answered[judged] + 1])
        agents = tuple(agent.signature for agent in KIRANA.agents)
        return self._sorted(
            "surveys",
            when,
            customer=self._who(np.concatenate([had.person[done.asked], said.person[judged]])),
            at=self._when(when),
            kind=words(("nps", "csat"), np.repeat([0, 1], [n, more])),
            score=pa.array(np.concatenate([score, 1 + (said.person[judged] * 7 + 3) % 5])),
            agent=words(agents, np.concatenate([np.full(n, -1), said.agent[judged]])),
        )

    def _shares(self) -> pa.Table:
        done = self.world.followed
        real, who, day = self._happened(done.posts)
        cared = self._cared[done.posts.of[real]]
        return self._sorted(
            "shares",
            day,
            customer=self._who(who),
            at=self._when(day),
            sentiment=pa.array(np.where(cared, done.sentiment[1][real], done.sentiment[0][real])),
            reach=pa.array(20.0 + who * 31 % 400),
        )

    def _process_changes(self) -> pa.Table:
        return record_table(
            "process_changes",
            len(CHANGES),
            change=pa.array([one.name for one in CHANGES]),
            at=self._when(np.array([one.day for one in CHANGES])),
            kinds=pa.array([one.kind for one in CHANGES]),
            from_social=pa.array([one.from_social for one in CHANGES]),
            title=pa.array([one.title for one in CHANGES]),
            cost=pa.array([one.cost for one in CHANGES]),
        )


def handles(person: Ints) -> pa.Array:
    """The handle of each customer; its number has nothing to do with the one in the books."""
    return named("@kirana_user_", person * 7_368_787 % 99_999_989, 8)
