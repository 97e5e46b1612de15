"""What the tests of loans share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def english() -> Iterator[None]:
    """Let refusals speak English, for tests that look into what they say."""
    with translation.override("en"):
        yield
