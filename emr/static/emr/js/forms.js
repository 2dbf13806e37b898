/* Forms: sent once, guarded against leaving, and a word that says whether a draft is saved. Nothing clinical is kept in the browser. */
(function () {
  "use strict";
  const texts = () => document.getElementById("texts").dataset;
  const dirty = new Set();

  function state(form, name) {
    const place = form.querySelector("[data-save-state]");
    if (!place) return;
    place.dataset.state = name;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    place.textContent = { unsaved: texts().unsaved, saving: texts().saving, saved: `${texts().saved} ${time}`, failed: texts().notRecorded }[name];
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard], form[data-autosave]");
    if (!form) return;
    dirty.add(form);
    state(form, "unsaved");
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("form[data-autosave]")) state(event.target, "saving");
    lock(event.target, true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    lock(form, false);
    if (!form.matches || !form.matches("form")) return;
    if (event.detail.successful) dirty.delete(form);
    if (form.matches("[data-autosave]")) state(form, event.detail.successful ? "saved" : "failed");
  });

  /* An ordinary form is sent once; coming back by the back button frees it. An autosaving form stays open to the pen. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    dirty.delete(form);
    if (form.hasAttribute("hx-post") || form.method === "dialog" || form.method === "get" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => lock(form, true));
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    lock(form, false);
  }));
  function lock(form, yes) {
    if (!form.matches || !form.matches("form:not([data-autosave])")) return;
    form.querySelectorAll("[type=submit]").forEach((button) => {
      if (yes && !button.disabled) { button.disabled = true; button.dataset.locked = "yes"; }
      if (!yes && button.dataset.locked) { button.disabled = false; delete button.dataset.locked; }
    });
  }

  window.addEventListener("beforeunload", (event) => {
    const waiting = [...dirty].some((form) => form.isConnected);
    if (waiting) { event.preventDefault(); event.returnValue = texts().leave; }
  });

  /* A select or checkbox that filters a list sends its form at once. */
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
})();
