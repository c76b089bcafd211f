// Shared by the components: put before each script. One selection for all of them lives in
// window.__cnnviz = {sel, derivation, pending, pendingAt, page}; "cnnviz:state" says that it moved.

function text(value) {
  const map = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(value ?? "").replace(/[&<>"]/g, (c) => map[c]);
}

// The page's type beside a laptop's 15 px: on a projector everything is larger by this.
const unit = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 15;

// Mark a layer everywhere in this frame, then tell the server: the first step of a walk at once,
// a quick row of steps (wait > 0) as one.
function choose(view, id, wait, event = { kind: "node", value: id }) {
  const shared = (window.__cnnviz ??= {});
  shared.sel = shared.pending = id;
  shared.pendingAt = Date.now();
  window.dispatchEvent(new CustomEvent("cnnviz:state"));
  clearTimeout(view.later);
  const quick = wait && Date.now() - (view.sent ?? 0) < 300;
  view.sent = Date.now();
  if (quick) view.later = setTimeout(() => view.send(event), wait);
  else view.send(event);
}

// The class mode as a mark on a component's own root: no selector inside it sees as far as <html>.
function presenting(root) {
  const page = document.documentElement;
  const copy = () => root.toggleAttribute("data-present", page.hasAttribute("data-present"));
  copy();
  const watch = new MutationObserver(copy);
  watch.observe(page, { attributes: true, attributeFilter: ["data-present"] });
  return () => watch.disconnect();
}

