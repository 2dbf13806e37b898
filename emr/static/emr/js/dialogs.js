/* <dialog>: data-dialog="id" opens, data-close closes; whatever is swapped into #dialog-body opens the shared dialog. Menus close on leaving. */
(function () {
  "use strict";

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      closeMenus();
      const side = document.getElementById("side");
      if (side && side.matches(":popover-open")) side.hidePopover();
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-dismiss]")) event.target.closest(".alert").remove();
    closeMenus(event.target.closest("[data-menu]"));
  });

  /* A click on the dark ground closes a dialog that holds no form; a form is closed by its own buttons or Escape only. */
  document.addEventListener("mousedown", (event) => {
    if (event.target.matches("dialog[open]") && !event.target.querySelector("form")) {
      const box = event.target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) event.target.close();
    }
  });

  /* Only when htmx has taken up what was swapped in: what is typed (or scanned) into the first field before that would be lost. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.target;
    if (target.id !== "dialog-body") return;
    const dialog = target.closest("dialog");
    if (!target.hasChildNodes()) { dialog.close(); return; }
    if (!dialog.open) dialog.showModal();
    const first = target.querySelector("[autofocus]") || target.querySelector("[aria-invalid=true], form :is(input:not([type=hidden]), select, textarea)");
    if (first) first.focus();
  });
  document.addEventListener("dialog-close", () => document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close()));
  document.addEventListener("close", (event) => {
    if (event.target.id === "dialog") document.getElementById("dialog-body").replaceChildren();
  }, true);

  function closeMenus(except) {
    document.querySelectorAll("[data-menu][open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("[data-menu][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
})();
