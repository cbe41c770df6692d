"""Addresses of signing, sealing and dispatch; included at the root, without a name space."""

from __future__ import annotations

from django.urls import path

from edocs.workflow.views import copies, sealing, sealing_pile, signing

urlpatterns = [
    path("sign/", signing.to_sign, name="to_sign"),
    path("sign/documents/<int:pk>/", signing.sign_document, name="sign_document"),
    path("sign/documents/<int:pk>/place/", signing.sign_place, name="sign_place"),
    path("sign/documents/<int:pk>/return/", signing.sign_return, name="sign_return"),
    path("sign/documents/<int:pk>/take-back/", signing.sign_take_back, name="sign_take_back"),
    path("sign/sessions/<int:pk>/", signing.sign_session, name="sign_session"),
    path("sign/items/<int:pk>/again/", signing.sign_item_again, name="sign_item_again"),
    path("documents/<int:pk>/copy/", copies.copy, name="document_certify"),
    path("seal/", sealing.to_seal, name="to_seal"),
    path("seal/pile/", sealing_pile.seal_pile, name="seal_pile"),
    path("seal/sessions/<int:pk>/", sealing_pile.seal_session, name="seal_session"),
    path("seal/<int:pk>/", sealing.seal, name="seal"),
    path("seal/<int:pk>/number/", sealing.seal_number, name="seal_number"),
    path("seal/<int:pk>/return/", sealing.seal_return, name="seal_return"),
]
