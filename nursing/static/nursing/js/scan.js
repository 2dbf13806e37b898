/* Readers are keyboards: the separator between the parts of a GS1 code comes as Ctrl+] (or another control key), which a text field
   swallows; it is written as {GS}, as the server reads it. F2 brings the cursor into the scan box. */
(function () {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (event.key === "F2" && !event.ctrlKey && !event.altKey) {
      const box = document.querySelector("dialog[open] [data-scan] input[name=code]") || document.querySelector("[data-scan] input[name=code]");
      if (box) { box.focus(); box.select(); event.preventDefault(); }
      return;
    }
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches("[data-scan] input[name=code], input[data-code]")) return;
    const separator = event.key === "\u001d" || (event.ctrlKey && (event.key === "]" || event.code === "BracketRight"));
    if (!separator) return;
    box.setRangeText("{GS}", box.selectionStart, box.selectionEnd, "end");
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
