/* Filters and orders for the tables, with their state in the address; keys, copying and folding for the turns of
   transcripts; and names that Material leaves out. Everything works without this script: tables are complete, turns are
   numbered and folds open. */
(() => {
  "use strict";

  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

  function setUp(table) {
    const form = table.querySelector(".kb-filter");
    const rows = [...table.querySelectorAll("tbody tr")];
    const count = table.querySelector(".kb-count");
    const none = table.querySelector(".kb-none");
    const texts = new Map(
      rows.map((row) => [row, `${row.textContent} ${row.dataset.more ?? ""}`.toLowerCase()]),
    );

    const settings = new Set(["sort", "match"]);
    const many = new Set([...form.querySelectorAll("[data-kb-many]")].map((field) => field.name));

    function holds(row, name, values, all) {
      if (name === "words") return words(values[0]).every((word) => texts.get(row).includes(word));
      if (!many.has(name)) return values[0] === row.dataset[name];
      const held = row.dataset[name].split(" ");
      return all ? values.every((v) => held.includes(v)) : values.some((v) => held.includes(v));
    }

    function sort(by) {
      if (!form.elements.sort) return;
      const rank = (row) => Number(row.dataset[by ? `rank${by[0].toUpperCase()}${by.slice(1)}` : "rank"]);
      const place = table.querySelector("tbody");
      for (const row of [...rows].sort((a, b) => rank(a) - rank(b))) place.append(row);
    }

    function apply({ remember }) {
      const chosen = [...new FormData(form)].filter(([, value]) => value.trim());
      const asked = new Map(chosen.map(([name]) => [name, []]));
      for (const [name, value] of chosen) asked.get(name).push(value);
      const all = asked.has("match");
      let shown = 0;
      for (const row of rows) {
        row.hidden = ![...asked].every(
          ([name, values]) => settings.has(name) || holds(row, name, values, all),
        );
        if (!row.hidden) shown += 1;
      }
      sort(asked.get("sort")?.[0] ?? "");
      count.textContent = `${shown} of ${rows.length} shown`;
      none.hidden = shown > 0;
      if (remember) {
        const query = new URLSearchParams(chosen).toString();
        history.replaceState(null, "", location.pathname + (query ? `?${query}` : "") + location.hash);
      }
    }

    function restore() {
      const params = new URLSearchParams(location.search);
      for (const field of form.elements) {
        if (field.type === "checkbox") field.checked = params.getAll(field.name).includes(field.value);
        else if (field.name) field.value = params.get(field.name) ?? "";
        if (field.type === "select-one" && field.selectedIndex < 0) field.value = "";
        if (field.checked) field.closest("details").open = true;
      }
      apply({ remember: false });
    }

    form.addEventListener("input", () => apply({ remember: true }));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => apply({ remember: true })));
    table.querySelector("[data-kb-clear]")?.addEventListener("click", () => form.reset());
    addEventListener("popstate", restore);
    restore();
  }

  for (const table of document.querySelectorAll("[data-kb-filter]")) setUp(table);

  /* Turns of transcripts: j and k walk them, a button copies one, the target of a link is unfolded. */
  const turns = [...document.querySelectorAll("[data-kb-turn]")];

  function textOf(turn) {
    const said = turn.querySelector(".kb-said").cloneNode(true);
    for (const number of said.querySelectorAll(".kb-remark-number")) number.remove();
    return said.textContent;
  }

  function addCopy(turn) {
    if (!turn.querySelector(".kb-said") || !navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kb-copy";
    button.textContent = "Copy";
    button.ariaLabel = `Copy turn ${turn.dataset.kbTurn}`;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(textOf(turn));
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    turn.prepend(button);
  }

  function walk(step) {
    const at = turns.indexOf(document.activeElement?.closest("[data-kb-turn]"));
    const next = turns[at < 0 ? (step > 0 ? 0 : turns.length - 1) : at + step];
    if (!next) return;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
    const id = next.querySelector("h2[id]")?.id;
    if (id) history.replaceState(null, "", `#${id}`);
  }

  function unfold() {
    const id = decodeURIComponent(location.hash.slice(1));
    const folded = id && document.getElementById(id)?.closest("[data-kb-turn]")?.querySelector(".kb-folded");
    if (folded) folded.open = true;
  }

  turns.forEach(addCopy);
  for (const hint of document.querySelectorAll(".kb-keys")) hint.hidden = false;
  if (turns.length) {
    addEventListener("hashchange", unfold);
    unfold();
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("input, textarea, select, [contenteditable]")) return;
      if (event.key === "j") walk(1);
      else if (event.key === "k") walk(-1);
    });
  }

  /* Names that Material leaves out: its search is a dialog, and each menu of a section a landmark. */
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  for (const menu of document.querySelectorAll(".md-nav[aria-labelledby]")) {
    const title = menu.querySelector(".md-nav__title")?.textContent.trim();
    if (title) menu.setAttribute("aria-label", `Pages of ${title}`);
  }
  /* And the boxes of wide tables and the buttons of each block of code, which it adds as they come into view. */
  let blocks = 0;
  const nameBlocks = () => {
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) {
      box.tabIndex = 0; // scrolled by keys, too
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Table");
    }
    for (const tools of document.querySelectorAll(".md-code__nav:not([aria-label])")) {
      tools.setAttribute("aria-label", `Code ${(blocks += 1)}`);
    }
  };
  nameBlocks();
  const content = document.querySelector(".md-content");
  if (content) new MutationObserver(nameBlocks).observe(content, { childList: true, subtree: true });
})();
