from django.db import migrations

from zonetrack import trigrams


class Migration(migrations.Migration):

    dependencies = [
        ("enterprises", "0007_order"),
    ]

    operations = [
        trigrams.index("enterprises_title", "batch", "document_no", "subject"),
    ]
