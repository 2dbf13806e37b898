/* htmx: the CSRF header, where refusals go, toasts, and a bar when the server does not answer (a save that failed: not_recorded.js). */
(function () {
  "use strict";

  /* Typed before htmx listened, while the page was still loading: the search is asked now, not at the next key. htmx compares with
     what stood in the field when it began to listen, so the field is emptied and filled again; both together ask once. */
  document.addEventListener("htmx:load", (event) => {
    event.target.querySelectorAll('input[type="search"][hx-trigger*="input"]').forEach((field) => {
      const typed = field.value;
      if (typed === field.defaultValue) return;
      for (const value of [field.defaultValue, typed]) {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  });
  const texts = () => document.getElementById("texts").dataset;

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") {
      event.detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
    }
  });

  /* A refusal (marked data-refusal) goes to the alerts of the open dialog, else of the page; a form with errors (422) is swapped in place. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400) return;
    if (xhr.responseText.includes("data-refusal")) {
      event.detail.shouldSwap = true;
      event.detail.target = alerts(event.detail.requestConfig.elt);
      event.detail.target.replaceChildren(); /* the last refusal only */
      event.detail.swapOverride = "innerHTML";
      event.detail.isError = false;
    } else if (xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.classList.contains("alerts")) event.detail.target.scrollIntoView({ block: "nearest" });
  });

  function alerts(element) {
    const dialog = (element && element.closest("dialog[open]")) || document.querySelector("dialog[open]");
    return (dialog && dialog.querySelector(".alerts")) || document.getElementById("alerts");
  }

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.verb === "get") offline(event.detail.xhr.status >= 500); /* a save that failed: not_recorded.js */
    else if (event.detail.requestConfig.elt.matches("[data-autosave]")) toast(texts().notRecorded, "bad");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      offline(true);
      if (event.detail.requestConfig.elt.matches("[data-autosave]")) toast(texts().noAnswer, "bad");
    });
  }
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) offline(false); });
  window.addEventListener("offline", () => offline(true));
  window.addEventListener("online", () => offline(false));
  function offline(yes) {
    const bar = document.getElementById("offline");
    if (bar && bar.hidden === yes) {
      bar.hidden = !yes;
      document.dispatchEvent(new CustomEvent("connection", { detail: { lost: yes } }));
    }
  }

  /* HX-Trigger: {"toast": "text"} or {"toast": {"text": …, "tone": "bad"}} */
  document.addEventListener("toast", (event) => {
    const detail = event.detail || {};
    toast(detail.text || detail.value || "", detail.tone);
  });
  function toast(text, tone) {
    if (!text) return;
    const box = document.createElement("div");
    box.className = tone === "bad" ? "toast bad" : "toast";
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", texts().close);
    close.addEventListener("click", () => box.remove());
    box.append(words, close);
    document.getElementById("toasts").append(box);
    if (tone !== "bad") setTimeout(() => box.remove(), 5000); /* a bad one stays until it is read */
  }
})();
