/* Keys on a dose of the medication sheet: Enter or g = given now, r = refused, w = withheld, arrows = to the next dose.
   A click opens the dialog instead, so that no dose is given by a slip of the mouse. */
(function () {
  "use strict";
  const slots = () => [...document.querySelectorAll("#sheet .slot[hx-get]")].filter((slot) => slot.offsetParent);
  const letter = (event) => (/^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase());

  function give(slot) {
    if (slot.dataset.sent) return;
    slot.dataset.sent = crypto.randomUUID ? crypto.randomUUID() : key();
    slot.classList.add("is-busy");
    window.htmx.ajax("POST", `${slot.getAttribute("hx-get")}/administer`, { source: slot, target: slot, swap: "none", values: { request_key: slot.dataset.sent } });
  }
  /* crypto.randomUUID is there on https and localhost only; a ward's plain http gets the same from random bytes. */
  function key() {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
  function open(slot, what) {
    window.htmx.ajax("GET", slot.getAttribute("hx-get") + (what ? `?do=${what}` : ""), { source: slot, target: "#dialog-body", swap: "innerHTML" });
  }
  function move(slot, step) {
    const all = slots();
    const here = slot.getBoundingClientRect();
    if (step === "ArrowLeft" || step === "ArrowRight") {
      const next = all[all.indexOf(slot) + (step === "ArrowRight" ? 1 : -1)];
      if (next) next.focus();
      return;
    }
    const down = step === "ArrowDown";
    const row = slot.closest(".timegrid-row");
    const far = all.filter((other) => other.closest(".timegrid-row") !== row && (down ? other.getBoundingClientRect().top > here.top : other.getBoundingClientRect().top < here.top));
    const distance = (other) => {
      const box = other.getBoundingClientRect();
      return Math.abs(box.top - here.top) * 4 + Math.abs(box.left - here.left);
    };
    far.sort((one, two) => distance(one) - distance(two));
    if (far[0]) { far[0].focus(); far[0].scrollIntoView({ block: "nearest", inline: "nearest" }); }
  }

  /* In the capturing phase, before the page's own keys: g would begin "go to". */
  document.addEventListener("keydown", (event) => {
    const slot = event.target.closest && event.target.closest("#sheet .slot[hx-get]");
    if (!slot || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const pressed = letter(event);
    if (event.key === "Enter" || pressed === "g") { if ("give" in slot.dataset) give(slot); else open(slot, ""); }
    else if (pressed === "r") open(slot, "refuse");
    else if (pressed === "w") open(slot, "withhold");
    else if (event.key.startsWith("Arrow")) move(slot, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  /* Refused or not recorded: the sheet is read again, so that it shows what a colleague did meanwhile. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    if (requestConfig.verb === "get" || !xhr || xhr.status < 400 || !document.getElementById("sheet")) return;
    if (elt.matches(".slot")) { delete elt.dataset.sent; elt.classList.remove("is-busy"); }
    window.htmx.trigger(document.body, "sheet-changed");
  });
})();
