from django.db import migrations

from zonetrack import trigrams


class Migration(migrations.Migration):
    """Parks and zones are found by a part of their names where there are too many to choose."""

    dependencies = [
        ("enterprises", "0009_waiting_returns"),
    ]

    operations = [
        trigrams.index("enterprises_park", "name_en", "name_zh"),
        trigrams.index("enterprises_zone", "name_en", "name_zh"),
    ]
