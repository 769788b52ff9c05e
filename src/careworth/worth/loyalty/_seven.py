"""The measures that compare customers beside retention: M2 to M6."""

import numpy as np

from careworth.worth.loyalty._cohort import Bools
from careworth.worth.loyalty._measure import LoyaltyMeasure, few, lacking
from careworth.worth.loyalty._outcomes import HELP_DAYS, SAVE_DAYS, TALK_DAYS
from careworth.worth.loyalty._study import Study
from careworth.worth.loyalty._words import money, of_each, of_hundred


def operating_cost(study: Study) -> LoyaltyMeasure:
    """M2: contacts in the other channels, and what they cost. Care can raise them."""
    name, title = "m2_operating_cost", "Operating cost"
    if "contacts" not in study.outcomes:
        return lacking(name, title, "care_contacts")
    contacts = study.headline(
        "contacts_per_customer", "assisted contacts in other channels", "count", "contacts"
    )
    words = of_each(
        contacts,
        "more contacts in other channels a customer",
        "fewer contacts in other channels a customer",
    )
    if "contact cost" not in study.outcomes:
        words += " What a contact costs is not in the records, so the saving is not known."
        return LoyaltyMeasure(name=name, title=title, words=words, findings=(contacts,))
    saving = study.finding("money_per_customer", "cost of contacts avoided", "money", "contact saving")
    words += " " + money(saving, "a saving of", "an extra cost of")
    if saving.effect.high is not None and saving.effect.high < 0:
        words += " Customers who are cared for ask more: this measure is negative."
    return LoyaltyMeasure(name=name, title=title, words=words, findings=(contacts, saving))


def self_help(study: Study) -> LoyaltyMeasure:
    """M3: visits to the help pages, and issues solved there."""
    name, title = "m3_self_help", "Self-help"
    if "help visit" not in study.outcomes:
        why = "The table 'care_contacts' with visits to the help pages (channel 'help') is missing"
        return lacking(name, title, why=why)
    visits = study.headline("visit_share", f"share who use help in {HELP_DAYS} days", "share", "help visit")
    solved = study.finding("solved_per_customer", "issues solved alone", "count", "solved alone")
    more, fewer = "more of 100 use the help pages", "fewer of 100 use the help pages"
    return LoyaltyMeasure(
        name=name, title=title, words=of_hundred(visits, more, fewer), findings=(visits, solved)
    )


def saves(study: Study | None) -> LoyaltyMeasure:
    """M4: customers who took a step towards leaving, and stayed. ``study``: of such steps."""
    name, title = "m4_saves", "Saved customers"
    if study is None:
        return lacking(name, title, "at_risk")
    if study.cohort.at_will.any():
        # Nobody sees them leave: they would all count as saved.
        study = study.where(~study.cohort.at_will)
    if not study.comparable:
        return few(name, title, study)
    saved = study.headline("save_share", f"share who stay for {SAVE_DAYS} days", "share", "stayed")
    words = of_hundred(saved, "more of 100 customers at risk stay", "fewer of 100 customers at risk stay")
    findings = [saved]
    if "margin" in study.outcomes:
        worth = study.finding("money_per_customer", "margin of the time they stay", "money", "margin")
        findings.append(worth)
        words += " " + money(worth, "worth", "a loss of") + " It is part of retention and not added to it."
    counts = {"saved": saved.total[1]} if saved.total is not None else {}
    return LoyaltyMeasure(name=name, title=title, words=words, findings=tuple(findings), counts=counts)


def rants_and_raves(study: Study) -> LoyaltyMeasure:
    """M5: who talks about the company in public, in what mood, and who recommends it."""
    name, title = "m5_rants", "Rants and raves"
    findings, words, counts = [], [], {}
    if "posted" in study.outcomes:
        text = f"share who post about it within {TALK_DAYS} days"
        posted = study.headline("share_rate", text, "share", "posted")
        findings.append(posted)
        words.append(of_hundred(posted, "more of 100 post about it", "fewer of 100 post about it"))
        posters = study.where(_rows(study, "posted"))
        counts["reach"] = float(study.outcomes["reach"][study.exposed].sum())
        if posters.comparable:
            findings.append(
                posters.finding("negative_share", "negative share of their posts", "share", "negative share")
            )
    if "recommends" in study.outcomes:
        asked = study.where(_rows(study, "answered survey"))
        if asked.comparable:
            likely = asked.headline("recommend_share", "share who would recommend it", "share", "recommends")
            findings.append(likely)
            words.append(of_hundred(likely, "more of 100 would recommend it", "fewer would recommend it"))
    if not findings:
        return lacking(name, title, "shares", "surveys")
    return LoyaltyMeasure(
        name=name, title=title, words=" ".join(words), findings=tuple(findings), counts=counts
    )


def _rows(study: Study, outcome: str) -> Bools:
    """(n,) episodes of the cohort with this outcome."""
    return np.asarray(study.all_outcomes[outcome] > 0, dtype=np.bool_)


def cross_sell(study: Study) -> LoyaltyMeasure:
    """M6: additional services because of care, and, apart from them, those that name social as the source."""
    name, title = "m6_cross_sell", "Cross-sell"
    if "service" not in study.outcomes:
        return lacking(name, title, "subscriptions")
    bought = study.headline("bought_share", "share who start a service", "share", "service")
    worth = study.finding("money_per_customer", "margin of services started", "money", "service margin")
    attributed = float(study.outcomes["attributed"][study.exposed].sum())
    words = (
        of_hundred(bought, "more of 100 start a service", "fewer of 100 start a service")
        + " "
        + money(worth, "worth", "a loss of")
        + f" {attributed:,.0f} services name social as their source: these are attributed sales, counted "
        "apart, of which some would have been made anyway."
    )
    return LoyaltyMeasure(
        name=name,
        title=title,
        words=words,
        findings=(bought, worth),
        counts={"attributed_sales": attributed},
    )
