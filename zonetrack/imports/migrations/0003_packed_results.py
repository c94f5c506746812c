from django.db import migrations

from zonetrack.imports.packed import PackedJSON


def copy(source, target):
    def run(apps, editor):
        rows = apps.get_model("imports", "Import").objects.using(editor.connection.alias)
        # One at a time: a large file's result takes some hundred megabytes while it is read.
        for key in rows.order_by("pk").values_list("pk", flat=True):
            row = rows.only(source).get(pk=key)
            setattr(row, target, getattr(row, source))
            row.save(update_fields=[target])

    return run


class Migration(migrations.Migration):

    dependencies = [
        ("imports", "0002_parks_touched"),
    ]

    operations = [
        migrations.AddField("import", "packed", PackedJSON(default=dict, editable=False)),
        migrations.RunPython(copy("result", "packed"), copy("packed", "result")),
        migrations.RemoveField("import", "result"),
        migrations.RenameField("import", "packed", "result"),
    ]
