"""A company whose truth is known: data for demonstrations and for tests of measures.

Everything that comes from here is simulated and says so.
"""

from careworth.simulate._truth import PeriodTruth, YearTruth
from careworth.simulate._year import CareYear, simulate_care_year
from careworth.simulate.customers import Difficulty, SimulatedCompany, simulate_company, write_company

__all__ = [
    "CareYear",
    "Difficulty",
    "PeriodTruth",
    "SimulatedCompany",
    "YearTruth",
    "simulate_care_year",
    "simulate_company",
    "write_company",
]
