import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0002_standing"),
    ]

    operations = [
        migrations.CreateModel(
            name="LoyaltyFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.BigIntegerField(unique=True)),
                ("computed_at", models.DateTimeField(auto_now_add=True)),
                ("content", models.JSONField()),
            ],
            options={
                "ordering": ("-version",),
            },
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("compute", "Compute the figures"),
                    ("import", "Import conversations"),
                    ("report", "Make a report"),
                    ("loyalty", "Compute loyalty"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=32, unique=True)),
                ("size", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=254)),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="evidence",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("item", "id"),
            },
        ),
        migrations.CreateModel(
            name="PeersVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("saved_at", models.DateTimeField(auto_now_add=True)),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
    ]
