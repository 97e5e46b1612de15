"""The product's settings, as the tests use them.

Nothing is taken from a developer's `.env`: what a test sees must be the same on every machine.
Only the two addresses, the database and the broker, come from whoever runs the tests.
"""

import os
import tempfile
from pathlib import Path

from tests.environment import VARIABLES

os.environ.setdefault("DATABASE_URL", "sqlite:///unused-outside-tests.db")
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
os.environ.update(VARIABLES)

from fundcenter import settings as product

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})

# A file, not memory: locks then behave as they do in use, and threads share one database. One per
# process, because several people and pytest's own workers test at the same time. A power cut may
# cost a test database, so it need not wait for the disk.
if product.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    product.DATABASES["default"]["TEST"] = {
        "NAME": str(Path(tempfile.gettempdir()) / f"fund-test-{os.getpid()}.sqlite3")
    }
    product.DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

# Argon2 is slow on purpose; the tests sign hundreds of people in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **product.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
# Files of papers that a test does not look at; whoever looks takes a folder of its own.
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"fund-test-media-{os.getpid()}"
