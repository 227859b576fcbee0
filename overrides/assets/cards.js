/* Cards: what a link leads to, shown beside it for mouse, keyboard and finger. The text of a card rides in the page,
   in a list at its end; nothing is fetched. To a screen reader a link is a link: the list says the same in its place.
   Without this script, or in a browser without popovers, the links just work. */
(() => {
  "use strict";
  if (!HTMLElement.prototype.showPopover) return;

  const LINKS = "a.kb-ref, a.footnote-ref, a[data-kb-card]";
  const GAP = 6; // pixels between link and card, and around the card
  const card = document.createElement("div");
  card.className = "kb-popup md-typeset";
  card.popover = "manual";
  card.ariaHidden = "true";
  document.body.append(card);

  let shown = null; // the link whose card is open
  let spot = null; // where the mouse met a link that runs over two lines
  let timer = 0;

  const linkAt = (target) => target.closest?.(LINKS);
  const later = (run, after) => {
    clearTimeout(timer);
    timer = setTimeout(run, after);
  };

  function textFor(link) {
    const id = link.dataset.kbCard ?? decodeURIComponent(link.hash.slice(1));
    const text = document.getElementById(id)?.cloneNode(true);
    if (!text) return null;
    for (const extra of text.querySelectorAll(".kb-back, .footnote-backref")) extra.remove();
    for (const named of text.querySelectorAll("[id]")) named.removeAttribute("id");
    for (const inner of text.querySelectorAll("a")) {
      inner.tabIndex = -1;
      inner.removeAttribute("data-kb-card");
    }
    return text;
  }

  function place() {
    const lines = [...shown.getClientRects()];
    const line = lines.find((box) => spot && spot.y >= box.top && spot.y <= box.bottom) ?? lines[0];
    if (!line || line.bottom < 0 || line.top > innerHeight) return close();
    const { width, height } = card.getBoundingClientRect();
    const widest = document.documentElement.clientWidth - width - GAP;
    const below = line.bottom + GAP + height <= innerHeight || line.top < height + GAP;
    card.style.left = `${Math.max(GAP, Math.min(line.left, widest))}px`;
    card.style.top = `${below ? line.bottom + GAP : line.top - GAP - height}px`;
  }

  function open(link) {
    clearTimeout(timer);
    if (link === shown) return;
    const text = textFor(link);
    if (!text) return;
    card.replaceChildren(...text.childNodes);
    shown = link;
    card.showPopover();
    place();
  }

  function close() {
    clearTimeout(timer);
    shown = spot = null;
    if (card.matches(":popover-open")) card.hidePopover();
  }

  addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkAt(event.target);
    if (link) {
      later(() => {
        spot = { y: event.clientY };
        open(link);
      }, 120);
    } else if (card.contains(event.target)) clearTimeout(timer);
    else if (shown && shown !== document.activeElement) later(close, 250);
    else if (!shown) clearTimeout(timer);
  });
  addEventListener("focusin", (event) => {
    const link = linkAt(event.target);
    if (link?.matches(":focus-visible")) open(link);
    else if (!card.contains(event.target)) close();
  });
  addEventListener("focusout", (event) => event.target === shown && later(close, 100));
  addEventListener("pointerdown", (event) => {
    if (shown && !card.contains(event.target) && linkAt(event.target) !== shown) close();
  });
  addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("scroll", () => shown && place(), { passive: true });
  addEventListener("resize", close);

  /* A finger cannot hover: the first tap opens the card, the second follows the link. */
  addEventListener("click", (event) => {
    const link = linkAt(event.target);
    if (!link || card.contains(link)) return;
    if (event.pointerType === "touch" && link !== shown && textFor(link)) {
      event.preventDefault();
      open(link);
      return;
    }
    close();
    /* Of the ways back from a list's entry, mark the one to where the reader was. */
    for (const back of document.querySelectorAll(".kb-back [aria-current]")) back.removeAttribute("aria-current");
    document.querySelector(`.kb-back a[href="#${CSS.escape(link.id)}"]`)?.setAttribute("aria-current", "location");
  });
})();
