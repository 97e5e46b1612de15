"""Sealed fields and their blind index."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ciphers import BadKey, BadToken, FieldCipher, blind_index, parse_keys

OLD, NEW, INDEX = bytes(range(32)), bytes(range(32, 64)), b"i" * 32
CIPHER = FieldCipher({1: OLD, 2: NEW}, current=2)
SECRET = "653101199002280015"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(text):
    token = CIPHER.encrypt(text, field="number")
    assert token.startswith("v2:")
    assert CIPHER.decrypt(token, field="number") == text


def test_the_token_shows_nothing_and_never_repeats():
    tokens = {CIPHER.encrypt(SECRET) for _ in range(50)}
    assert len(tokens) == 50
    assert not any(SECRET in token for token in tokens)


def test_an_old_key_still_opens_and_asks_to_be_renewed():
    token = FieldCipher({1: OLD}, current=1).encrypt(SECRET)
    assert CIPHER.decrypt(token) == SECRET
    assert CIPHER.needs_rotation(token)
    assert not CIPHER.needs_rotation(CIPHER.encrypt(SECRET))


def test_a_token_does_not_open_in_another_field():
    token = CIPHER.encrypt(SECRET, field="number")
    for field in ("", "phone", "Number"):
        with pytest.raises(BadToken) as refused:
            CIPHER.decrypt(token, field=field)
        assert refused.value.code == "TOKEN_DAMAGED"


def test_a_change_of_any_byte_is_found():
    token = CIPHER.encrypt(SECRET)
    body = base64.urlsafe_b64decode(token.removeprefix("v2:"))
    for at in range(len(body)):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        with pytest.raises(BadToken):
            CIPHER.decrypt(f"v2:{base64.urlsafe_b64encode(changed).decode()}")


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", "BAD_TOKEN_FORM"),
        (SECRET, "BAD_TOKEN_FORM"),
        ("v0:AAAA", "BAD_TOKEN_FORM"),
        ("v1:", "BAD_TOKEN_FORM"),
        ("v1:AA AA", "BAD_TOKEN_FORM"),
        ("v9:AAAA", "NO_SUCH_KEY"),
        ("v2:AAAA", "TOKEN_DAMAGED"),
        ("v2:A", "TOKEN_DAMAGED"),
    ],
)
def test_what_is_no_token_is_told(token, code):
    with pytest.raises(BadToken) as refused:
        CIPHER.decrypt(token)
    assert refused.value.code == code


def test_keys_are_read_in_both_alphabets_of_base64():
    key = b"\xfb\xff" * 16
    plain = base64.b64encode(key).decode()
    for_urls = base64.urlsafe_b64encode(key).decode().rstrip("=")
    assert parse_keys(f"1:{plain}, 2:{for_urls}") == {1: key, 2: key}


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "1:", ":AAAA", "0:AAAA", "one:AAAA", "1:!!!!", "1:AAAA",
        "1:" + base64.b64encode(b"k" * 31).decode(),
        "1:" + base64.b64encode(b"k" * 33).decode(),
        f"1:{base64.b64encode(OLD).decode()},",
        f"1:{base64.b64encode(OLD).decode()},1:{base64.b64encode(NEW).decode()}",
    ],
)  # fmt: skip
def test_a_wrong_key_is_refused_and_never_shown(text):
    with pytest.raises(BadKey) as refused:
        parse_keys(text)
    assert base64.b64encode(OLD).decode() not in str(refused.value)


def test_a_cipher_needs_its_current_key_in_full_length():
    with pytest.raises(BadKey):
        FieldCipher({1: OLD}, current=2)
    with pytest.raises(BadKey):
        FieldCipher({1: OLD[:16]}, current=1)


def test_equal_texts_have_equal_indexes_under_one_key_only():
    assert blind_index(INDEX, SECRET) == blind_index(INDEX, SECRET)
    assert blind_index(INDEX, SECRET) != blind_index(OLD, SECRET)
    assert blind_index(INDEX, SECRET) != blind_index(INDEX, SECRET[:-1])
    assert len(blind_index(INDEX, SECRET)) == 64
    with pytest.raises(BadKey):
        blind_index(b"short", SECRET)
