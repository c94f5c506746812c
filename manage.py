#!/usr/bin/env python3
"""Runs ZoneTrack's commands; on a bare machine it first makes the environment they need."""

import os
import sys


# This file must be readable by any Python 3, so that an old one can say what is wrong.
def too_old(version):
    """The sentence for a Python that cannot run ZoneTrack; None for one that can."""
    if version[:2] >= (3, 11):
        return None
    return (
        "ZoneTrack needs Python 3.11 or newer; this is Python %d.%d. "
        "Install a newer one and start the command with it, for example: python3.11 manage.py demo"
        % (version[0], version[1])
    )


def main():
    sentence = too_old(sys.version_info)
    if sentence:
        sys.exit(sentence)
    from zonetrack import bootstrap

    bootstrap.prepare()
    if sys.argv[1:2] in (["demo"], ["test"]):
        os.environ.setdefault("ZONETRACK_MODE", sys.argv[1])
    if sys.argv[1:2] == ["bench"]:
        # It works in databases of its own and needs no settings of an installation.
        os.environ.setdefault("ZONETRACK_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zonetrack.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
