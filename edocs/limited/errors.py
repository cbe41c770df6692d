"""The one error that leaves this package, and its stable codes."""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why a file was not accepted. The values are stable: they are stored, counted and translated."""

    EMPTY = "empty"  # 0 bytes
    TOO_LARGE = "too_large"  # more bytes than the caller allows
    ENCRYPTED = "encrypted"  # cannot be read without a password
    DAMAGED = "damaged"  # not readable, or not built as its kind demands
    TRUNCATED = "truncated"  # the end of the file is missing
    WRONG_KIND = "wrong_kind"  # the content is of no kind on the allow-list, or not of the kind the task reads
    MACRO = "macro"  # an office file that carries program code
    BOMB = "bomb"  # unpacks to, draws or computes more than any honest file; repeating does not help
    TIMEOUT = "timeout"  # not finished in wall time: a busy machine or a slow file; repeating may help
    TOO_MANY_PAGES = "too_many_pages"
    NO_SUCH_PAGE = "no_such_page"  # the file has fewer pages than asked for
    NOT_INSTALLED = "not_installed"  # a program that the task needs is missing on this machine


class FileRefused(Exception):
    """A file was refused. `code` says why; `detail` is English, for the log, never shown to people."""

    def __init__(self, code: RefusalCode | str, detail: str = "") -> None:
        self.code = RefusalCode(code)
        self.detail = detail
        super().__init__(f"{self.code.value}: {detail}" if detail else self.code.value)

    def __reduce__(self) -> tuple[type["FileRefused"], tuple[str, str]]:
        return FileRefused, (self.code.value, self.detail)
