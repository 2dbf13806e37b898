/* Phrases in a note: .name and a space, or a choice from the list (F2), is filled by the server from the record. */
(function () {
  "use strict";
  const list = document.getElementById("phrases");
  const fill = document.getElementById("fill");
  if (!list || !fill) return;
  const form = fill.form;
  const search = document.getElementById("phrase-search");
  const buttons = [...list.querySelectorAll("[data-phrase]")];
  const codes = new Set(buttons.map((button) => button.dataset.phrase));
  const typed = /(?:^|[^\p{L}\p{N}_.])\.(\p{L}[\p{L}\p{N}_-]*)\s$/u;
  let last = form.querySelector("textarea");
  let writing = null; /* the field that waits for its words, with what stands behind the caret */

  function ask(area) {
    writing = { id: area.id, behind: area.value.length - area.selectionEnd };
    area.readOnly = true;
    fill.click();
  }
  form.addEventListener("focusin", (event) => { if (event.target.matches("textarea")) last = event.target; });
  form.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches("textarea")) return;
    const found = typed.exec(area.value.slice(0, area.selectionStart));
    if (found && codes.has(found[1].toLowerCase())) ask(area);
  });
  fill.addEventListener("htmx:afterRequest", () => {
    const area = writing && document.getElementById(writing.id);
    if (!area) return;
    area.readOnly = false;
    area.focus();
    area.selectionStart = area.selectionEnd = area.value.length - writing.behind;
    last = area;
    writing = null;
  });

  function choose(button) {
    const area = document.getElementById(last.id);
    const before = area.value.slice(0, area.selectionStart);
    area.setRangeText(`${/[^\s]$/.test(before) ? " " : ""}.${button.dataset.phrase} `, area.selectionStart, area.selectionEnd, "end");
    list.open = false;
    ask(area);
  }
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-phrase]");
    if (button) choose(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F2") return;
    event.preventDefault();
    list.open = true;
    (search || fill).focus();
  });
  if (!search) return;
  search.addEventListener("input", (event) => {
    event.stopPropagation(); /* looking for a phrase changes no draft */
    const words = search.value.toLowerCase().replace(/^\./, "");
    buttons.forEach((button) => { button.hidden = !button.textContent.toLowerCase().includes(words); });
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { list.open = false; last.focus(); event.stopPropagation(); }
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = buttons.find((button) => !button.hidden);
    if (first) choose(first);
  });
})();
