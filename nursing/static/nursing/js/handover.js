/* Keys on a patient of the hand-over: r or Enter = write a remark; Escape in the field returns to the row. */
(function () {
  "use strict";
  const letter = (event) => (/^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !event.target.closest) return;
    const row = event.target.closest("tr[data-patient]");
    if (!row) return;
    const field = row.querySelector("input[name=text]");
    if (event.target === row && (event.key === "Enter" || letter(event) === "r") && field) field.focus();
    else if (event.target === field && event.key === "Escape") { row.tabIndex = -1; row.focus(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  /* A remark was saved: the row is chosen again, so that j goes on to the next patient. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const row = event.detail.elt.closest && event.detail.elt.closest("tr[data-patient]");
    if (row && row.classList.contains("is-current")) { row.tabIndex = -1; row.focus(); }
  });
})();
