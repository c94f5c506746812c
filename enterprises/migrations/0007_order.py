from django.db import migrations

from zonetrack import list_orders


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0006_merging")]

    operations = [
        list_orders.index(
            "enterprises_enterprise",
            by_name_en=list_orders.names("name_en", "name_zh"),
            by_name_zh=list_orders.names("name_zh", "name_en"),
        ),
        list_orders.index(
            "enterprises_title", by_award=list_orders.newest_first("awarded_year", "awarded_on")
        ),
    ]
