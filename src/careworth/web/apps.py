"""The Django app of the pages: templates, static files, filters."""

from importlib import import_module

from django.apps import AppConfig


class Web(AppConfig):
    name = "careworth.web"
    label = "web"

    def ready(self) -> None:
        import_module(
            "careworth.web.accounts"
        )  # what it listens to can only be named when all apps are there
