"""The MkDocs adapter: what only a plugin can do, a few lines per hook. No logic, no HTML."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mkdocs.config.base import Config
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel

from kb.cache import cache_of
from kb.lint import check_site
from kb.pages import (
    downloads,
    frame,
    generated_pages,
    meta_of,
    navigation,
    question_at,
    stands_for_one,
)
from kb.problems import Severity
from kb.reading import Reader
from kb.rebuild import Rebuild
from kb.searched import published, searched
from kb.serving import quicken, rebuilder
from kb.troubles import problems_by_page

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

    from kb.problems import Problem
    from kb.site import Site

# MkDocs counts what is logged below "mkdocs" and fails a strict build on any warning.
log = logging.getLogger("mkdocs.plugins.kb")


class KbConfig(Config):
    """The plugin has no options: docs/ and refs/ beside mkdocs.yml are the knowledge base."""


class KbPlugin(BasePlugin[KbConfig]):
    """Builds the site's model once per build and lets MkDocs render what follows from it."""

    site: Site
    content: str  # of the page that the search looks at
    ahead: tuple[Site, tuple[Problem, ...]] | None  # read already for the next build

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Keep this instance, and with it what it has read, over the rebuilds of `mkdocs serve`."""
        self.reader, self.rebuild, self.ahead = Reader(), Rebuild(command), None
        self.serves = command == "serve"
        self.recalls = self.serves or dirty

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Read the knowledge base, add the pages and downloads nobody wrote."""
        self.site, problems = self.ahead or self._read(config)
        self.ahead = None
        hidden = InclusionLevel.NOT_IN_NAV
        for path, text in generated_pages(self.site).items():
            files.append(File.generated(config, path, content=text, inclusion=hidden))
        for path, text in downloads(self.site).items():
            files.append(File.generated(config, path, content=text))
        for file in files.documentation_pages():
            if stands_for_one(self.site, file.src_uri):
                file.inclusion = hidden
        config.nav = navigation(self.site)
        self.troubles = problems_by_page(problems, files.src_uris)
        self.rebuild.open(cache_of(_root(config)), config, recall=self.recalls)
        self.recalls = False  # from now on this run knows best
        return self.rebuild.begin(self.site, files, config)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Decide which pages stay as they are, if this build is not a whole one."""
        self.rebuild.plan(nav, self.site, config, self.troubles)
        return nav

    @event_priority(-50)
    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Frame the page and tell the Markdown extension which site and page it is working on."""
        path, site = page.file.src_uri, self.rebuild.observe(self.site, page)
        config.mdx_configs["kb"] = {"site": site, "page": path, "report": log.warning}
        if question_at(site, path):
            page.meta.clear()  # the keys of a question are ours, and to Material `search` means another thing
        page.meta.update(meta_of(site, path))
        page.meta["problems"] = self.troubles.get(path, ())
        return frame(site, path, markdown)

    @event_priority(100)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Keep what the page was made from."""
        self.rebuild.rendered(page)
        return html

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> None:
        """Give every page the date that the sitemap tells."""
        self.rebuild.date(self.site, env)

    @event_priority(100)
    def _before_search(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Give the search what it keeps of the page."""
        self.content, page.content = page.content or "", searched(page.content or "")
        return context

    @event_priority(-100)
    def _after_search(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Keep what the search took of the page; cut the navigation to what the page shows."""
        page.content = published(self.content)
        self.rebuild.indexed(page, config)
        context["nav"] = self.rebuild.outlines.nav_for(page)
        return context

    on_page_context = CombinedEvent(_before_search, _after_search)

    @event_priority(100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Make the pages, and have the index of the search, which comes after, hold them all."""
        self.rebuild.make(config)
        self.rebuild.end(config)
        self.built = config
        if not self.serves:
            self.rebuild.keep()

    def on_build_error(self, *, error: Exception) -> None:
        """Have the next build begin from nothing."""
        self.rebuild.fail()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any
    ) -> LiveReloadServer:
        """Watch what a page is made from beside docs/, and build no more than what changed."""
        if self.serves:  # `--clean` asks for whole builds
            quicken(server, rebuilder(config, self.again))
            self.rebuild.offered(self.site)  # the first save is not to wait for it
            self.rebuild.keep()
        for folder in ("refs", "overrides", "tools"):
            if (_root(config) / folder).is_dir():
                server.watch(str(_root(config) / folder))
        return server

    def on_shutdown(self) -> None:
        """Keep what a server made for the next one."""
        if self.serves:
            self.rebuild.keep()

    def again(self) -> bool:
        """Build what changed in texts alone; tell whether there was nothing else to do."""
        config = self.built
        if config.strict:  # MkDocs counts the warnings of its own builds
            return False
        site, problems = self._read(config)
        troubles = problems_by_page(problems, self.rebuild.files.src_uris)
        if not self.rebuild.follow(site, config, troubles):
            self.ahead = site, problems
            return False
        self.site, self.troubles = site, troubles
        config.plugins.on_post_build(config=config)
        return True

    def _read(self, config: MkDocsConfig) -> tuple[Site, tuple[Problem, ...]]:
        """Read the knowledge base, report its problems."""
        site, problems = self.reader.read_with(
            _root(config), lambda site, memo: (site, check_site(site, memo))
        )
        for problem in problems:
            level = logging.WARNING if problem.severity is Severity.ERROR else logging.DEBUG
            log.log(level, "%s", problem)
        return site, problems


def _root(config: MkDocsConfig) -> Path:
    return Path(config.docs_dir).parent
