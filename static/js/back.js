/* Runs in the head of pages that the browser keeps. Going back shows a kept page without asking whether
   it still holds, or whether its reader is still signed in; so such a page asks before it is shown. */
(() => {
  const ask = () => {
    document.documentElement.hidden = true;
    location.reload();
  };
  const [entry] = performance.getEntriesByType("navigation");
  if (entry && entry.type === "back_forward" && entry.transferSize === 0) ask();
  addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
})();
