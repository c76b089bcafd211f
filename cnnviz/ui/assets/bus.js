// Bus: what is small and changes often, told to the page and to the other components. Its parts
// (bus_*.js: marks on <html>, keys, the list of keys) are joined before it.
export default function ({ data, setTriggerValue }) {
  const shared = (window.__cnnviz ??= {});
  if (data.lang) document.documentElement.lang = data.lang;
  if ("page" in data) {
    if (shared.page !== undefined && shared.page !== data.page) closeMenu();
    Object.assign(shared, { page: data.page, words: data.words, help: data.help });
    shared.tell = (event) => setTriggerValue("event", event);
    listen(shared);
    closeLost(shared);
    follow(shared, data.present);
    if (embedded()) openLine(shared);
    else skipLink(shared);
  }
  if ("title" in data) {
    shared.title = data.title;
    if (embedded()) openLine(shared);
  }
  if (data.file && shared.file !== data.file.serial) {
    shared.file = data.file.serial; // once, however often this is told
    window.dispatchEvent(new CustomEvent("cnnviz:file", { detail: data.file }));
  }
  if (data.choices) {
    shared.choices = { ...shared.choices, ...data.choices }; // of each table, as the address has them
    window.dispatchEvent(new CustomEvent("cnnviz:choices"));
  }
  if (data.unit) {
    shared.unit = data.unit; // {node, unit}: the one that the address names
    window.dispatchEvent(new CustomEvent("cnnviz:unit"));
  }
  if (!("sel" in data)) return;
  // a later touch is on its way to the server: do not jump back to the earlier one
  const late = shared.pending !== undefined && Date.now() - shared.pendingAt < 800;
  if (late && shared.pending !== data.sel) return;
  shared.pending = undefined;
  shared.sel = data.sel;
  shared.derivation = data.derivation;
  window.dispatchEvent(new CustomEvent("cnnviz:state"));
}

function closeMenu() {
  if (!matchMedia("(max-width: 56.25em)").matches) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}
