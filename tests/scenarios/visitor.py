"""Somebody at a browser without JavaScript: follows links and fills in the forms that the pages offer."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

VOID = {"input", "br", "hr", "img", "link", "meta", "source", "wbr"}
Values = dict[str, list[str]]


@dataclass
class Control:
    """One field or button of a form."""

    name: str
    values: list[str]
    owner: str = ""
    button: bool = False
    label: str = ""
    #: of a list to choose from: what is shown, and what is sent
    options: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Form:
    """A form as the page offers it."""

    action: str
    method: str
    name: str
    controls: list[Control] = field(default_factory=list)

    def values(self) -> Values:
        """What would be sent if nothing were changed and no named button pressed."""
        found: Values = {}
        for control in self.controls:
            if control.name and not control.button:
                found.setdefault(control.name, []).extend(control.values)
        return found

    def value(self, name: str) -> str:
        """What one field holds."""
        return ", ".join(self.values().get(name, []))

    def option(self, name: str, words: str) -> str:
        """What is sent when the choice with these words is taken."""
        shown = [pair for control in self.controls if control.name == name for pair in control.options]
        found = [value for label, value in shown if words in label]
        assert found, f"“{words}” is no choice of {name}: {[label for label, _value in shown]}"
        return found[0]

    @property
    def names(self) -> set[str]:
        return {control.name for control in self.controls}


class Reader(HTMLParser):
    """Collects text, links and forms; controls outside their form name it with ``form``."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._loose: list[Control] = []
        self._select: Control | None = None
        self._several = False
        self._option: list[str] | None = None
        self._text_of: Control | None = None
        self._link: list[str] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "template"):
            self._silent += 1
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower(), given.get("id", ""))
            self.forms.append(self._form)
        elif tag == "a":
            self._link = [given.get("href", "")]
        elif tag == "option" and self._select is not None:
            self._option = [given.get("value", "")]
            if "selected" in given or (not self._several and not self._select.values):
                kept = self._select.values if self._several else []
                self._select.values = [*kept, given.get("value", "")]
        elif tag in ("input", "select", "textarea", "button") and "disabled" not in given:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text")
        button = tag == "button" or kind == "submit"
        values = [given.get("value", "")]
        if tag == "select" or (kind in ("checkbox", "radio") and "checked" not in given) or kind == "file":
            values = []
        elif kind in ("checkbox", "radio"):
            values = [given.get("value", "on")]
        control = Control(given.get("name", ""), values, given.get("form", ""), button)
        if control.owner:
            self._loose.append(control)
        elif self._form is not None:
            self._form.controls.append(control)
        if tag == "select":
            self._select, self._several = control, "multiple" in given
        elif tag in ("textarea", "button"):
            self._text_of = control
            if tag == "textarea":
                control.values = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "template"):
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "option" and self._select is not None and self._option is not None:
            self._select.options.append((" ".join("".join(self._option[1:]).split()), self._option[0]))
            self._option = None
        elif tag in ("textarea", "button"):
            self._text_of = None
        elif tag == "a" and self._link is not None:
            self.links.append((self._link[0], " ".join("".join(self._link[1:]).split())))
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.text.append(data)
        if self._link is not None:
            self._link.append(data)
        if self._option is not None:
            self._option.append(data)
        if self._text_of is not None:
            if self._text_of.button:
                self._text_of.label += data
            else:
                # a line end right after the tag is no part of the text
                begun = self._text_of.values[0]
                self._text_of.values = [begun + (data if begun else data.removeprefix("\n"))]

    def finished(self) -> list[Form]:
        for control in self._loose:
            for form in self.forms:
                if form.name == control.owner:
                    form.controls.append(control)
        return self.forms


class Page:
    """An answer, read as far as a visitor needs it."""

    def __init__(self, url: str, status: int, kind: str, content: bytes) -> None:
        self.url, self.status, self.content = url, status, content
        self.html = content.decode() if kind.startswith(("text/", "application/json")) else ""
        reader = Reader()
        reader.feed(self.html)
        self.forms = reader.finished()
        self.links = reader.links
        self.text = " ".join("".join(reader.text).split())

    def json(self) -> Any:
        return json.loads(self.content)

    def form(self, *names: str, action: str = "") -> Form:
        """The form that has these fields, or that is sent to ``action``."""
        for form in self.forms:
            if set(names) <= form.names and action in form.action and (names or action):
                return form
        raise AssertionError(f"no form with {names} {action} at {self.url} ({self.status}): {self.text[:400]}")

    def link_to(self, part: str) -> str:
        """The address of the first link whose address has ``part`` in it."""
        found = [href for href, _text in self.links if part in href]
        assert found, f"no link to {part} at {self.url}: {self.text[:600]}"
        return found[0]


class Visitor:
    """Keeps its cookies; ``submit`` sends a form of a page with what was changed in it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def log_in(self, username: str, password: str) -> Page:
        page = self.submit(self.get("/login/"), "username", username=username, password=password)
        assert page.url == f"{self.address}/", page.text[:300]
        return page

    def get(self, path: str, **headers: str) -> Page:
        return self._ask(Request(urljoin(self.address, path), headers=self._headers(headers)))

    def submit(
        self, page: Page, *names: str, action: str = "", files: dict[str, Path] | None = None, **changes: Any
    ) -> Page:
        """Send the form that has the fields ``names`` (or goes to ``action``), with some of its fields changed.

        A field or button that the form does not have fails: nobody could send it.
        """
        form = page.form(*names, action=action)
        wanted = {
            name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
            for name, value in changes.items()
        }
        missing = (set(wanted) | set(files or {})) - form.names
        assert not missing, f"{missing} are no fields of the form at {page.url}: {sorted(form.names)}"
        return self.post(urljoin(page.url, form.action or page.url), form.values() | wanted, files, referer=page.url)

    def post(self, url: str, values: Values, files: dict[str, Path] | None = None, *, referer: str = "") -> Page:
        headers = self._headers({"Referer": referer} if referer else {})
        if files:
            border = uuid.uuid4().hex
            body = _multipart(values, files, border)
            headers["Content-Type"] = f"multipart/form-data; boundary={border}"
        else:
            body = urlencode(values, doseq=True).encode()
        return self._ask(Request(urljoin(self.address, url), data=body, headers=headers, method="POST"))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Accept-Language": "vi"} | {name.replace("_", "-"): value for name, value in more.items()}

    def _ask(self, request: Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=60)
        except HTTPError as refused:
            answer = refused
        with answer:
            assert answer.status < 500, f"{request.get_method()} {request.full_url}: {answer.status}"
            return Page(answer.url, answer.status, answer.headers.get("Content-Type", ""), answer.read())


def _multipart(values: Values, files: dict[str, Path], border: str) -> bytes:
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, several in values.items()
        for value in several
    ]
    for name, path in files.items():
        head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{path.name}"\r\n'
        parts.append(f"{head}Content-Type: application/pdf\r\n\r\n".encode() + path.read_bytes() + b"\r\n")
    return b"".join(parts) + f"--{border}--\r\n".encode()
