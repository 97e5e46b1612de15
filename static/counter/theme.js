/* Light or dark, before the first paint: chosen by the person, else by the system as it changes.
   The supervisors' desk keeps its choice under the same name; it says "auto" for the system's. */
(() => {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const kept = window.localStorage.getItem("theme");
    const dark = kept === "dark" || (kept !== "light" && system.matches);
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  };
  show();
  system.addEventListener("change", show);
})();
