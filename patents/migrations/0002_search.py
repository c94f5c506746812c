from django.db import migrations

from zonetrack import trigrams


class Migration(migrations.Migration):

    dependencies = [
        ("patents", "0001_initial"),
    ]

    operations = [
        trigrams.index("patents_patent", "application_no", "title_en", "title_zh"),
        trigrams.index("patents_patentholder", "outside_name"),
    ]
