"""careworth listen: which source is opened for what was said."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from cli_runs import refused

from careworth.cli._hooks import hook_of
from careworth.errors import InputError
from careworth.intake.stream.inbox import INBOX, Inbox

HOOKS = {"whatsapp": "meta", "help": "telegram", "news": "telegram", "posts": "x", "shop": "own"}
UPDATE = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}


def _receiving(folder: Path, hooks: dict[str, str]) -> None:
    with closing(Inbox(folder / INBOX)) as inbox:
        inbox.know(hooks)
        inbox.put([("help", "1", json.dumps(UPDATE).encode())], 0.0)


@pytest.mark.parametrize(
    ("said", "form", "bot", "opened"),
    [
        ("whatsapp", None, None, ("whatsapp", "meta")),
        ("whatsapp", "meta", None, ("whatsapp", "meta")),
        ("help", None, "acme_help_bot", ("help", "telegram")),
        ("posts", None, None, ("posts", "x-v2")),
        ("shop", "bluesky", None, ("shop", "bluesky")),
    ],
)
def test_the_scheme_of_a_hook_tells_its_format(
    said: str, form: str | None, bot: str | None, opened: tuple[str, str]
) -> None:
    assert hook_of(said, form, bot, HOOKS) == opened


def test_the_only_hook_need_not_be_named_and_the_only_bot_neither() -> None:
    assert hook_of(None, None, None, {"help": "telegram"}) == ("help", "telegram")


@pytest.mark.parametrize(
    ("said", "form", "words"),
    [
        ("whatsap", None, "There is no hook 'whatsap'. Name one: --hook whatsapp or help"),
        (None, None, "Several hooks are received."),
        ("shop", None, "--format NAME"),
        ("whatsapp", "bluesky", "say --format meta"),
        ("help", None, "--bot NAME"),
    ],
)
def test_what_does_not_fit_a_hook_is_told(said: str | None, form: str | None, words: str) -> None:
    with pytest.raises(InputError) as told:
        hook_of(said, form, None, HOOKS)
    assert words in str(told.value)


def test_a_hook_is_known_by_what_the_receiver_was_started_with(tmp_path: Path) -> None:
    command = ("listen", "webhooks", "--brand", "acme", "--data", tmp_path)
    assert "careworth webhooks has not been started" in refused(*command, "--hook", "help")
    _receiving(tmp_path, {"help": "telegram"})
    assert "There is no hook 'hlep'" in refused(*command, "--hook", "hlep")
    _receiving(tmp_path, {"news": "telegram"})
    assert "There is no hook 'help'" in refused(*command, "--hook", "help")


def test_a_bot_is_for_telegram_only_and_has_the_name_of_a_user(tmp_path: Path) -> None:
    command = ("listen", "lines", "--brand", "acme", "--data", tmp_path)
    assert "A bot is for Telegram" in refused(*command, "--format", "x-v2", "--bot", "acme_bot")
    assert "'acme/bot' cannot be the name" in refused(*command, "--format", "telegram", "--bot", "acme/bot")
