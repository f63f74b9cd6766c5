from __future__ import annotations

from pathlib import Path

import dj_database_url
import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "a bookshop's"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bookshop.urls"
STATIC_URL = "static/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "library"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

INSTALLED_APPS += ["migration_app"]
DATABASES["prod"] = dj_database_url.parse(env("PROD_DATABASE_URL"))
DATABASES["test"] = dj_database_url.parse(env("TEST_DATABASE_URL"), engine="migration_app.backend")

# What somebody might have thought of; each is tried by the tests of dbsep.
MISTAKE = env("MISTAKE", default="")
if MISTAKE == "name":
    DATABASES["test"]["TEST"] = {"NAME": env("REAL_DATABASE")}
if MISTAKE == "mirror":
    DATABASES["test"]["TEST"] = {"MIRROR": "prod"}
if MISTAKE == "mirrored":
    DATABASES["prod"]["TEST"] = {"MIRROR": "test"}
if MISTAKE == "router":
    DATABASE_ROUTERS = ["bookshop.routers.ToProduction"]
if MISTAKE == "same":
    DATABASES["test"] = dj_database_url.parse(env("PROD_DATABASE_URL"), engine="migration_app.backend")
if MISTAKE == "default":
    DATABASES["default"] = {}
if MISTAKE == "snapshot":
    DATABASES["test"]["TEST"] = {"SCHEMA": env("SNAPSHOT")}
