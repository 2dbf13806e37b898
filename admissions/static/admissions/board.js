/* A board that renews itself keeps the row that j and k have reached, and the key in the hand of whoever stands on it. */
(function () {
  "use strict";
  let row = "", held = "";
  /* On the chosen row a letter presses the row's own button (data-row-key): m moves the patient, c sends the bed to be cleaned. */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
    const key = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : "";
    const button = key && document.querySelector(`#board tr.is-current [data-row-key="${key}"]`);
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.click();
  }, true);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "board") return;
    const now = document.querySelector("#board tr.is-current");
    const active = document.activeElement && document.activeElement.closest("#board tr");
    row = now ? now.id : "";
    held = active ? active.id : "";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "board" && !document.getElementById("board")) return;
    const now = row && document.getElementById(row);
    if (now) now.classList.add("is-current");
    const active = held && document.getElementById(held);
    if (active && document.activeElement === document.body) {
      const link = active.classList.contains("is-current") ? active : active.querySelector("a, button");
      if (link) { link.tabIndex = link.tabIndex < 0 ? -1 : link.tabIndex; link.focus({ preventScroll: true }); }
    }
    row = held = "";
  });
})();
