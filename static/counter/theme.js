/* Light or dark, before the first paint: chosen by the person, else by the system. */
(() => {
  const kept = window.localStorage.getItem("theme");
  const dark = kept ? kept === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
})();
