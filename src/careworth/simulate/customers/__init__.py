"""Customers, their troubles, and what care did to them: a company whose true effects are known."""

from careworth.simulate.customers._company import SimulatedCompany, simulate_company, write_company
from careworth.simulate.customers._world import Difficulty

__all__ = ["Difficulty", "SimulatedCompany", "simulate_company", "write_company"]
