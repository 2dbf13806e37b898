/* Keyboard. Letters are read by their place on the keyboard (event.code), so they work in the Cyrillic layout too. */
(function () {
  "use strict";
  let go = 0; /* when `g` was pressed */

  const letter = (event) => (/^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase());
  const typing = (element) => element.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable]");
  const show = (id) => { const dialog = document.getElementById(id); if (dialog && !dialog.open) dialog.showModal(); return dialog; };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const key = letter(event);
    if ((event.ctrlKey || event.metaKey) && key === "k") {
      event.preventDefault();
      if (show("palette")) document.dispatchEvent(new CustomEvent("palette-open"));
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest("form");
      if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("[type=submit]") || undefined); }
      return;
    }
    if (event.altKey && key === "p") { event.preventDefault(); window.print(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape" && !event.target.closest("dialog")) event.target.blur();
      return;
    }
    const dialog = document.querySelector("dialog[open]");
    if (dialog) { press(event, key, dialog); return; } /* in a dialog only its own keys count */
    if (event.key === "?" || (event.shiftKey && event.code === "Slash" && event.key !== "/")) { listPageKeys(); show("keys-help"); event.preventDefault(); return; }
    if (event.key === "/" || event.code === "Slash") {
      const field = document.querySelector("[data-search]");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
      return;
    }
    if (Date.now() - go < 1500) {
      go = 0;
      const link = document.querySelector(`[data-go="${key}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (key === "g") { go = Date.now(); return; }
    if (rows(event, key)) { event.preventDefault(); return; }
    press(event, key, document);
  });

  /* What the key stands for is pressed; a choice in a closed fold is opened first, so that what was chosen is seen. */
  function press(event, key, within) {
    const pressed = within.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!pressed || pressed.disabled) return;
    event.preventDefault();
    const fold = pressed.matches("label") && pressed.closest("details:not([open])");
    if (fold) fold.open = true;
    (pressed.control || pressed).focus();
    pressed.click();
  }

  /* j and k, or the arrows, walk the rows of the first tbody (or list) marked data-rows; on a grid of cells the browser's own Tab works. */
  function rows(event, key) {
    const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key.startsWith("Arrow") ? event.key : key];
    const list = event.target.closest("[data-rows]") || document.querySelector("[data-rows]");
    if (!list) return false;
    const all = [...list.children].filter((row) => !row.hidden && !row.matches(".group"));
    const now = all.findIndex((row) => row.classList.contains("is-current"));
    if (step && (!event.key.startsWith("Arrow") || now >= 0)) {
      const next = all[Math.max(0, Math.min(all.length - 1, now + step))];
      if (!next) return false;
      all.forEach((row) => row.classList.toggle("is-current", row === next));
      next.tabIndex = -1;
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
      return true;
    }
    if (now < 0 || event.target.closest("a, button, summary")) return false;
    if (event.key === "Enter") { const link = all[now].querySelector("a, button"); if (link) link.click(); return Boolean(link); }
    if (key === "x") { const box = all[now].querySelector("input[type=checkbox]"); if (box) box.click(); return Boolean(box); }
    return false;
  }

  function listPageKeys() {
    const section = document.getElementById("page-keys");
    const list = section.querySelector("dl");
    list.replaceChildren();
    document.querySelectorAll("[data-key]").forEach((element) => {
      const term = document.createElement("dt");
      const box = document.createElement("kbd");
      box.textContent = element.dataset.key;
      term.append(box);
      const meaning = document.createElement("dd");
      const words = element.cloneNode(true);
      words.querySelectorAll("kbd").forEach((hint) => hint.remove());
      meaning.textContent = element.getAttribute("aria-label") || words.textContent.trim();
      list.append(term, meaning);
    });
    section.hidden = !list.children.length;
  }
  document.addEventListener("click", (event) => { if (event.target.closest('[data-dialog="keys-help"]')) listPageKeys(); }, true);

  /* The ward's clock: the institution's time as the server said it, moved on by the time since. */
  const clock = document.querySelector("[data-clock]");
  if (clock) {
    const started = Date.now();
    const [hours, minutes] = clock.textContent.trim().split(":").map(Number);
    const seconds = new Date(clock.dateTime).getUTCSeconds();
    setInterval(() => {
      const passed = Math.floor((seconds + (Date.now() - started) / 1000) / 60);
      const all = (hours * 60 + minutes + passed) % 1440;
      clock.textContent = `${String(Math.floor(all / 60)).padStart(2, "0")}:${String(all % 60).padStart(2, "0")}`;
    }, 5000);
  }
})();
