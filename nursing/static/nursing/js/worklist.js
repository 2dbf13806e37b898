/* Keys on a row of the one list: Enter or g = do it (given, done, measure, draw), r = refused or not done, w = withheld, m = more,
   c = care of this patient, 1 to 4 = whether it helped. j and k walk (emr/js/keys.js). After an act nothing is chosen until the next
   j, so that a key pressed twice never reaches the next patient; j then goes on where one was. */
(function () {
  "use strict";
  const letter = (event) => (/^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase());
  const rows = () => [...document.querySelectorAll("#sheet tr[data-work]")];
  let place = null; /* which row was chosen, and where it stood */
  let resume = null; /* where j goes on after an act */

  function press(row, element) {
    if (!element || row.dataset.sent) return;
    if (element.closest("form")) { row.dataset.sent = "1"; row.classList.add("is-busy"); }
    element.click();
  }
  function open(row, what) {
    if (!row.dataset.url) return;
    const mark = row.dataset.url.includes("?") ? "&" : "?";
    window.htmx.ajax("GET", row.dataset.url + (what ? `${mark}do=${what}` : ""), { source: row, target: "#dialog-body", swap: "innerHTML" });
  }

  function choose(row) {
    row.classList.add("is-current");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  function goOn(event) {
    const down = letter(event) === "j" || event.key === "ArrowDown";
    if (event.ctrlKey || event.metaKey || event.altKey || !(down || letter(event) === "k" || event.key === "ArrowUp")) return;
    const all = rows();
    const next = all[Math.max(0, Math.min(all.length - 1, down ? resume : resume - 1))];
    resume = null;
    if (!next) return;
    choose(next);
    event.preventDefault();
    event.stopPropagation();
  }

  /* In the capturing phase, before the page's own keys: Enter would open the first link, g would begin "go to". */
  document.addEventListener("keydown", (event) => {
    const row = event.target.matches && event.target.matches("#sheet tr[data-work]") ? event.target : null;
    if (!row && resume !== null && event.target === document.body && !document.querySelector("dialog[open]")) { goOn(event); return; }
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const pressed = letter(event);
    const kind = row.dataset.work;
    if (event.key === "Enter" || pressed === "g") press(row, row.querySelector("[data-do]"));
    else if (pressed === "r" && kind === "dose") open(row, "refuse");
    else if (pressed === "r" && kind === "care") open(row, "skip");
    else if (pressed === "w" && kind === "dose") open(row, "withhold");
    else if (pressed === "m") open(row, "");
    else if (pressed === "c" && row.dataset.care) window.location.assign(row.dataset.care);
    else if (kind === "effect" && /^[1-4]$/.test(event.key)) press(row, row.querySelectorAll("button[name=effect]")[Number(event.key) - 1]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  /* The list is read again every 20 seconds and after each act: who was chosen stays chosen, what was done leaves its place. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "sheet") return;
    const all = rows();
    const index = all.findIndex((row) => row.classList.contains("is-current"));
    place = index < 0 ? null : { id: all[index].id, index, acted: "sent" in all[index].dataset, focused: all[index] === document.activeElement };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!place || !document.getElementById("sheet")) return;
    const same = document.getElementById(place.id);
    if (same && !place.acted && !("closed" in same.dataset)) {
      same.classList.add("is-current");
      same.tabIndex = -1;
      if (place.focused) same.focus({ preventScroll: true });
    } else {
      resume = place.index;
    }
    place = null;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const row = event.detail.elt.closest && event.detail.elt.closest("#sheet tr[data-work]");
    if (!row || !event.detail.xhr || event.detail.xhr.status < 400) return;
    delete row.dataset.sent;
    row.classList.remove("is-busy");
  });
})();
