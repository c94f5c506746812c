from django.db import migrations

from zonetrack import list_orders


class Migration(migrations.Migration):
    dependencies = [("patents", "0003_traced_history")]

    operations = [
        list_orders.index(
            "patents_patent", by_filing=list_orders.newest_first("filed_year", "filed_on")
        ),
    ]
