"""The cache that several servers share, in Redis. Pages work without it, only slower.

What is taken from it is believed only if this site signed it: unpacking a pickle that somebody
else wrote would run whatever they like.
"""

import hmac
import logging
import pickle
from functools import cached_property, wraps
from hashlib import sha256
from time import monotonic

from django.core.cache.backends import redis as django_redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

LOGGER = logging.getLogger("zonetrack.cache")
# A server that did not answer is left alone so long, by each process.
REST_SECONDS = 5
UNREADABLE = (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError)
SIGNATURE_BYTES = sha256().digest_size
# A session that was ended while Redis could not be reached is believed no longer than this.
MOST_SESSION_SECONDS = 300

rest_until = 0.0


class Signed(django_redis.RedisSerializer):
    """Values with a signature; nothing (None) where it does not fit. Whole numbers stay bare."""

    @cached_property
    def key(self) -> bytes:
        return salted_hmac("zonetrack.shared_cache", "", algorithm="sha256").digest()

    def signature(self, packed: bytes) -> bytes:
        return hmac.digest(self.key, packed, sha256)

    def dumps(self, obj):
        if type(obj) is int:
            return obj
        packed = pickle.dumps(obj, self.protocol)
        return self.signature(packed) + packed

    def loads(self, data):
        try:
            return int(data)
        except ValueError:
            signature, packed = data[:SIGNATURE_BYTES], data[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self.signature(packed)):
            return None
        try:
            return pickle.loads(packed)
        except UNREADABLE:
            # Of a version whose classes are not there any more.
            return None


def without_redis(answer):
    """A method that answers what `answer` makes of its arguments while Redis is away."""

    def forgiving(method):
        @wraps(method)
        def attempt(self, *args, **options):
            global rest_until
            if monotonic() < rest_until:
                return answer(*args, **options)
            try:
                return method(self, *args, **options)
            except RedisError as failure:
                rest_until = monotonic() + REST_SECONDS
                LOGGER.warning("Redis cannot be used: %s", failure)
                return answer(*args, **options)

        return attempt

    return forgiving


class RedisCache(django_redis.RedisCache):
    """Django's, to which a server that is away is one that has nothing."""

    @without_redis(lambda key, default=None, version=None: default)
    def get(self, key, default=None, version=None):
        return super().get(key, default, version)

    @without_redis(lambda *args, **options: None)
    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        super().set(key, value, timeout, version)

    @without_redis(lambda *args, **options: True)
    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return super().add(key, value, timeout, version)

    @without_redis(lambda *args, **options: False)
    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return super().touch(key, timeout, version)

    @without_redis(lambda *args, **options: False)
    def delete(self, key, version=None):
        return super().delete(key, version)

    @without_redis(lambda *args, **options: False)
    def has_key(self, key, version=None):
        return super().has_key(key, version)

    @without_redis(lambda *args, **options: {})
    def get_many(self, keys, version=None):
        return super().get_many(keys, version)

    @without_redis(lambda data, *args, **options: list(data))
    def set_many(self, data, timeout=DEFAULT_TIMEOUT, version=None):
        return super().set_many(data, timeout, version)

    @without_redis(lambda *args, **options: None)
    def delete_many(self, keys, version=None):
        super().delete_many(keys, version)

    @without_redis(lambda *args, **options: False)
    def clear(self):
        return super().clear()


class Sessions(RedisCache):
    """Copies of the sessions, which are kept in the database."""

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        if seconds is None or seconds > MOST_SESSION_SECONDS:
            seconds = MOST_SESSION_SECONDS
        super().set(key, value, seconds, version)
