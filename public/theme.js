// Loaded in <head> before the first paint, so that no theme flashes. The choice is remembered in this browser only.
// Any element with `data-theme-switch` toggles the theme; this works before the page is hydrated.
(() => {
  const root = document.documentElement;
  const key = "slipway-theme";
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const remembered = () => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const remember = (theme) => {
    try { localStorage.setItem(key, theme); } catch { /* private browsing: the choice lasts for this page */ }
  };
  const first = remembered();
  if (first) apply(first);
  addEventListener("storage", (event) => { if (event.key === key) apply(event.newValue); });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-theme-switch]")) return;
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const next = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
    apply(next);
    remember(next);
  });
})();
