"""The Django app of the desk."""

from django.apps import AppConfig


class Desk(AppConfig):
    name = "careworth.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
