from django.db import migrations

from zonetrack import list_orders


class Migration(migrations.Migration):
    dependencies = [("rd_centers", "0003_traced_history")]

    operations = [
        list_orders.index(
            "rd_centers_center",
            by_name_en=list_orders.names("name_en", "name_zh"),
            by_name_zh=list_orders.names("name_zh", "name_en"),
        ),
    ]
