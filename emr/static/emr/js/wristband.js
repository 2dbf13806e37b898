/* The print button of the wristband page; Alt P prints as everywhere. */
(function () {
  "use strict";
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.code === "KeyP") { event.preventDefault(); window.print(); }
  });
})();
