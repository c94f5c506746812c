"""Copies of the whole database in one file, their way back, and the move to another database.

Everything is kept in the database, files included, so a backup is one file without a folder of
media beside it. Nothing in here asks the models for rows: it reads tables as they are, so that a
backup of an older version can be checked, too.
"""


def last():
    """The last backup that was finished, as its row in the database; None for none yet.

    By its key: a time from a clock that was wrong must not hide those that came after.
    """
    from .models import Backup

    return Backup.objects.order_by("-pk").first()
