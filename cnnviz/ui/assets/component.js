// Shared by the components: put before each script. One selection for all of them lives in
// window.__cnnviz = {sel, derivation, pending, pendingAt, page}; "cnnviz:state" says that it moved.

function text(value) {
  const map = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(value ?? "").replace(/[&<>"]/g, (c) => map[c]);
}

// A component is a class of its root: made once, shown each time the server speaks.
function mount(Kind, { data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = (root._view ??= new Kind(root));
  view.send = (event) => setTriggerValue("event", event);
  view.show(data);
  return () => {
    view.leave();
    root._view = undefined;
  };
}

// The page's type beside a laptop's 15 px: on a projector everything is larger by this.
const unit = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 15;

// Mark a layer everywhere in this frame, then tell the server: the first step of a walk at once,
// a quick row of steps (wait > 0) as one.
function choose(view, id, wait, event = { kind: "node", value: id }) {
  const shared = (window.__cnnviz ??= {});
  shared.sel = shared.pending = id;
  shared.pendingAt = Date.now();
  claim(view);
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

// The view whose mark the page scrolls to: the one that was touched, else the first to say so.
function claim(view) {
  Object.assign((window.__cnnviz ??= {}), { showing: view, showingAt: Date.now() });
}

// On a phone the chosen layer's card lies over the foot of the screen: scroll what was chosen above
// it, once it is there. `find` gives the mark, which is kept below `head` (in CSS pixels).
function uncover(view, find, head = 0) {
  const { showing, showingAt = 0 } = (window.__cnnviz ??= {});
  if (!matchMedia("(max-width: 56.25em)").matches) return;
  if (showing !== view && Date.now() - showingAt < 1500) return;
  claim(view);
  const look = (tries) => {
    const card = document.querySelector(".st-key-sheet .card")?.getBoundingClientRect();
    if (!card) return void (tries && setTimeout(look, 100, tries - 1));
    const seen = find()?.getBoundingClientRect(), foot = Math.min(card.top, window.innerHeight);
    const over = seen && Math.min(seen.bottom + 12 - foot, seen.top - head);
    if (over > 0) document.querySelector('[data-testid="stMain"]').scrollBy({ top: over });
  };
  look(20);
}
