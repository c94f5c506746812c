/* Data entry, for the one form[data-entry-form] of a page: Enter moves down, a pasted block fills cells, what was typed
   is kept in this browser until the server has confirmed it, and a page is never lost by sending it. Without this file
   the form works as a plain form. Reading and checking numbers is the server's; texts stand in the template.

   The form: data-draft-key names the draft; with data-only-changed only what was changed is sent.
   In it: .num-input (with data-col where there are several columns), [data-row] around the inputs of one line,
   input[data-version] with the number of what was opened (in the row, or one for the form), data-was on an input whose
   value is not the stored one, data-no-draft on one that is not kept. */
"use strict";
(() => {
  const DAYS_KEPT = 30;
  const PREFIX = "draft:"; // page.js removes these keys at sign-out
  const WAIT = 400; // milliseconds after the last key until the draft is kept
  const SLOWEST = 60000; // milliseconds an answer may take
  const offered = new Map(); // name of a cell → [value, version] of a draft nobody has decided on yet
  const resting = new Set(); // cells that are read-only just while the form is sent
  let timer = 0, sending = false, leaving = false, lastButton = null;

  const entryForm = () => document.querySelector("form[data-entry-form]");
  const key = () => PREFIX + entryForm().dataset.draftKey;
  const find = (selector) => document.querySelector(selector);
  const show = (element, shown) => { if (element) element.hidden = !shown; };

  /* Cells: whatever a person fills in */
  const cells = () => [...entryForm().querySelectorAll("input[name], textarea[name], select[name]")].filter(
    (cell) => !["hidden", "submit", "button", "file", "radio"].includes(cell.type) && !cell.disabled && !("noDraft" in cell.dataset));
  const isTick = (cell) => cell.type === "checkbox";
  const valueOf = (cell) => (isTick(cell) ? (cell.checked ? cell.value : "") : cell.value);
  function stored(cell) {
    if ("was" in cell.dataset) return cell.dataset.was;
    if (isTick(cell)) return cell.defaultChecked ? cell.value : "";
    if (cell.localName !== "select") return cell.defaultValue;
    const option = [...cell.options].find((each) => each.defaultSelected) || cell.options[0];
    return option ? option.value : "";
  }
  const isChanged = (cell) => valueOf(cell) !== stored(cell);
  function fill(cell, value) {
    if (isTick(cell)) cell.checked = Boolean(value);
    else cell.value = value;
  }
  function versionOf(cell) {
    const row = cell.closest("[data-row]");
    return (row && row.querySelector("[data-version]")) || entryForm().querySelector("[data-version]");
  }
  function mark() {
    const all = cells();
    all.forEach((cell) => cell.classList.toggle("changed", isChanged(cell)));
    const count = find("[data-entry-count]");
    const n = all.filter(isChanged).length;
    if (count) count.textContent = n ? count.dataset.entryCount.replace("{n}", n) : "";
  }

  /* Drafts; a browser may forbid or be out of storage, then there are none */
  function readDraft(name) {
    try { return JSON.parse(localStorage.getItem(name)) || { values: {} }; } catch (error) { return { values: {} }; }
  }
  function writeDraft(values) {
    try {
      if (Object.keys(values).length) localStorage.setItem(key(), JSON.stringify({ at: Date.now(), values }));
      else localStorage.removeItem(key());
    } catch (error) { /* beforeunload still asks */ }
  }
  function keepDraft() {
    clearTimeout(timer);
    timer = 0;
    const { values } = readDraft(key());
    for (const cell of cells()) {
      const version = versionOf(cell);
      if (isChanged(cell)) values[cell.name] = [valueOf(cell), version ? version.value : ""];
      else if (!offered.has(cell.name)) delete values[cell.name];
    }
    writeDraft(values);
  }
  function forgetOld() {
    try {
      for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
        if (!(readDraft(name).at > Date.now() - DAYS_KEPT * 86400000)) localStorage.removeItem(name);
      }
    } catch (error) { /* no storage */ }
  }
  function offerDraft() {
    offered.clear();
    const draft = readDraft(key());
    let outdated = false;
    for (const cell of cells()) {
      const kept = draft.values[cell.name];
      if (!kept || kept[0] === valueOf(cell)) continue;
      offered.set(cell.name, kept);
      const version = versionOf(cell);
      outdated = outdated || Boolean(version && version.value !== kept[1]);
    }
    const bar = find("[data-draft-offer]");
    show(bar, offered.size > 0);
    if (!bar || !offered.size) return keepDraft();
    const words = bar.querySelector("[data-draft-words]");
    const time = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    words.textContent = words.dataset.draftWords.replace("{n}", offered.size).replace("{time}", time);
    show(bar.querySelector("[data-draft-outdated]"), outdated);
  }
  function decide(putBack) {
    const chosen = putBack ? cells().filter((cell) => offered.has(cell.name)) : [];
    for (const cell of chosen) {
      const [value, opened] = offered.get(cell.name);
      const version = versionOf(cell);
      fill(cell, value);
      // Typed over an older state: the server then shows what has changed since.
      if (version && opened) version.value = opened;
    }
    offered.clear();
    show(find("[data-draft-offer]"), false);
    mark();
    keepDraft();
    (chosen[0] || find("main")).focus();
  }

  /* Keyboard and paste */
  const numberCells = (column) => [...entryForm().querySelectorAll(".num-input")].filter(
    (cell) => (cell.dataset.col || "") === (column || "") && !cell.disabled && !cell.readOnly);
  function move(cell, step) {
    const column = numberCells(cell.dataset.col);
    const next = column[column.indexOf(cell) + step];
    if (next) next.focus();
  }
  function paste(cell, text) {
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t").map((part) => part.trim()));
    if (lines.length < 2 && lines[0].length < 2) return false;
    const row = cell.closest("[data-row]");
    const rows = row ? [...entryForm().querySelectorAll("[data-row]")] : numberCells(cell.dataset.col);
    const columns = [...new Set([...entryForm().querySelectorAll(".num-input")].map((each) => each.dataset.col || ""))];
    const [top, left] = [rows.indexOf(row || cell), columns.indexOf(cell.dataset.col || "")];
    let lost = 0; // values whose cell is locked or lies outside
    lines.forEach((line, down) => line.forEach((value, right) => {
      if (!value) return; // blank leaves what is there
      const place = rows[top + down];
      const target = row ? place && [...place.querySelectorAll(".num-input")].find(
        (each) => (each.dataset.col || "") === columns[left + right]) : right === 0 && place;
      if (target && !target.disabled && !target.readOnly) fill(target, value);
      else lost += 1;
    }));
    const note = find("[data-paste-lost]");
    if (note) note.textContent = lost ? note.dataset.pasteLost.replace("{n}", lost) : "";
    show(note, lost > 0);
    return true;
  }

  /* Sending */
  function bodyOf(form, button) {
    const data = new FormData(form);
    if ("onlyChanged" in form.dataset) cells().filter((cell) => !isChanged(cell)).forEach((cell) => data.delete(cell.name));
    if (button && button.name) data.append(button.name, button.value);
    return data;
  }
  function rest(busy) {
    sending = busy;
    entryForm().setAttribute("aria-busy", String(busy));
    if (busy) cells().filter((cell) => cell.readOnly === false).forEach((cell) => resting.add(cell));
    resting.forEach((cell) => { cell.readOnly = busy; });
    if (!busy) resting.clear();
  }
  function trouble(kind) {
    rest(false);
    keepDraft();
    const note = find("[data-trouble-note]");
    document.querySelectorAll("[data-trouble]").forEach((text) => show(text, text.dataset.trouble === kind));
    show(note, true);
    if (note) note.scrollIntoView({ block: "center" });
  }
  function fetched(address, options) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), SLOWEST);
    return fetch(address, { credentials: "same-origin", signal: stop.signal, ...options });
  }
  const asksToSignIn = (answer) => {
    const link = find("[data-sign-in]");
    return answer.redirected && link && new URL(answer.url).pathname === new URL(link.href).pathname;
  };
  /* After a new sign-in the form's token is the old one; the page itself has the new one. */
  async function renewToken() {
    const answer = await fetched(location.href);
    if (asksToSignIn(answer)) return false;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((each) => { if (fresh) each.value = fresh.value; });
    return Boolean(fresh);
  }
  function saved(names, address) {
    const { values } = readDraft(key());
    names.forEach((name) => delete values[name]);
    writeDraft(values);
    leaving = true;
    location.assign(address);
  }
  function replacePage(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (!fresh.querySelector("form[data-entry-form]")) return trouble("failed");
    document.title = fresh.title;
    find("main").replaceWith(document.adoptNode(fresh.querySelector("main")));
    sending = false;
    resting.clear();
    offerDraft();
    mark();
    const told = find("[data-entry-result]");
    (told || find("main")).focus();
    return scrollTo(0, 0);
  }
  async function send(button, renewed) {
    const form = entryForm();
    const names = cells().filter(isChanged).map((cell) => cell.name);
    const body = bodyOf(form, button);
    lastButton = button;
    show(find("[data-trouble-note]"), false);
    keepDraft();
    rest(true);
    try {
      const address = form.getAttribute("action") || location.href;
      const answer = await fetched(address, { method: "POST", body, headers: { "X-Entry": "1" } });
      if (asksToSignIn(answer)) return trouble("expired");
      if (answer.headers.has("X-Entry-To")) return saved(names, answer.headers.get("X-Entry-To"));
      if (answer.status === 403 && answer.headers.has("X-Csrf-Failure") && !renewed) {
        return (await renewToken()) ? send(button, true) : trouble("expired");
      }
      if ([200, 409, 422].includes(answer.status)) return replacePage(await answer.text());
      return trouble({ 403: "refused", 404: "gone", 503: "busy" }[answer.status] || "failed");
    } catch (error) {
      return trouble("unreachable");
    }
  }

  /* Events; on the document, as an answer may replace the form */
  const own = (element) => element && element.form && element.form === entryForm();
  document.addEventListener("input", (event) => {
    if (!own(event.target)) return;
    offered.delete(event.target.name);
    mark();
    clearTimeout(timer);
    timer = setTimeout(keepDraft, WAIT);
  });
  document.addEventListener("focusin", (event) => { if (event.target.matches(".num-input")) event.target.select(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches(".num-input")) return;
    event.preventDefault(); // Enter never sends the form by accident
    move(event.target, event.shiftKey ? -1 : 1);
  });
  document.addEventListener("paste", (event) => {
    const cell = event.target;
    if (!own(cell) || !cell.matches(".num-input") || !paste(cell, event.clipboardData.getData("text"))) return;
    event.preventDefault();
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-draft-put-back]")) decide(true);
    if (event.target.closest("[data-draft-drop]")) decide(false);
    if (event.target.closest("[data-try-again]") && !sending) send(lastButton);
  });
  document.addEventListener("submit", (event) => {
    if ("signOut" in event.target.dataset) timer = clearTimeout(timer) || 0;
    if (event.target !== entryForm()) return;
    event.preventDefault();
    if (!sending) send(event.submitter);
  });
  addEventListener("beforeunload", (event) => {
    if (leaving || !entryForm() || !cells().some(isChanged)) return;
    event.preventDefault();
    event.returnValue = "";
  });
  addEventListener("pagehide", () => { if (timer && entryForm()) keepDraft(); });
  if (entryForm()) {
    forgetOld();
    offerDraft();
    mark();
  }
})();
