// Keys of the page, heard before any component (they keep theirs to themselves): p, ?, 1 … 9, Escape.
// An element with data-mode does by a click what a key does.
const TEXT = "input:not([type=radio], [type=checkbox], [type=range], [type=button]), textarea, select, [contenteditable=true]";
const ABOVE = 'dialog[open], [role="dialog"], [role="listbox"], [role="menu"], [data-testid="stPopoverBody"]';

function listen(shared) {
  if (shared.listening) return;
  shared.listening = true;
  swipes();
  document.addEventListener("scroll", (e) => {
    if (e.target.dataset?.testid === "stMain") html.toggleAttribute("data-scrolled", e.target.scrollTop > 8);
  }, true);
  window.addEventListener("keydown", (e) => press(shared, e), true);
  document.addEventListener("click", (e) => {
    const mode = e.target.closest?.("[data-mode]")?.dataset.mode;
    if (mode) act(shared, mode);
    else carry(e.target.closest?.("a[href]"));
  }, true);
}

function press(shared, e) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || embedded() && e.key !== "p") return;
  const [at] = e.composedPath();
  if (at.matches?.(TEXT) && e.key !== "Escape") return;
  const mode = { p: "present", P: "present", "?": "help", "？": "help", Escape: "leave" }[e.key];
  if (!(mode ? act(shared, mode, e) : view(e.key))) return;
  e.preventDefault();
  e.stopImmediatePropagation();
}

function act(shared, mode, e) {
  const on = html.hasAttribute("data-present");
  if (mode === "grow") return grow();
  if (mode === "leave" && (!on || busy(shared, e))) return false;
  if (mode === "help") help(shared);
  else if (document.querySelector("dialog.keys")) return false;
  else present(shared, !on);
  return true;
}

// Escape has a nearer meaning: something lies above the page, a text box, a selection in a picture.
function busy(shared, e) {
  const path = e.composedPath();
  const picture = path.some((n) => n.matches?.('[role="application"], [role="grid"]'));
  const typing = path[0].matches?.(TEXT);
  return typing || (picture && shared.sel) || document.fullscreenElement || document.querySelector(ABOVE);
}

function view(key) {
  if (!/^[1-9]$/.test(key) || document.querySelector(ABOVE)) return false;
  const button = document.querySelectorAll('.st-key-view_switch [role="radio"]')[key - 1];
  button?.click();
  button?.focus({ preventScroll: true }); // what had the focus may go with its view
  return Boolean(button);
}

// In class a link within the app leads to a page in class.
function carry(link) {
  if (!link || !html.hasAttribute("data-present") || link.origin !== location.origin) return;
  const to = new URL(link.href);
  to.searchParams.set("present", "1");
  link.href = to.href;
}

