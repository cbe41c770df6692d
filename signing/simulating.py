"""Whether the proofs in a file will be enough at a later time, by the algorithm of ETSI EN 319 102-1 (pyHanko's).

The simulation takes for granted that the file is time-stamped again in time, and again, up to that moment; it asks
whether what the file carries will then prove its signatures.  What becomes of a file for which nothing is done is for
the judge to say (``signing.judge`` with a moment to come).

One step of pyHanko's is mended here.  For a certificate that has ended by then it looks for revocation lists along a
path that begins at the certificate's issuer, as if that were a root; but whoever signed a list is led back to the
issuer above, which such a path leaves out.  So a list that the issuer itself gave is passed over unless the issuer is
a root, and whatever lies below a subordinate authority is called ``REVOCATION_OUT_OF_BOUNDS_NO_POE`` with every list
that the file may carry.  Here the path begins at the top.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import CertificateRegistry, SimpleTrustManager

from signing.embed import FORM_ERRORS, foreign_errors
from signing.trust import Trust, certificate_of

_DEEPEST = 10
"""Certificates between a root and a signer."""
_ades: Any = ades
_gather = _ades.ades_gather_prima_facie_revinfo


def simulated(source: Path, trust: Trust, at: datetime) -> dict[str, str]:
    """What each signature will be judged ``at`` a later time if the file is only time-stamped in time, by field.

    ``OK``, or the sub-indication of ETSI EN 319 102-1 (``NO_POE``, ``REVOCATION_OUT_OF_BOUNDS_NO_POE`` …): then proofs
    are lacking that no time stamp brings back.  Asks nobody.  Not for several threads.  Raises
    :class:`DamagedDocument`.
    """
    spec = _spec(trust)
    with source.open("rb") as stream, foreign_errors("the document cannot be read"), _from_the_top():
        reader = PdfFileReader(stream)
        return {one.field_name: asyncio.run(_simulated(one, spec, at)) for one in reader.embedded_regular_signatures}


async def _simulated(one: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec, at: datetime) -> str:
    try:
        found: Any = await ades.simulate_future_ades_lta_validation(one, spec, at)
    except FORM_ERRORS as error:
        return type(error).__name__
    return str(found.ades_subindic.name)


def _spec(trust: Trust) -> PdfSignatureValidationSpec:
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[certificate_of(der) for der in trust.roots]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    known = LocalKnowledge(known_certs=[certificate_of(der) for der in (*trust.intermediates, *trust.roots)])
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=policy,
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
                certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
            ),
            local_knowledge=known,
        )
    )


@contextmanager
def _from_the_top() -> Iterator[None]:
    """Let pyHanko look for lists along whole paths."""
    _ades.ades_gather_prima_facie_revinfo = _gather_along_the_whole
    try:
        yield
    finally:
        _ades.ades_gather_prima_facie_revinfo = _gather


async def _gather_along_the_whole(*, path: ValidationPath, revinfo_manager: Any, **more: Any) -> Any:
    anchor = path.trust_anchor
    issuer = anchor.certificate if isinstance(anchor, CertTrustAnchor) else None
    above = _above(issuer, revinfo_manager.certificate_registry) if issuer is not None else []
    if issuer is not None and above:
        path = ValidationPath(CertTrustAnchor(above[0]), [*above[1:], issuer], path.leaf)
    return await _gather(path=path, revinfo_manager=revinfo_manager, **more)


def _above(certificate: x509.Certificate, registry: CertificateRegistry) -> list[x509.Certificate]:
    """The authorities above a certificate, the highest first; as far as the registry knows them."""
    found: list[x509.Certificate] = []
    nobody = SimpleTrustManager()  # type: ignore[no-untyped-call]
    while certificate.subject != certificate.issuer and len(found) < _DEEPEST:
        issuer = next(iter(registry.find_potential_issuers(certificate, nobody)), None)
        if not isinstance(issuer, x509.Certificate):
            break
        certificate = issuer
        found.insert(0, certificate)
    return found
