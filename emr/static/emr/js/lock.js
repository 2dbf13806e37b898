/* The terminal locks itself when nobody touches it. The page stays where it is, drafts and all, but nothing of it is shown. */
(function () {
  "use strict";
  document.addEventListener("htmx:configRequest", (event) => {
    /* What a page asks by itself (polling, loading a part) is no activity. */
    if (!event.detail.triggeringEvent) event.detail.headers["EMR-Background"] = "1";
  });

  const dialog = document.getElementById("lock");
  if (!dialog) return;
  const { after, lockUrl, awakeUrl, loginUrl, title } = dialog.dataset;
  const limit = Number(after) * 1000, TOLD_EVERY = 60000;
  const form = dialog.querySelector("form[data-unlock]");
  const field = form.querySelector("input[name=pin]");
  const token = () => document.querySelector('meta[name="csrf-token"]').content;
  let touched = Date.now(), told = Date.now(), before = document.title;

  const others = {
    say(word) { try { localStorage.setItem(`emr-${word}`, String(Date.now())); } catch { /* private mode: each tab for itself */ } },
    last() { try { return Number(localStorage.getItem("emr-touched")) || 0; } catch { return 0; } },
  };
  const isLocked = () => document.body.classList.contains("locked");

  function touch() {
    if (isLocked()) return;
    touched = Date.now();
    if (touched - told < TOLD_EVERY) return;
    told = touched;
    others.say("touched");
    fetch(awakeUrl, { credentials: "same-origin" }).then((answer) => { if (answer.status === 423) show(); }).catch(() => {});
  }
  for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    document.addEventListener(name, touch, { passive: true, capture: true });
  }

  function show() {
    if (isLocked()) return;
    before = document.title;
    document.title = title;
    document.body.classList.add("locked");
    if (!dialog.open) dialog.showModal();
    field.value = "";
    field.focus();
  }
  function hide() {
    touched = told = Date.now();
    document.title = before;
    document.body.classList.remove("locked");
    form.querySelector("[data-unlock-alert]").replaceChildren();
    field.value = "";
    if (dialog.open) dialog.close();
  }
  /* Without the server nobody could unlock: then the list kept for such hours stays open, and the lock comes with the first answer. */
  function lock() {
    fetch(lockUrl, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token(), Accept: "application/json" } })
      .then(() => { show(); others.say("lock"); }).catch(() => {});
  }

  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => { if (isLocked()) dialog.showModal(); });
  setInterval(() => { if (!isLocked() && Date.now() - Math.max(touched, others.last()) > limit) lock(); }, 5000);
  window.addEventListener("storage", (event) => {
    if (event.key === "emr-lock") show();
    if (event.key === "emr-unlock") hide();
  });
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 423) show(); });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-lock]")) return;
    event.preventDefault();
    lock();
  }, true);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin",
        headers: { "X-CSRFToken": token(), Accept: "application/json" } });
    } catch {
      return say(document.getElementById("texts").dataset.noAnswer);
    }
    if (answer.ok) { hide(); others.say("unlock"); return; }
    const told = await answer.json().catch(() => ({ message: "", gone: true }));
    if (told.gone) { window.open(loginUrl, "_self"); return; }
    say(told.message);
    field.value = "";
    field.focus();
  });
  function say(text) {
    const box = document.createElement("div");
    box.className = "alert bad";
    box.textContent = text;
    form.querySelector("[data-unlock-alert]").replaceChildren(box);
  }
})();
