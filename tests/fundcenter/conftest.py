"""Fixtures of the roof."""

import pytest
from celery import current_app


@pytest.fixture
def broker_at(monkeypatch):
    """Point Celery at another address for one test."""

    def move(address: str) -> None:
        monkeypatch.setattr(current_app.conf, "broker_url", address)
        monkeypatch.setattr(current_app.conf, "broker_write_url", address)

    return move
