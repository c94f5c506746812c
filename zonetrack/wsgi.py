import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zonetrack.settings")

application = get_wsgi_application()
# All pages are read before a server forks, and left alone by the collection of garbage: its
# processes then share them. It saves each a third of its memory.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
