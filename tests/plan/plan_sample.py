"""A plan in which every rule is kept, and what it takes to break one of them."""

TEXT = """
convention = "OGST"
title = "Care in 2026"
currency = "EUR"

[objectives.loyalty]
text = "Lower churn"

[objectives.praise]
text = "Be recommended"

[goals.nps]
text = "NPS of 59"
objectives = ["loyalty", "praise"]
unit = "points"
baseline = 51
baseline_on = 2026-01-01
target = 59
due = 2026-12-31
values = [{ on = 2026-02-01, value = 52.5 }]

[goals.fast]
text = "Two thirds answered within an hour"
objectives = ["loyalty"]
measure = "answered_within_1h"
channel = "x"
unit = "share"
baseline = 0.4
target = 0.66
due = 2026-12-31

[strategies.experts]
text = "Expert customers answer first"
goals = ["nps", "fast"]

[tactics.badges]
text = "Badge programme"
strategies = ["experts"]
owner = "community lead"

[components.forum]
kind = "customer_community"
purpose = "customers help each other"
owner = "Ana"
departments = ["care", "product"]
stages = ["loyalty"]
objectives = ["loyalty"]
goals = ["nps"]

[components.page]
kind = "brand_profile"
purpose = "answers in public"
owner = "Ben"
departments = ["care", "marketing"]
stages = ["research", "purchase"]
objectives = ["praise"]
goals = ["fast"]
channel = "x"
brand = "@care"

[components.ears]
kind = "listening_post"
purpose = "voice of customer"
owner = "Ana"
stages = ["research"]
objectives = ["praise"]
goals = ["nps"]

[outcomes.orders]
value = "sales"
amount = 1000.1
components = ["page", "forum"]
shares = { page = 0.7, forum = 0.3 }
units = { retail = 0.6, web = 0.4 }
direct = true
source = "order codes, March 2026"

[outcomes.leads]
value = "leads"
amount = 99
components = ["ears", "page", "forum"]
source = "CRM"
"""
