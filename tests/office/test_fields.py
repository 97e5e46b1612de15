"""Numbers of persons: unreadable in the database, found by their index, masked on the screen."""

import json
from base64 import b64encode

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection, models

from kernel.ciphers import BadToken
from office.fields import (
    EncryptedTextField,
    blind_index,
    mask_card,
    mask_document,
    mask_phone,
)

ID_NUMBER = "653101198605200015"


@pytest.fixture(scope="session")
def secret_class(django_db_setup, django_db_blocker):
    class Secret(models.Model):
        number = EncryptedTextField(blank=True)
        phone = EncryptedTextField(blank=True, null=True)
        number_index = models.CharField(max_length=64)

        class Meta:
            app_label = "office"

        def __str__(self) -> str:
            return f"secret {self.pk}"

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Secret)
    return Secret


@pytest.fixture
def secret(db, secret_class):
    return secret_class.objects.create(
        number=ID_NUMBER, phone="13812345678", number_index=blind_index(ID_NUMBER)
    )


def stored(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM office_secret")
        return cursor.fetchone()[0]


def test_a_number_comes_back_as_it_was(secret):
    secret.refresh_from_db()

    assert (secret.number, secret.phone) == (ID_NUMBER, "13812345678")


def test_the_database_holds_no_digit_of_it(secret):
    assert stored("number").startswith("v1:")
    for part in (ID_NUMBER, ID_NUMBER[:6], ID_NUMBER[6:14], "0015"):
        assert part not in stored("number_index")
    assert ID_NUMBER not in stored("number")


def test_equal_numbers_are_stored_differently_and_found_by_the_index(secret, secret_class):
    twin = secret_class.objects.create(number=ID_NUMBER, number_index=blind_index(ID_NUMBER))

    assert secret_class.objects.filter(number_index=blind_index(ID_NUMBER)).count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(DISTINCT number) FROM office_secret")
        assert cursor.fetchone()[0] == 2
    assert twin.number == secret.number


@pytest.mark.parametrize("lookup", ["number", "number__icontains", "number__in", "number__gt"])
def test_it_cannot_be_compared_in_the_database(secret_class, lookup):
    with pytest.raises(FieldError):
        secret_class.objects.filter(**{lookup: ID_NUMBER})


def test_empty_stays_empty(db, secret_class):
    row = secret_class.objects.create(number="", phone=None, number_index="")
    row.refresh_from_db()

    assert (row.number, row.phone) == ("", None)
    assert secret_class.objects.filter(phone__isnull=True).exists()


def test_a_value_moved_to_another_column_does_not_open(secret, secret_class):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE office_secret SET phone = number")

    with pytest.raises(BadToken):
        secret.refresh_from_db()


def test_a_damaged_value_does_not_open(secret):
    token = stored("number")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE office_secret SET number = %s", [token[:-6] + "AAAAA="])

    with pytest.raises(BadToken):
        secret.refresh_from_db()


@pytest.mark.parametrize(
    ("mask", "number", "shown"),
    [
        (mask_document, ID_NUMBER, "653101********0015"),
        (mask_phone, "13912345678", "139****5678"),
        (mask_phone, "1234567", "*******"),
        (mask_card, "6222021001116245702", "**** 5702"),
        (mask_card, "1234567", "*******"),
        (mask_card, "", ""),
    ],
)
def test_a_mask_shows_the_ends_only(mask, number, shown):
    assert mask(number) == shown


def test_rotating_keys_seals_everything_with_the_newest_key(secret, secret_class, settings, capsys):
    settings.FIELD_KEYS += "," + "2:" + b64encode(b"another key of thirty-two bytes!").decode()
    call_command("rotate_keys", "--json")

    assert json.loads(capsys.readouterr().out)["sealed"]["office_secret.number"] == 1
    assert stored("number").startswith("v2:")
    settings.FIELD_KEYS = settings.FIELD_KEYS.split(",")[1]
    assert secret_class.objects.get().number == ID_NUMBER
    call_command("rotate_keys", "--json")
    assert json.loads(capsys.readouterr().out)["sealed"]["office_secret.number"] == 0
