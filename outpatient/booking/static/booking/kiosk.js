/* The kiosk: back to the beginning when nobody touches the screen, and letters on the screen for who has no keyboard. */
(function () {
  "use strict";
  const frame = document.getElementById("kiosk");
  if (!frame) return;
  const { idle, exit, awake } = frame.dataset;
  const limit = Number(idle) * 1000;
  let timer = 0, told = Date.now();

  function touch() {
    clearTimeout(timer);
    timer = setTimeout(() => window.location.replace(exit), limit);
    if (awake && Date.now() - told > limit / 4) {
      told = Date.now();
      fetch(awake, { credentials: "same-origin" }).catch(() => {});
    }
  }
  for (const name of ["pointerdown", "keydown", "input", "touchstart", "wheel"]) document.addEventListener(name, touch, { passive: true, capture: true });
  touch();

  /* A page shown again from the browser's memory belongs to somebody who has gone. */
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.replace(exit); });

  const LETTERS = {
    ru: ["йцукенгшщзхъ", "фывапролджэё", "ячсмитьбю-"],
    be: ["йцукенгшўзх'", "фывапролджэё", "ячсмітьбю-"],
    en: ["qwertyuiop", "asdfghjkl", "zxcvbnm-"],
  };
  const rows = (kind) => {
    if (kind === "digits") return ["123", "456", "789", ".0/", "абвг"];
    if (kind === "code") return ["ABCDEFGHIJKLM", "NOPQRSTUVWXYZ", "234567"];
    return LETTERS[document.documentElement.lang.slice(0, 2)] || LETTERS.ru;
  };
  const board = document.createElement("div");
  board.className = "kiosk-keys";
  board.hidden = true;
  let field = null;

  function draw(kind) {
    board.replaceChildren(...rows(kind).map((letters) => {
      const row = document.createElement("div");
      row.append(...[...letters].map((letter) => key(letter, letter)));
      return row;
    }));
    const last = document.createElement("div");
    if (kind !== "code") last.append(key("␣", " ", "wide"));
    last.append(key("⌫", "back", "wide"));
    board.append(last);
  }
  function key(label, value, css = "") {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.className = css;
    button.tabIndex = -1;
    button.addEventListener("click", () => press(value));
    return button;
  }
  function press(value) {
    if (!field) return;
    if (value === "back") field.value = field.value.slice(0, -1);
    else if (!field.maxLength || field.maxLength < 0 || field.value.length < field.maxLength) {
      field.value += field.value && field.value.slice(-1) !== " " && field.dataset.keyboard === "letters" ? value : value.toUpperCase();
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  board.addEventListener("mousedown", (event) => event.preventDefault()); /* the field keeps the focus */
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-keyboard]")) return;
    field = event.target;
    draw(field.dataset.keyboard);
    board.hidden = false;
    if (!board.isConnected) field.closest("form").append(board);
  });
  document.querySelector("[data-keyboard]")?.focus();
})();
