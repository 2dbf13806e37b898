/* A board that renews itself keeps the row that j and k have reached, and the key in the hand of whoever stands on it. */
(function () {
  "use strict";
  let row = "", held = "";
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
