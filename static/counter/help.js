/* Help in place: ? or F1 on every page; without a script the link in the header leads to it. */
(() => {
  "use strict";
  const link = document.querySelector("[data-help]");
  if (!link) return;
  const dialog = document.createElement("dialog");
  dialog.className = "help-dialog";
  dialog.setAttribute("aria-label", link.dataset.help);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-outline-secondary";
  close.textContent = link.dataset.close;
  close.addEventListener("click", () => dialog.close());
  const place = document.createElement("div");
  dialog.append(place, close);
  document.body.append(dialog);

  const open = async () => {
    if (dialog.open) { dialog.close(); return; }
    try {
      const answer = await window.fetch(link.href, {
        credentials: "same-origin", headers: { "HX-Request": "true" },
      });
      if (!answer.ok) throw new Error(answer.status);
      place.innerHTML = await answer.text();
      dialog.showModal();
      close.focus();
    } catch {
      window.location.assign(link.href);
    }
  };
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select, textarea");
    if (event.key !== "F1" && (event.key !== "?" || typing)) return;
    event.preventDefault();
    open();
  });
})();
