"""What edocs-sign does for its server, and for nobody else."""

from __future__ import annotations

import base64
import json
import stat
import threading
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from edocs_sign.errors import Refused
from edocs_sign.helper import CODE_SECONDS, CODE_TRIES, CODES_AT_ONCE
from edocs_sign.token import Pin
from tests.edocs_sign.conftest import RIGHT, Home, Server, attributes_of


def refusal(home: Home, asked: object, pairing: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        home.helper.sign(home.pairing if pairing is None else pairing, asked)
    return caught.value.code


def test_what_the_server_asked_for_is_shown_and_signed(home: Home) -> None:
    values = home.helper.sign(home.pairing, home.request("nhân sự", "kinh phí"))["signatures"]
    assert [one["item"] for one in values] == [1, 2]
    for one, word in zip(values, ("nhân sự", "kinh phí"), strict=True):
        value = base64.b64decode(one["value"])
        attributes = attributes_of(home.token.der, word)
        home.token.private.public_key().verify(value, attributes, padding.PKCS1v15(), SHA256())
    shown = "\n".join(home.desk.shown)
    assert "Quyết định số 1 về nhân sự" in shown
    assert "Quyết định số 2 về kinh phí" in shown
    for one in home.said("nhân sự", "kinh phí")["documents"]:
        assert one["sha256"] in shown.replace(" ", "")
    assert home.token.opened == [RIGHT]


def test_the_certificates_are_told_without_a_pin(home: Home) -> None:
    request = home.server.signed(home.said() | {"purpose": "certificates", "documents": [], "certificate": ""})
    told = home.helper.certificates(home.pairing, request)
    assert [base64.b64decode(one) for one in told["certificates"]] == [home.token.der]
    assert home.token.opened == []
    with pytest.raises(Refused):
        home.helper.certificates("khác", request)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"server": "https://vanphong.example.evil"}, "other_server"),
        ({"person": "thinh.tq"}, "other_person"),
        ({"certificate": "0" * 64}, "bad_request"),
        ({"purpose": "certificates"}, "bad_request"),
        ({"purpose": "anything"}, "bad_request"),
        ({"documents": []}, "bad_request"),
        ({"documents": "all"}, "bad_request"),
        ({"expires": "tomorrow"}, "bad_request"),
        ({"name": None, "documents": [{}]}, "bad_request"),
    ],
)
def test_a_signed_request_must_be_for_this_person_here(home: Home, changes: dict[str, Any], code: str) -> None:
    assert refusal(home, home.request(**changes)) == code
    assert home.desk.shown == home.token.opened == []


@pytest.mark.parametrize(("issued", "expires"), [(-400, -1), (200, 500), (0, 5000), (-2000, 10)])
def test_a_request_has_its_time(home: Home, issued: int, expires: int) -> None:
    asked = home.request(issued=home.now + issued, expires=home.now + expires)
    assert refusal(home, asked) == "expired"


def test_what_the_server_did_not_sign_is_not_even_shown(home: Home) -> None:
    good = home.request()
    said = json.loads(good["payload"])
    said["documents"][0]["attributes"] = base64.b64encode(attributes_of(home.token.der, "khác")).decode()
    forged = [
        None,
        {},
        [],
        {"payload": good["payload"]},
        {**good, "signature": ""},
        {**good, "signature": "!"},
        {**good, "payload": json.dumps(said)},
        {**good, "payload": good["payload"] + " "},
        {**good, "more": "x"},
        Server().signed(home.said()),
        home.server.signed(home.said(), prefix=b""),
        home.server.signed(home.said(), prefix=b"edocs-sign/2\n"),
    ]
    assert [refusal(home, one) for one in forged] == ["unsigned"] * len(forged)
    assert home.desk.shown == home.token.opened == []


def test_attributes_must_name_the_certificate(home: Home) -> None:
    said = home.said()
    for attributes in (b"", b"\x30" + attributes_of(home.token.der, "x")[1:], attributes_of(b"another", "x")):
        said["documents"][0]["attributes"] = base64.b64encode(attributes).decode()
        assert refusal(home, home.server.signed(said)) == "bad_request"


def test_a_request_serves_once_even_after_a_new_start(home: Home) -> None:
    asked = home.request()
    home.helper.sign(home.pairing, asked)
    assert refusal(home, asked) == "used"
    home.start()
    assert refusal(home, asked) == "used"
    assert refusal(home, home.request(session="phiên-1", expires=home.now + 200)) == "used"
    assert home.helper.sign(home.pairing, home.request(session="phiên-2"))
    assert home.token.opened == [RIGHT] * 2


def test_who_declines_signs_nothing(home: Home) -> None:
    home.desk.types = ""
    asked = home.request()
    assert refusal(home, asked) == "declined"
    home.desk.types = RIGHT
    assert refusal(home, asked) == "used"
    assert home.token.opened == []


