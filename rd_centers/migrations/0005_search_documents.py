from django.db import migrations

from zonetrack import trigrams


class Migration(migrations.Migration):

    dependencies = [
        ("rd_centers", "0004_order"),
    ]

    operations = [
        trigrams.index("rd_centers_recognition", "document_no"),
    ]
