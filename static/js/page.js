/* Small conveniences of every page. Nothing here is needed to read or enter data. */
(() => {
  const all = (selector) => document.querySelectorAll(selector);

  /* Long menus and filters begin closed on small screens. */
  if (matchMedia("(max-width: 1099px)").matches) all("details[data-menu]").forEach((box) => { box.open = false; });
  if (matchMedia("(max-width: 899px)").matches) all("details[data-filters]").forEach((box) => { box.open = false; });
  matchMedia("(min-width: 1100px)").addEventListener("change", (wide) => { if (wide.matches) all("details[data-menu]").forEach((box) => { box.open = true; }); });
  matchMedia("(min-width: 900px)").addEventListener("change", (wide) => { if (wide.matches) all("details[data-filters]").forEach((box) => { box.open = true; }); });

  /* Pop-up menus close on Escape and on a click elsewhere. */
  const popups = all("details[data-popup]");
  document.addEventListener("click", (event) => popups.forEach((box) => { if (!box.contains(event.target)) box.open = false; }));
  popups.forEach((box) => box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    box.querySelector("summary").focus();
  }));

  /* The language form returns to the very place, with the part of the address only the browser knows. */
  all("form[data-language]").forEach((form) => form.addEventListener("submit", () => {
    const next = form.querySelector("[name=next]");
    if (next && location.hash && !next.value.includes("#")) next.value += location.hash;
  }));

  /* What was typed and not saved stays in the browser only while one is signed in. */
  all("form[data-sign-out]").forEach((form) => form.addEventListener("submit", () => {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => localStorage.removeItem(key));
    } catch (error) { /* a browser without storage keeps none */ }
  }));

  /* Theme: automatic, light or dark, remembered for a year. */
  const choices = all("[data-theme-choice]");
  const mark = (theme) => choices.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme)));
  choices.forEach((button) => button.addEventListener("click", () => {
    const theme = button.dataset.themeChoice;
    document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; SameSite=Lax`;
    window.zoneTheme.apply(theme);
    mark(theme);
    document.dispatchEvent(new CustomEvent("themechange"));
  }));
  if (choices.length) mark(window.zoneTheme.chosen());
  all("[data-theme-menu]").forEach((menu) => { menu.hidden = false; });
})();
