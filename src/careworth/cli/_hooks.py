"""Which of the received hooks is to be read, and in which format."""

from collections.abc import Mapping

from careworth.errors import InputError

_FORMATS = {"meta": "meta", "x": "x-v2", "telegram": "telegram"}
"""Scheme of a hook -> the one format of what comes there. A system of the company's own may send any."""


def hook_of(said: str | None, form: str | None, bot: str | None, hooks: Mapping[str, str]) -> tuple[str, str]:
    """The hook and its format. ``hooks``: source -> scheme of those that are received.

    Raises InputError where there is no such hook, or what was said of it does not fit.
    """
    source = _named(said, hooks)
    told = _format(source, hooks[source], form)
    bots = [name for name, scheme in hooks.items() if scheme == "telegram"]
    if told == "telegram" and bot is None and len(bots) > 1:
        raise InputError(
            f"There are hooks of several bots ({', '.join(bots)}), whose messages have the same numbers.",
            hint="Say whose these are, always the same way: --bot NAME.",
        )
    return source, told


def _named(said: str | None, hooks: Mapping[str, str]) -> str:
    if not hooks:
        raise InputError(
            "No hooks are known in this folder: careworth webhooks has not been started over it.",
            hint="Start that first, with --hooks FILE.toml and the same --data.",
        )
    if said is None and len(hooks) == 1:
        return next(iter(hooks))
    if said is None or said not in hooks:
        what = "Several hooks are received" if said is None else f"There is no hook {said!r}"
        raise InputError(
            f"{what}.",
            hint=f"Name one: --hook {' or '.join(hooks)}. New ones are known once careworth webhooks runs.",
        )
    return said


def _format(source: str, scheme: str, form: str | None) -> str:
    expected = _FORMATS.get(scheme)
    told = form or expected
    if told is None:
        raise InputError(
            f"The hook {source!r} is of a system of your own, which may send any format.",
            hint="Say which one: --format NAME.",
        )
    if expected not in (None, told):
        raise InputError(
            f"The hook {source!r} has the scheme {scheme}; what comes there is in the format {expected}.",
            hint=f"Leave --format out, or say --format {expected}.",
        )
    return told
