"""Settings as a new process reads them: nothing of this process's environment gets through."""

import json
import os
import subprocess
import sys

import brotli
import pytest
from django.conf import settings
from django.core.management import call_command

KEY = "k3Zq-9vR_t1Lw8Xn5Yb2Pd7Hs4Jf6Gm0CeAaUiOoQyTrEwSdFgHj"


def run(*command, **variables):
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    env = kept | {"DJANGO_SETTINGS_MODULE": "zonetrack.settings"} | variables
    return subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True
    )


def read(names, tmp_path, **variables):
    """The values of these settings in a production process."""
    script = f"import json; from zonetrack import settings as s; print(json.dumps([{names}]))"
    variables = {"ZONETRACK_SECRET_KEY": KEY, "ZONETRACK_DATA_DIR": str(tmp_path)} | variables
    result = run("-c", script, **variables)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def complaint(tmp_path, **variables):
    result = run("-c", "import zonetrack.settings", ZONETRACK_DATA_DIR=str(tmp_path), **variables)
    assert result.returncode != 0
    return result.stderr.splitlines()[-1]


def test_production_refuses_to_start_without_a_secret_key(tmp_path):
    assert "Set ZONETRACK_SECRET_KEY" in complaint(tmp_path)


def test_the_secret_key_can_stand_in_a_file(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    file = str(tmp_path / "key")
    values = read("s.SECRET_KEY", tmp_path, ZONETRACK_SECRET_KEY="", ZONETRACK_SECRET_KEY_FILE=file)
    assert values == [KEY]


def test_a_missing_secret_file_is_named(tmp_path):
    sentence = complaint(tmp_path, ZONETRACK_SECRET_KEY_FILE=str(tmp_path / "gone"))
    assert "ZONETRACK_SECRET_KEY_FILE" in sentence and "gone" in sentence


def test_debug_is_off_unless_asked_for(tmp_path):
    assert read("s.DEBUG", tmp_path) == [False]
    assert read("s.DEBUG", tmp_path, ZONETRACK_DEBUG="true") == [True]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZONETRACK_DEBUG", "perhaps"),
        ("ZONETRACK_HTTPS", "2"),
        ("ZONETRACK_LANGUAGE", "fr"),
        ("ZONETRACK_MODE", "other"),
        ("ZONETRACK_SESSION_IDLE_HOURS", "-1"),
        ("DATABASE_URL", "oracle://x/y"),
        ("DATABASE_URL", "what"),
        ("DATABASE_URL", "mysql://a:b@localhost/c"),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence(tmp_path, name, value):
    sentence = complaint(tmp_path, ZONETRACK_SECRET_KEY=KEY, **{name: value})
    assert sentence.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert name in sentence


def test_the_demo_needs_no_variables_and_never_uses_the_database_of_the_installation(tmp_path):
    names = "s.DATABASES['default']['NAME'], bool(s.SECRET_KEY), s.DEBUG"
    variables = {"ZONETRACK_SECRET_KEY": "", "DATABASE_URL": "postgres://real/data"}
    values = read(names, tmp_path, ZONETRACK_MODE="demo", **variables)
    assert values == [str(tmp_path / "demo.sqlite3"), True, False]


def test_the_demo_keeps_its_key_so_that_nobody_is_signed_out(tmp_path):
    variables = {"ZONETRACK_MODE": "demo", "ZONETRACK_SECRET_KEY": ""}
    first = read("s.SECRET_KEY", tmp_path, **variables)
    assert read("s.SECRET_KEY", tmp_path, **variables) == first


@pytest.mark.parametrize("https", ["True", "False"])
def test_the_deployment_check_is_clean(tmp_path, https):
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    variables = {"ZONETRACK_SECRET_KEY": KEY, "ZONETRACK_HOSTS": "zonetrack.example"}
    result = run(*command, ZONETRACK_HTTPS=https, ZONETRACK_DATA_DIR=str(tmp_path), **variables)
    assert result.returncode == 0, result.stderr


def test_every_model_has_its_migrations(tmp_path):
    variables = {"ZONETRACK_SECRET_KEY": KEY, "ZONETRACK_DATA_DIR": str(tmp_path)}
    result = run("manage.py", "makemigrations", "--check", "--dry-run", **variables)
    assert result.returncode == 0, result.stdout + result.stderr


def test_cookies_are_bound_to_the_encrypted_host(tmp_path):
    names = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE"
    assert read(names, tmp_path) == ["__Host-sessionid", "__Host-csrftoken", True]
    assert read("s.SESSION_COOKIE_SECURE", tmp_path, ZONETRACK_HTTPS="False") == [False]


def test_sqlite_survives_power_cuts_and_many_writers(tmp_path):
    script = """
import django; django.setup()
from django.db import connection as c
with c.cursor() as cursor:
    for pragma in ("journal_mode", "synchronous"):
        print(cursor.execute(f"PRAGMA {pragma}").fetchone()[0])
print(c.transaction_mode)
"""
    variables = {"ZONETRACK_SECRET_KEY": KEY, "ZONETRACK_DATA_DIR": str(tmp_path)}
    # 2 is FULL.
    assert run("-c", script, **variables).stdout.split() == ["wal", "2", "IMMEDIATE"]


def test_pages_on_postgresql_have_time_limits_and_checked_connections(tmp_path):
    url = "postgres://u:p%40ss%23w@db.example:5432/zt?sslmode=require"
    config = read("s.DATABASES['default']", tmp_path, DATABASE_URL=url)[0]
    assert (config["PASSWORD"], config["HOST"]) == ("p@ss#w", "db.example")
    assert (config["CONN_MAX_AGE"], config["CONN_HEALTH_CHECKS"]) == (60, True)
    assert config["OPTIONS"]["sslmode"] == "require"
    assert config["OPTIONS"]["connect_timeout"] == 5
    for limit in ("statement_timeout=15000", "lock_timeout=5000"):
        assert limit in config["OPTIONS"]["options"]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_is_reached_through_psycopg2_and_heeds_the_limits():
    from django.db import connection
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert not is_psycopg3
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("15s",)


def test_psycopg_3_is_not_among_the_locked_packages():
    lock = (settings.BASE_DIR / "requirements.txt").read_text()
    assert "psycopg2-binary==" in lock
    assert "psycopg==" not in lock


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_locks_carry_hashes_and_no_host_names(name):
    lock = (settings.BASE_DIR / name).read_text()
    pins = [line for line in lock.splitlines() if "==" in line]
    assert pins and lock.count("--hash=sha256:") >= len(pins)
    assert "://" not in lock


def test_the_example_file_lists_every_variable():
    source = (settings.BASE_DIR / "zonetrack" / "settings.py").read_text()
    example = (settings.BASE_DIR / ".env.example").read_text()
    read_in_settings = {
        word.rstrip(",")
        for word in source.replace('"', " ").split()
        if word.startswith("ZONETRACK_")
    } - {"ZONETRACK_SECRET_KEY_FILE"}
    listed = {line.lstrip("# ").split("=")[0] for line in example.splitlines() if "=" in line}
    assert {name for name in read_in_settings if name.isupper()} <= listed


def test_static_files_can_be_collected_with_hashed_names(settings, tmp_path):
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", verbosity=0, interactive=False)
    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert names["css/zonetrack.css"] != "css/zonetrack.css"


def test_the_compressed_chart_library_is_the_same_file():
    """It lies beside the library because the demo, which compresses nothing itself, serves it."""
    library = settings.BASE_DIR / "static" / "vendor" / "plotly-basic.min.js"
    compressed = library.with_name(library.name + ".br").read_bytes()
    assert brotli.decompress(compressed) == library.read_bytes()


POSTGRESQL = {"DATABASE_URL": "postgres://u:p@one/zonetrack"}


def test_replicas_are_named_by_their_addresses(tmp_path):
    names = "s.REPLICAS, s.DATABASE_ROUTERS, s.MIDDLEWARE[-1]"
    listed = "postgres://u:p@two/zonetrack, postgres://u:p@three/zonetrack"
    replicas, routers, last = read(names, tmp_path, ZONETRACK_REPLICAS=listed, **POSTGRESQL)
    assert replicas == ["replica1", "replica2"]
    assert routers == ["zonetrack.replicas.Router"]
    assert last == "zonetrack.replicas.ReadFromReplicas"
    [hosts] = read("[d['HOST'] for d in s.DATABASES.values()]", tmp_path,
        ZONETRACK_REPLICAS=listed.replace(",", ""), **POSTGRESQL)  # fmt: skip
    assert hosts == ["one", "two", "three"]
    replicas, routers, last = read(names, tmp_path)
    assert replicas == routers == []
    assert last != "zonetrack.replicas.ReadFromReplicas"


def test_tests_ask_no_replica(tmp_path):
    name = "s.DATABASES['replica1']['TEST']"
    listed = "postgres://u:p@two/zonetrack"
    found = read(name, tmp_path, ZONETRACK_REPLICAS=listed, ZONETRACK_MODE="test", **POSTGRESQL)
    assert found == [{"MIRROR": "default"}]


def test_sqlite_has_no_replicas(tmp_path):
    listed = {"ZONETRACK_REPLICAS": "postgres://u:p@two/zonetrack", "ZONETRACK_SECRET_KEY": KEY}
    assert "ZONETRACK_REPLICAS needs PostgreSQL" in complaint(tmp_path, **listed)
    listed["ZONETRACK_REPLICAS"] = "sqlite:///x"
    assert "ZONETRACK_REPLICAS takes addresses of PostgreSQL" in complaint(tmp_path, **listed)


def test_behind_a_pooler_no_connection_carries_settings_or_cursors(tmp_path):
    name = "s.DATABASES['default']"
    [one] = read(name, tmp_path, ZONETRACK_POOLED="True", **POSTGRESQL)
    assert one["DISABLE_SERVER_SIDE_CURSORS"]
    assert "options" not in one["OPTIONS"]
    [one] = read(name, tmp_path, **POSTGRESQL)
    assert "statement_timeout" in one["OPTIONS"]["options"]


def test_redis_holds_copies_of_sessions_and_the_cache(tmp_path):
    names = "s.SESSION_ENGINE, s.CACHES['default']"
    engine, cache = read(names, tmp_path, ZONETRACK_REDIS="redis://localhost:6379/0")
    assert engine == "django.contrib.sessions.backends.cached_db"
    assert cache["LOCATION"] == "redis://localhost:6379/0"
    alone = read("s.CACHES['default']['BACKEND']", tmp_path)[0]
    assert alone == "django.core.cache.backends.locmem.LocMemCache"
    given = {"ZONETRACK_REDIS": "localhost", "ZONETRACK_SECRET_KEY": KEY}
    assert "ZONETRACK_REDIS is “localhost”" in complaint(tmp_path, **given)
