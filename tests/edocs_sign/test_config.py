"""The one file that configures edocs-sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from edocs_sign.config import PORT, read_config
from edocs_sign.errors import BadConfiguration
from tests.edocs_sign.conftest import Server

GOOD = {
    "server": '"https://vanphong.example"',
    "server_key": f'"{Server().public}"',
    "person": '"nhung.nth"',
    "module": '"/usr/lib/token.so"',
}


def written(folder: Path, **changes: str | None) -> Path:
    path = folder / "edocs-sign.toml"
    lines = {**GOOD, **changes}
    path.write_text("\n".join(f"{name} = {value}" for name, value in lines.items() if value is not None))
    return path


def test_four_lines_are_enough(tmp_path: Path) -> None:
    config = read_config(written(tmp_path))
    assert (config.server, config.person, config.port, config.ask) == (
        "https://vanphong.example",
        "nhung.nth",
        PORT,
        "auto",
    )
    assert config.state == tmp_path / "edocs-sign.state"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server", None),
        ("server", '"http://vanphong.example"'),
        ("server", '"https://vanphong.example/ky"'),
        ("server", '"https://ai@vanphong.example"'),
        ("server", '"*"'),
        ("server_key", '"AAAA"'),
        ("server_key", '"không"'),
        ("person", '""'),
        ("module", "5"),
        ("port", "70000"),
        ("port", "true"),
        ("ask", '"loud"'),
        ("language", '"fr"'),
        ("servers", '"x"'),
        ("module", '"broken'),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, value: str | None) -> None:
    with pytest.raises(BadConfiguration) as caught:
        read_config(written(tmp_path, **{name: value}))
    assert "edocs-sign.toml" in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration):
        read_config(tmp_path / "nothing.toml")
