"""The board report: what service was worth and how well customers were served, from one version of facts."""

from careworth.report.board._compose import Board, compose
from careworth.report.board._evidence import Evidence, gather

__all__ = ["Board", "Evidence", "compose", "gather"]
