/* Command palette: the links of the menu, the keys of the page, and a search of patients with what was typed. */
(function () {
  "use strict";
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = document.getElementById("palette-input");
  const list = document.getElementById("palette-list");
  const plain = (text) => text.toLowerCase().replaceAll("ё", "е").normalize("NFKD");
  let chosen = 0;

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", name.includes("#") ? name : `${input.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  }
  function item(label, note, href, iconName, act) {
    const row = document.createElement("li");
    row.setAttribute("role", "option");
    const link = document.createElement("a");
    link.href = href;
    link.tabIndex = -1;
    const words = document.createElement("span");
    words.textContent = label;
    const small = document.createElement("small");
    small.textContent = note;
    link.append(icon(iconName), words, small);
    if (act) link.addEventListener("click", (event) => { event.preventDefault(); palette.close(); act.click(); });
    row.append(link);
    return row;
  }

  function entries() {
    const links = [...document.querySelectorAll(".side-link")].map((link) => ({
      label: link.querySelector("span").textContent.trim(),
      note: input.dataset.pageLabel,
      href: link.href,
      icon: link.querySelector("use").getAttribute("href"),
    }));
    const acts = [...document.querySelectorAll("[data-key]:not([disabled])")].map((element) => {
      const words = element.cloneNode(true);
      words.querySelectorAll("kbd").forEach((hint) => hint.remove());
      return { label: element.getAttribute("aria-label") || words.textContent.trim(), note: element.dataset.key, href: "#", icon: "arrow-right", act: element };
    });
    return [...acts, ...links];
  }

  function draw() {
    const typed = input.value.trim();
    const parts = plain(typed).split(/\s+/);
    const found = entries().filter((entry) => parts.every((part) => plain(entry.label).includes(part)));
    const rows = found.map((entry) => item(entry.label, entry.note, entry.href, entry.icon, entry.act));
    if (typed && input.dataset.searchUrl) {
      const search = item(`${input.dataset.findLabel}: ${typed}`, "", `${input.dataset.searchUrl}?q=${encodeURIComponent(typed)}`, "search");
      if (found.length && parts[0].length < 3) rows.push(search); else rows.unshift(search);
    }
    if (!rows.length) {
      const none = document.createElement("li");
      none.className = "empty";
      none.textContent = input.dataset.emptyLabel;
      rows.push(none);
    }
    list.replaceChildren(...rows);
    choose(0);
  }
  function choose(index) {
    const rows = [...list.querySelectorAll("[role=option]")];
    chosen = Math.max(0, Math.min(rows.length - 1, index));
    rows.forEach((row, place) => {
      row.id = `palette-${place}`;
      row.setAttribute("aria-selected", String(place === chosen));
    });
    if (rows[chosen]) {
      input.setAttribute("aria-activedescendant", rows[chosen].id);
      rows[chosen].scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("palette-open", () => { input.value = ""; draw(); input.focus(); });
  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      const link = list.querySelectorAll("[role=option] a")[chosen];
      if (link) link.click();
    }
  });
})();
