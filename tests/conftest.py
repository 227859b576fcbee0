"""What all tests share: no network, small bases made of text, copies of a base, one build of the real one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import settings
from mkdocs.config import load_config

from kb.markdown import KbExtension
from kb.site import Site, build_site
from kb.sources import Sources
from markdown import Markdown

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", deadline=None, max_examples=5000)
# .ci/run sets the second; a run there must not depend on chance.
settings.load_profile("ci" if {"CI", "KB_REQUIRE_BROWSER"} & os.environ.keys() else "local")


@pytest.fixture(autouse=True)
def network_guard(monkeypatch):
    """Fail a test that looks up or connects to anything beyond this machine, even if it hides it."""
    strays = []

    def guarded(name):
        original = getattr(socket.socket, name)

        def call(self, address, *args):
            if self.family != socket.AF_UNIX and not _is_here(address[0]):
                strays.append(address)
                pytest.fail(f"opened a connection beyond loopback: {address}")
            return original(self, address, *args)

        return call

    def look_up(host, *args, **kwargs):
        if not _is_here(host):
            strays.append(host)
            pytest.fail(f"asked for the address of another machine: {host}")
        return getaddrinfo(host, *args, **kwargs)

    getaddrinfo = socket.getaddrinfo
    monkeypatch.setattr(socket.socket, "connect", guarded("connect"))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded("connect_ex"))
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield strays
    if strays:
        pytest.fail(f"opened a connection beyond loopback: {strays}")


def _is_here(host) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def make_site():
    """Return the function that builds a Site from texts, by path below docs/ and below refs/."""

    def make(pages=None, bibs=None, files=(), transcripts=None, inbox="") -> Site:
        return build_site(
            Sources(
                pages=_as_bytes("docs", pages or {}),
                bibs=_as_bytes("refs", bibs or {}),
                files=frozenset(f"docs/{path}" for path in files),
                transcripts=_as_bytes("docs/transcripts", transcripts or {}),
                inbox=inbox.encode() or None,
            )
        )

    return make


def _as_bytes(folder, texts):
    return {
        f"{folder}/{path}": text if isinstance(text, bytes) else text.encode()
        for path, text in texts.items()
    }


@pytest.fixture(scope="session")
def make_markdown(make_site):
    """Return the function that makes a Markdown converter with the extensions of mkdocs.yml.

    `placed`, if given, is called with what a page cites.
    """
    config = load_config(str(ROOT / "mkdocs.yml"))
    names = [name for name in config.markdown_extensions if name != "kb"]
    options = {name: dict(value) for name, value in config.mdx_configs.items() if name != "kb"}

    def make(site=None, page="", report=pytest.fail, placed=None) -> Markdown:
        ours = KbExtension(site=site or make_site(), page=page, report=report)
        if placed:
            ours.compare = placed
        return Markdown(extensions=[*names, ours], extension_configs=options)

    return make


@pytest.fixture
def small_site(tmp_path):
    """A copy of a small base with the real configuration and theme around it; returns its root."""
    return copy_base(CASES / "sites" / "small", tmp_path / "small")


@pytest.fixture
def real_copy(tmp_path):
    """A copy of the real base, for tests that write into it; returns its root."""
    return copy_base(ROOT, tmp_path / "base")


def copy_base(source: Path, target: Path) -> Path:
    """Copy the content of `source`, and what builds it from here."""
    for folder in ("docs", "refs"):
        shutil.copytree(source / folder, target / folder)
    shutil.copytree(ROOT / "overrides", target / "overrides")
    for name in ("mkdocs.yml", "Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, target / name)
    return target


@dataclass(frozen=True)
class Build:
    """A finished `mkdocs build --strict`: where the site is, how it ended, what it said."""

    site: Path
    code: int
    log: str

    @property
    def warnings(self) -> list[str]:
        return [line for line in self.log.splitlines() if line.startswith(("WARNING", "ERROR"))]


def build(root: Path, site: Path, address: str = "") -> Build:
    """Build the base at `root` into `site` as the Makefile does, to be published at `address` if given."""
    environment = {name: value for name, value in os.environ.items() if name != "SITE_URL"}
    environment |= {"SITE_URL": address} if address else {}
    paths = [str(ROOT / "tools"), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    return Build(site, done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="session")
def copy_to():
    """Return the function that copies a base; see `copy_base`."""
    return copy_base


@pytest.fixture(scope="session")
def build_base():
    """Return the function that builds a base; see `build`."""
    return build


@pytest.fixture(scope="session")
def real_build(tmp_path_factory):
    """The real site, built once for all tests."""
    return build(ROOT, tmp_path_factory.mktemp("real") / "site")


@pytest.fixture(scope="session")
def real_site(real_build):
    """The folder of the real site, built once for all tests."""
    assert (real_build.site / "index.html").is_file(), real_build.log
    return real_build.site