def test_a_pin_typed_after_the_end_signs_nothing(home: Home) -> None:
    late = home.desk.ask_pin

    def slowly(*lines: str) -> Pin | None:
        home.now += 301
        return late(*lines)

    home.desk.ask_pin = slowly  # type: ignore[method-assign]
    assert refusal(home, home.request()) == "expired"
    assert home.token.opened == []


def test_three_wrong_pins_and_the_token_is_left_alone(home: Home) -> None:
    home.desk.types = "sai"
    codes = [refusal(home, home.request(session=f"p{number}")) for number in range(4)]
    assert codes == ["wrong_pin"] * 3 + ["pin_guarded"]
    home.desk.types = RIGHT
    assert refusal(home, home.request(session="p9")) == "pin_guarded"
    assert home.token.opened == ["sai"] * 3


def test_a_right_pin_begins_the_count_anew(home: Home) -> None:
    for number, typed in enumerate(["sai", "sai", RIGHT, "sai", "sai", RIGHT]):
        home.desk.types = typed
        asked = home.request(session=f"p{number}")
        if typed == RIGHT:
            home.helper.sign(home.pairing, asked)
        else:
            assert refusal(home, asked) == "wrong_pin"


def test_the_last_try_is_told(home: Home) -> None:
    home.token.last = True
    home.helper.sign(home.pairing, home.request())
    assert any("CHÚ Ý" in line for line in home.desk.shown)


def test_another_certificate_than_on_the_token(home: Home) -> None:
    said = home.said(certificate="ab" * 32)
    content = bytes.fromhex("ab" * 32)
    said["documents"][0]["attributes"] = base64.b64encode(bytes((0x31, len(content))) + content).decode()
    assert refusal(home, home.server.signed(said)) == "certificate_missing"


def test_a_second_window_is_told_that_one_is_open(home: Home) -> None:
    entered, leave = threading.Event(), threading.Event()

    def ask(*_lines: str) -> Pin:
        entered.set()
        leave.wait(10)
        return Pin(RIGHT)

    home.desk.ask_pin = ask  # type: ignore[method-assign]
    done: list[Any] = []
    first = threading.Thread(target=lambda: done.append(home.helper.sign(home.pairing, home.request(session="a"))))
    first.start()
    assert entered.wait(10)
    assert refusal(home, home.request(session="b")) == "busy"
    leave.set()
    first.join(10)
    assert len(done) == 1


# --- pairing --------------------------------------------------------------------------------------------------------
def test_a_browser_that_was_not_paired_is_not_heard(home: Home) -> None:
    assert refusal(home, home.request(), pairing="") == "not_paired"
    assert refusal(home, home.request(), pairing="khác") == "not_paired"
    assert home.helper.hello("")["paired"] is False
    assert home.helper.hello(home.pairing)["paired"] is True


def test_a_code_serves_once(home: Home) -> None:
    home.helper.show_code()
    code = home.desk.code
    assert home.helper.pair(code)
    with pytest.raises(Refused):
        home.helper.pair(code)


def test_a_code_has_its_time_and_its_tries(home: Home) -> None:
    home.helper.show_code()
    home.now += CODE_SECONDS
    with pytest.raises(Refused):
        home.helper.pair(home.desk.code)
    home.helper.show_code()
    for number in range(CODE_TRIES):
        with pytest.raises(Refused):
            home.helper.pair(f"{number:08d}")
    with pytest.raises(Refused):
        home.helper.pair(home.desk.code)


def test_without_a_code_on_the_screen_nothing_pairs(home: Home) -> None:
    for code in ("", None, "00000000", []):
        with pytest.raises(Refused):
            home.helper.pair(code)


def test_codes_are_not_shown_without_end(home: Home) -> None:
    for _ in range(CODES_AT_ONCE - 1):
        home.helper.show_code()
    with pytest.raises(Refused) as caught:
        home.helper.show_code()
    assert caught.value.code == "too_many_codes"
    home.now += 3601
    home.helper.show_code()


def test_pairings_outlive_a_start_and_lie_in_a_private_file_as_hashes(home: Home) -> None:
    home.start()
    assert home.helper.hello(home.pairing)["paired"] is True
    state = home.config.state
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert home.pairing not in state.read_text()
    home.config.state.write_text("{broken")
    home.start()
    assert home.helper.hello(home.pairing)["paired"] is False


def test_what_was_refused_is_told_to_the_paired_browser_once(home: Home) -> None:
    home.helper.refused(Refused("other_origin"), "https://evil.example")
    assert "refused" not in home.helper.hello("")
    told = home.helper.hello(home.pairing)["refused"]
    assert [(one["code"], one["origin"]) for one in told] == [("other_origin", "https://evil.example")]
    assert home.helper.hello(home.pairing)["refused"] == []
