"""The largest tables, as the database itself knows them; nothing is counted row by row."""

from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import gettext as _

SHOWN = 10

POSTGRESQL = """
SELECT relname, GREATEST(reltuples, 0)::bigint, pg_total_relation_size(pg_class.oid)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname = ANY (current_schemas(false))
ORDER BY 3 DESC, 1 LIMIT %s
"""


@dataclass(frozen=True)
class Table:
    """`rows`: about so many on PostgreSQL, at most so many on SQLite. `size` in bytes, with
    indexes; None on SQLite, which knows only that of the whole file."""

    name: str
    rows: int
    size: int | None

    @property
    def title(self) -> str:
        """What is kept there, in the reader's words; the name itself where no model has it."""
        models = apps.get_models(include_auto_created=True)
        found = [model for model in models if model._meta.db_table == self.name]
        return title_of(found[0]) if found else self.name


def title_of(model) -> str:
    kept = getattr(model, "instance_type", None)
    if kept:
        return _("%(register)s: history") % {"register": title_of(kept)}
    if model._meta.auto_created:
        ends = (field.related_model for field in model._meta.fields if field.is_relation)
        return " – ".join(map(title_of, ends))
    return str(capfirst(model._meta.verbose_name_plural))


def largest() -> list[Table]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL, [SHOWN])
            return [Table(*row) for row in cursor.fetchall()]
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        each = (f"SELECT '{name}', MAX(rowid) FROM {quoted(name)}" for name in names)  # noqa: S608
        cursor.execute(" UNION ALL ".join(each))
        rows = [(name, last or 0) for name, last in cursor.fetchall()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return [Table(name, last, None) for name, last in rows[:SHOWN] if last]


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def of_database() -> int:
    """Bytes on the disk, without backups."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return cursor.fetchone()[0]
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return cursor.fetchone()[0]
