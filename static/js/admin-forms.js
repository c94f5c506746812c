// Forms of the admin: no double sending, and search boxes that say what they are for.
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

// The search box drawn over a select does not take over the name of the select.
function nameSearchBoxes() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = select.labels[0];
    const name = select.getAttribute("aria-label") || (label ? label.textContent.trim() : "");
    const box = select.nextElementSibling && select.nextElementSibling.querySelector("[role=textbox]");
    if (box && name) {
      box.setAttribute("aria-label", name);
    }
  }
}

// After Django's own script, which draws the boxes once jQuery calls the page ready.
if (window.django && window.django.jQuery) {
  window.django.jQuery(nameSearchBoxes);
}
document.addEventListener("formset:added", () => setTimeout(nameSearchBoxes));
