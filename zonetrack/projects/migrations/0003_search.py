from django.db import migrations

from zonetrack import trigrams


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0002_traced_history"),
    ]

    operations = [
        trigrams.index("projects_project", "name_en", "name_zh"),
        trigrams.index("projects_application", "title_en", "title_zh"),
        trigrams.index("projects_cooperation", "name_en", "name_zh", "contract_no"),
        trigrams.index("projects_achievement", "name_en", "name_zh"),
    ]
