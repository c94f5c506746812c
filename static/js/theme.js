/* Runs in the head, before the first paint: a page kept by the browser takes the theme chosen since. */
(() => {
  const media = { light: "not all", dark: "screen", "": "screen and (prefers-color-scheme: dark)" };
  const chosen = () => (document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/) || ["", ""])[1];
  const apply = (theme) => {
    const sheet = document.getElementById("dark-tokens");
    if (sheet && sheet.media !== media[theme]) sheet.media = media[theme];
  };
  window.zoneTheme = { chosen, apply };
  apply(chosen());
})();
