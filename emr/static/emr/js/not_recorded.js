/* A save that fails for whatever reason (server error, no answer, no network) says so loudly, and the word stands until somebody
   has read it: NOT RECORDED, write it on paper. A refusal is no failure: its sentence says what to do.
   Forms that save by themselves keep their own word beside the field and try again. */
(function () {
  "use strict";
  const box = () => document.getElementById("not-recorded");

  function say(what) {
    const dialog = box();
    if (!dialog) return;
    const line = document.createElement("li");
    line.textContent = [window.emrKept.time(Date.now()), what].filter(Boolean).join(" · ");
    dialog.querySelector("[data-lost]").append(line);
    if (!dialog.open) dialog.showModal();
  }
  /* What was being recorded, in the words of the page: its heading or row, and what stands in the fields, for copying onto paper. */
  function words(element) {
    if (!element || !element.closest) return "";
    const text = (found) => (found ? found.textContent.replace(/\s+/g, " ").trim() : "");
    const dialog = element.closest("dialog"), row = element.closest("tr");
    const place = [element.getAttribute("aria-label"), text(dialog && dialog.querySelector("h2")), text(dialog && dialog.querySelector(".patient-mini strong")),
      text(row && row.querySelector(".row-link, a, strong"))];
    return [...place, ...[...(element.elements || element.querySelectorAll("input, select, textarea"))].map(filled)].filter(Boolean).join(" · ");
  }
  function filled(field) {
    const choice = ["checkbox", "radio"].includes(field.type);
    if (!field.name || ["hidden", "password", "submit", "button", "file"].includes(field.type) || (choice ? !field.checked : !field.value)) return "";
    const label = field.getAttribute("aria-label") || (field.labels && field.labels[0] && field.labels[0].textContent.replace(/\s+/g, " ").trim()) || "";
    const value = choice ? "" : field.selectedOptions ? field.selectedOptions[0].text : field.value;
    return [label, value].filter(Boolean).join(": ").slice(0, 300);
  }

  function failed(event) {
    const { requestConfig } = event.detail;
    if (requestConfig.verb === "get" || requestConfig.elt.matches("[data-autosave]")) return;
    say(words(requestConfig.elt));
  }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);
  document.addEventListener("not-recorded", (event) => say(event.detail && event.detail.what));

  /* A form without htmx would leave the page for the browser's own error page: without network it stays where it is. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (navigator.onLine || form.method !== "post" || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(words(form));
  }, true);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-written-down]");
    if (!button) return;
    box().querySelector("[data-lost]").replaceChildren();
    box().close();
  });
  /* Escape does not silence it. */
  document.addEventListener("cancel", (event) => { if (event.target === box()) event.preventDefault(); }, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && box() && box().open) event.preventDefault(); }, true);
  /* "dialog-close" closes all others; this one opens again while it was not read. */
  document.addEventListener("close", (event) => {
    if (event.target === box() && box().querySelector("[data-lost]").hasChildNodes()) box().showModal();
  }, true);
})();
