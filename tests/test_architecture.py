"""Who may import what: the plan of the house (CONTRIBUTING.md, "How it is built"), held by a table."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / "tools"

# One importer per third-party package. A name with a dot at its end stands for all modules below it.
IMPORTERS = {
    "arxiv": {"kb.arxiv.client"},
    "backports": {"kb.transcripts.importers.archive"},
    "click": {"kb.cli."},
    "feedparser": {"kb.watch.feeds"},
    "jinja2": {"kb.markdown.fragments"},
    "latex2mathml": {"kb.views"},
    "latexcodec": {"kb.bib.symbols"},
    "lxml": {"kb.arxiv.answers"},
    # Two, on purpose: one makes the page, the other reads its text, and they must agree.
    "markdown": {"kb.markdown.", "kb.notes.blocks", "kb.notes.mask"},
    "markupsafe": {"kb.views", "kb.markdown."},
    # The adapter: hooks, what a build makes again, the frame's navigation, the server.
    "mkdocs": {
        *("kb.plugin", "kb.rebuild", "kb.inputs", "kb.linked_files", "kb.making"),
        *("kb.outline", "kb.serving"),
    },
    "platformdirs": {"kb.cli."},
    "pybtex": {"kb.bib.names"},
    "pymdownx": {"kb.markdown.block"},
    "requests": {"kb.arxiv.transport"},
    "urllib3": {"kb.arxiv.transport"},
    "watchdog": {"kb.serving"},
    "wordfreq": {"kb.computed.frequencies"},
    # One reads values, the other finds places.
    "yaml": {"kb.notes.insert", "kb.notes.schema"},
    "ziaplot": {"kb.computed.chart"},
}
# What a package of ours is called where pip finds it; and what comes with another package for sure.
DISTRIBUTIONS = {
    "backports": "backports.zstd",
    "pymdownx": "pymdown-extensions",
    "yaml": "pyyaml",
}
COMES_WITH = {"latexcodec": "pybtex", "markupsafe": "jinja2"}
# Declared and imported by nobody: MkDocs loads the theme.
NOT_IMPORTED = {"mkdocs-material"}
# Of the standard library from Python 3.14 on.
NEWER = {"compression"}

# What of our own a module may import: a pure core that knows no Markdown and no MkDocs, and a shell.
VALUES = {"kb.ids", "kb.addresses", "kb.problems", "kb.model", "kb.citable", "kb.atom"}
SITE = {
    *(
        "kb.site",
        "kb.query",
        "kb.views",
        "kb.transcript_views",
        "kb.standings",
        "kb.question_views",
    ),
    *("kb.news", "kb.new_work"),
    *("kb.question_exports", "kb.question_query", "kb.register_views", "kb.related"),
    *("kb.base_map", "kb.glossary", "kb.own_citation", "kb.home_views", "kb.pages", "kb.figures"),
}
CORE = (
    VALUES
    | {"kb.bib", "kb.notes", "kb.arxiv", "kb.computed", "kb.transcripts", "kb.questions"}
    | {"kb.registers", "kb.watch", "kb.sources", "kb.lasting", "kb.memo", "kb.cache"}
    | {"kb.parallel", "kb.pickles"}
    | SITE
)
MAY_IMPORT = {
    "kb.atom": set(),
    "kb.ids": set(),
    "kb.problems": set(),
    "kb.model": {"kb.ids"},
    "kb.citable": {"kb.ids"},
    "kb.addresses": set(),
    "kb.files": set(),
    "kb.bib": VALUES,
    "kb.notes": VALUES,
    "kb.arxiv": VALUES | {"kb.bib", "kb.notes.schema"},
    "kb.computed": VALUES | {"kb.notes.schema"},
    "kb.transcripts": VALUES | {"kb.notes.schema", "kb.notes.values", "kb.computed"},
    "kb.questions": VALUES | {"kb.notes"},
    "kb.watch": VALUES | {"kb.arxiv", "kb.bib", "kb.notes.schema"},
    "kb.figures": VALUES | {"kb.computed", "kb.memo", "kb.pickles"},
    "kb.parallel": {"kb.pickles"},
    "kb.lasting": set(),
    "kb.memo": {"kb.parallel"},
    "kb.pickles": set(),
    "kb.cache": {"kb.pickles"},
    "kb.sources": {"kb.addresses", "kb.arxiv", "kb.registers", "kb.watch"},
    "kb.site": CORE - SITE,
    "kb.views": CORE,
    "kb.transcript_views": CORE,
    "kb.register_views": CORE,
    "kb.related": CORE,
    "kb.home_views": CORE,
    "kb.base_map": CORE,
    "kb.glossary": CORE,
    "kb.own_citation": CORE,
    "kb.registers": VALUES | {"kb.notes.schema", "kb.notes.values"},
    "kb.standings": CORE,
    "kb.question_views": CORE,
    "kb.question_query": CORE,
    "kb.question_exports": CORE,
    "kb.query": CORE,
    "kb.news": CORE,
    "kb.new_work": CORE,
    "kb.pages": CORE,
    "kb.markdown": CORE,
    "kb.checks": CORE,
    "kb.question_checks": CORE | {"kb.checks"},
    "kb.lint": CORE | {"kb.markdown", "kb.checks", "kb.question_checks"},
    "kb.dependencies": CORE,
    "kb.outline": CORE,
    "kb.troubles": VALUES | {"kb.registers"},
    "kb.making": set(),
    "kb.inputs": CORE,
    "kb.linked_files": set(),
    "kb.rebuild": CORE
    | {"kb.dependencies", "kb.inputs", "kb.linked_files", "kb.making", "kb.outline"}
    | {"kb.parallel", "kb.shelf"},
    "kb.searched": set(),
    "kb.serving": set(),
    "kb.shelf": {"kb.cache"},
    "kb.plugin": CORE
    | {"kb.lint", "kb.reading", "kb.rebuild", "kb.searched", "kb.serving", "kb.troubles"},
    "kb.reading": {"kb.cache", "kb.lasting", "kb.memo", "kb.parallel", "kb.site"},
    "kb.cli": CORE | {"kb.lint", "kb.reading", "kb.files", "kb.question_checks"},
    "kb.__main__": {"kb.cli"},
}
# Who may know what day it is; everybody else is told.
CLOCKS = {"kb.arxiv.settings", "kb.cli."}
TELLS_TIME = re.compile(
    r"^(?:datetime\.)?(?:datetime|date)\.(?:now|today|utcnow)$"
    r"|^time\.(?:time|time_ns|localtime|gmtime|monotonic|perf_counter)$"
)
DOTTED = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)+")
PRINTS = re.compile(
    r"^(?:print|input|exit|quit|breakpoint)$|^sys\.(?:exit|stdout|stderr|stdin)\b|^click\."
)


def module_name(path: Path) -> str:
    parts = path.relative_to(TOOLS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): ast.parse(path.read_text("utf-8")) for path in TOOLS.glob("kb/**/*.py")
}


def imports(tree):
    """Yield every module that is imported, also inside functions, for types only, or by its name."""
    yield from imported_by_name(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports must be absolute"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


def imported_by_name(tree):
    """Yield what a module that uses importlib may ask it for: every dotted name in quotes."""
    if "importlib" in {name for node in ast.walk(tree) for name in named_by(node)}:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and DOTTED.fullmatch(str(node.value)):
                yield node.value


def named_by(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) else []


def used_names(tree):
    """Yield every dotted name that is read, such as `datetime.date.today`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            yield ast.unparse(node)


