// A form that is on its way is not sent a second time by a double click.
"use strict";

for (const form of document.querySelectorAll("#content-main form[method=post]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
    }
    sent = true;
  });
  // Coming back with the browser's Back button, it may be sent again.
  window.addEventListener("pageshow", () => {
    sent = false;
  });
}
