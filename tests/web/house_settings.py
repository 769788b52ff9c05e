"""The settings that an environment gives, without a second process."""

import os
import runpy
from importlib.util import find_spec
from typing import Any
from unittest import mock


def settings_with(**environment: str) -> dict[str, Any]:
    """Name -> value of every Django setting, as a server with these variables reads them."""
    spec = find_spec("careworth.web.settings")
    assert spec is not None and spec.origin is not None
    with mock.patch.dict(os.environ, environment):
        read = runpy.run_path(spec.origin)
    return {name: value for name, value in read.items() if name.isupper() and not name.startswith("_")}


def some_settings(names: tuple[str, ...], **environment: str) -> dict[str, Any]:
    """Those settings only whose name begins with one of ``names``."""
    return {name: value for name, value in settings_with(**environment).items() if name.startswith(names)}
