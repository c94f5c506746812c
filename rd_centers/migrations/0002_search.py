from django.db import migrations

from zonetrack import trigrams


class Migration(migrations.Migration):

    dependencies = [
        ("rd_centers", "0001_initial"),
    ]

    operations = [
        trigrams.index("rd_centers_center", "name_en", "name_zh"),
    ]
