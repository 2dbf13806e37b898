/* Keys in the dose ribbons: left and right to the next dose of the order, up and down to the order above or below, Enter chooses the dose. */
(function () {
  "use strict";
  const doses = (row) => [...row.querySelectorAll("a[href]")];
  function nearest(row, x) {
    return doses(row).sort((one, two) => Math.abs(one.getBoundingClientRect().left - x) - Math.abs(two.getBoundingClientRect().left - x))[0];
  }
  /* The line below the drawing says of the dose or value under the pointer or the focus what its title says. */
  function tell(event) {
    const told = document.querySelector("[data-told]"), spot = event.target.closest && event.target.closest("[data-execution] .axis-svg a, [data-execution] .axis-svg g, [data-execution] .point");
    if (!told) return;
    const title = spot && spot.querySelector("title"), lead = spot && spot.closest(".axis-row").querySelector(".axis-lead");
    told.textContent = title ? `${lead.firstChild.textContent.trim()}: ${title.textContent}` : told.dataset.empty;
  }
  document.addEventListener("focusin", tell);
  document.addEventListener("pointerover", tell);
  document.addEventListener("keydown", (event) => {
    const dose = event.target.closest && event.target.closest("[data-execution] .axis-row a");
    if (!dose || event.ctrlKey || event.metaKey || event.altKey || !event.key.startsWith("Arrow")) return;
    const row = dose.closest(".axis-row");
    let next;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const all = doses(row);
      next = all[all.indexOf(dose) + (event.key === "ArrowRight" ? 1 : -1)];
    } else {
      const step = event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling";
      for (let other = row[step]; other && !next; other = other[step]) next = nearest(other, dose.getBoundingClientRect().left);
    }
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    event.preventDefault();
  });
})();
