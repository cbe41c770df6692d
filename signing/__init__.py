"""PDF signatures for the office of an agency: prepare, sign, number, seal, judge.

A library without a framework; the only place that knows pyHanko.  This module is its public face.
"""

from signing import quick as quick
from signing.demo_pki import DemoHolder, DemoPki, make_demo_pki
from signing.errors import SealRefused, SigningError
from signing.files import sha256_of
from signing.judge import judge, judge_with_material
from signing.keys import CertificateInfo, LoadedKey, SigningKey, certificate_info, load_pkcs12
from signing.layout import Box, Places, line_box, mm, seal_box
from signing.marks import mark_words, prepare_for_mark, sign_with_words
from signing.place import FoundPlaces, find_places
from signing.prepare import prepare
from signing.seal import fill_and_seal
from signing.sign import Signed, sign_as_person, sign_basic
from signing.stamps import check_image
from signing.text import Piece, date_pieces, date_words
from signing.timestamps import FailoverTimestamper, HttpTimestamper, LocalTimestamper, Timestamper
from signing.trust import Trust
from signing.verdicts import Coverage, Judgement, SignatureVerdict, Verdict

__all__ = [
    "Box",
    "CertificateInfo",
    "Coverage",
    "DemoHolder",
    "DemoPki",
    "FailoverTimestamper",
    "FoundPlaces",
    "HttpTimestamper",
    "Judgement",
    "LoadedKey",
    "LocalTimestamper",
    "Piece",
    "Places",
    "SealRefused",
    "SignatureVerdict",
    "Signed",
    "SigningError",
    "SigningKey",
    "Timestamper",
    "Trust",
    "Verdict",
    "certificate_info",
    "check_image",
    "date_pieces",
    "date_words",
    "fill_and_seal",
    "find_places",
    "judge",
    "judge_with_material",
    "line_box",
    "load_pkcs12",
    "make_demo_pki",
    "mark_words",
    "mm",
    "prepare",
    "prepare_for_mark",
    "seal_box",
    "sha256_of",
    "sign_as_person",
    "sign_basic",
    "sign_with_words",
]