def is_in(module, places):
    return any(f"{module}.".startswith(p) if p.endswith(".") else module == p for p in places)


def below(module, packages):
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("package", IMPORTERS)
def test_a_third_party_package_is_imported_in_one_place(package):
    found = {
        module
        for module, tree in MODULES.items()
        if any(name.partition(".")[0] == package for name in imports(tree))
    }
    assert {module for module in found if not is_in(module, IMPORTERS[package])} == set()
    for place in IMPORTERS[package]:
        assert any(is_in(module, {place}) for module in found), f"{place} does not import {package}"


def test_every_third_party_package_has_its_place():
    found = {name.partition(".")[0] for tree in MODULES.values() for name in imports(tree)}
    assert found - sys.stdlib_module_names - NEWER - {"kb", "__future__"} == set(IMPORTERS)


def test_what_is_imported_is_what_is_declared_as_a_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.match(r"[\w.-]+", entry)[0].lower() for entry in project["dependencies"]}
    sources = {COMES_WITH.get(package, package) for package in IMPORTERS}
    imported = {DISTRIBUTIONS.get(source, source) for source in sources}
    assert imported <= declared
    assert declared - imported <= NOT_IMPORTED


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_what_it_may_know(module):
    if module == "kb":
        allowed = set()
    else:
        package = ".".join(module.split(".")[:2])
        assert package in MAY_IMPORT, f"say in MAY_IMPORT what {package} may import"
        allowed = MAY_IMPORT[package] | {package}
    ours = {name for name in imports(MODULES[module]) if below(name, {"kb"})}
    assert {name for name in ours if not below(name, allowed)} == set()


def test_only_the_command_prints_or_exits():
    found = {
        module: sorted({name for name in used_names(tree) if PRINTS.search(name)})
        for module, tree in MODULES.items()
        if not is_in(module, {"kb.cli."})
    }
    assert {module: names for module, names in found.items() if names} == {}


def test_nobody_asks_the_clock_but_the_command_and_the_client_of_arxiv():
    found = {
        module: sorted({name for name in used_names(tree) if TELLS_TIME.search(name)})
        for module, tree in MODULES.items()
        if not is_in(module, CLOCKS)
    }
    assert {module: names for module, names in found.items() if names} == {}


def test_the_table_names_no_module_that_is_gone():
    assert {name for name in MAY_IMPORT if name not in MODULES} == set()
