from django.db import migrations

from zonetrack import trigrams


class Migration(migrations.Migration):

    dependencies = [
        ("enterprises", "0002_returns_by_year"),
    ]

    operations = [
        trigrams.index("enterprises_enterprise", "name_en", "name_zh", "credit_code"),
        trigrams.index("enterprises_enterprisename", "name"),
    ]
