/* A search field with live results: arrow down goes into the rows, Enter opens the only row found for exactly what is typed. */
(function () {
  "use strict";
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input[data-results]");
    const found = field && document.getElementById(field.dataset.results);
    if (!found) return;
    const rows = found.querySelectorAll("[data-rows] > *");
    if (event.key === "ArrowDown" && rows.length) {
      event.preventDefault();
      rows[0].classList.add("is-current");
      rows[0].tabIndex = -1;
      rows[0].focus();
    }
    /* A scanner types quicker than the server answers: rows of an older text must never be opened. */
    const shown = found.querySelector("[data-text]");
    if (event.key === "Enter" && rows.length === 1 && shown && shown.dataset.text === field.value) {
      const link = rows[0].querySelector("a.row-link");
      if (link) { event.preventDefault(); link.click(); }
    }
  });
})();
