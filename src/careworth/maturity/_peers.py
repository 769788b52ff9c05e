"""Where others stand, and the company's own path: position is relative."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from careworth.errors import InputError
from careworth.maturity._items import AXES, Axis
from careworth.shapes import known, load_text, parse_toml, shaped

Points = Annotated[float, msgspec.Meta(ge=0, le=100)]


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where somebody stood on a day, in points."""

    on: date
    investment: Points
    innovation: Points


class Peer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    path: tuple[Standing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The company among its peers on one axis, at the first and the last day of its own path.

    ``rank`` 1 is the highest. ``falling_behind``: the rank fell although the own score did not, or the peers'
    median rose by more than the company.
    """

    axis: Axis
    peers: int
    rank: int | None
    rank_before: int | None
    change: float | None
    peers_change: float | None
    falling_behind: bool | None
    reason: str | None = None


def load_peers(path: Path) -> tuple[Peer, ...]:
    """``[[peers]]`` with ``name`` and ``path = [{ on = 2026-01-31, investment = 40, innovation = 55 }]``."""
    return parse_peers(load_text(path))


def parse_peers(text: str) -> tuple[Peer, ...]:
    """The same from a text. Raises InputError and UnknownName."""
    data = parse_toml(text)
    known(data, ("peers",), "line 1, the file")
    tables = data.get("peers", [])
    if not isinstance(tables, list):
        raise InputError("peers is not a list of tables.", hint="Begin each with [[peers]].")
    peers = tuple(shaped(table, Peer, text, "peers", number) for number, table in enumerate(tables))
    for peer in peers:
        if not peer.path:
            raise InputError(f"The path of {peer.name} is empty.", hint="Give at least one day.")
    return peers


def positions(own: Sequence[Standing], peers: Sequence[Peer]) -> tuple[Position, ...]:
    """One for each axis; ``own`` is the company's path, in any order."""
    path = sorted(own, key=lambda one: one.on)
    return tuple(_position(axis, path, peers) for axis in AXES)


def _position(axis: Axis, own: Sequence[Standing], peers: Sequence[Peer]) -> Position:
    if not own or not peers:
        return Position(
            axis=axis,
            peers=len(peers),
            rank=None,
            rank_before=None,
            change=None,
            peers_change=None,
            falling_behind=None,
            reason="no peers were given" if own else "the company has no score",
        )
    first, last = own[0], own[-1]
    rank = _rank(axis, last, peers)
    if first.on == last.on:
        return Position(
            axis=axis,
            peers=len(peers),
            rank=rank,
            rank_before=None,
            change=None,
            peers_change=None,
            falling_behind=None,
            reason="the company's path has one day only",
        )
    before = _rank(axis, first, peers)
    change = getattr(last, axis) - getattr(first, axis)
    peers_change = _median([_at(axis, one, last.on) - _at(axis, one, first.on) for one in peers])
    return Position(
        axis=axis,
        peers=len(peers),
        rank=rank,
        rank_before=before,
        change=change,
        peers_change=peers_change,
        falling_behind=rank > before or peers_change > max(change, 0.0),
    )


def _rank(axis: Axis, own: Standing, peers: Sequence[Peer]) -> int:
    own_points: float = getattr(own, axis)
    return 1 + sum(_at(axis, peer, own.on) > own_points for peer in peers)


def _at(axis: Axis, peer: Peer, day: date) -> float:
    """Where a peer stood on a day: as last seen by then, or else as first seen."""
    path = sorted(peer.path, key=lambda one: one.on)
    seen = [one for one in path if one.on <= day] or path[:1]
    points: float = getattr(seen[-1], axis)
    return points


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
