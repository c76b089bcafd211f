// Picture view: shows an SVG; click, arrows and touch choose a node or toggle a fold; pan and zoom.
// data-node is a layer, data-fold opens or closes. State lives on the root; a `still` one only shows.
// Its parts stand in svgview_*.js, which are joined before this.
const PICKABLE = "[data-node], [data-fold]";

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = (root._view ??= new View(root));
  view.send = (event) => setTriggerValue("event", event);
  view.show(data);
  return () => view.leave();
}

class View {
  constructor(root) {
    this.root = root;
    root.innerHTML = '<div class="bar"></div><div class="box"></div>';
    this.bar = root.querySelector(".bar");
    this.box = root.querySelector(".box");
    this.frame = new Frame(this);
    this.touch = new Touch(this);
    this.keys = new Keys(this);
    this.onState = () => this.mark();
    window.addEventListener("cnnviz:state", this.onState);
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.box);
    this.box.addEventListener("click", (e) => this.click(e));
  }

  leave() {
    window.removeEventListener("cnnviz:state", this.onState);
    this.sizes.disconnect();
    this.root._view = undefined;
  }

  show(data) {
    const changed = data.svg !== this.data?.svg;
    this.data = data;
    this.root.className = `root ${data.tools ? "tools" : ""} ${data.still ? "still" : ""}`;
    this.root.setAttribute("role", data.still ? "img" : "application");
    if (!data.still) this.root.tabIndex = 0;
    this.root.style.height = data.height ? `calc(${data.height} / 15 * 1rem)` : "";
    this.root.setAttribute("aria-label", data.still ? data.alt : `${data.alt} ${data.words.keys}`);
    if (changed) this.draw();
    saveButton(this, data.tools ? this.bar : undefined);
    this.mark();
  }

  draw() {
    const { data } = this;
    this.box.innerHTML = data.svg;
    this.svg = this.box.querySelector("svg");
    this.svg.removeAttribute("role");
    this.nodes = [...this.svg.querySelectorAll(PICKABLE)];
    this.nodes.forEach((n, i) => (n.id ||= `p${i}`));
    drawBar(this);
    const wide = data.crop ? this.frame.crop() : data.w; // in CSS the limits hold for every type size
    if (data.crop) this.svg.style.maxWidth = `calc(${data.crop * wide} / 15 * 1rem)`;
    if (!data.tools && !data.still) this.svg.style.minWidth = `calc(${SMALLEST * wide} / 15 * 1rem)`;
    this.frame.place();
  }

  resized() {
    if (!this.data || !this.svg) return;
    this.frame.place();
    const w = Math.floor(this.root.clientWidth / unit());
    const { width } = this.data;
    if (!width || !w || document.fullscreenElement) return;
    if ((w < width - 4 || w > width + 60) && w !== this.told) {
      clearTimeout(this.tell);
      this.tell = setTimeout(() => {
        this.told = w;
        this.send({ kind: "width", value: w });
      }, 150);
    }
  }

  click(e) {
    if (this.touch.moved) return void (this.touch.moved = false);
    const hit = e.target.closest(PICKABLE);
    if (hit) this.act(hit);
  }

  act(hit) {
    if (hit.dataset.fold !== undefined) {
      const { left, top } = hit.getBoundingClientRect();
      this.anchor = { value: hit.dataset.fold, left, top, at: Date.now() };
      this.send({ kind: "fold", value: hit.dataset.fold });
    } else choose(this, hit.dataset.node, 0);
  }

  find(value) {
    const q = CSS.escape(value);
    return this.svg.querySelector(`[data-node="${q}"], [data-fold="${q}"]`);
  }

  mark() {
    if (!this.svg) return;
    const sel = window.__cnnviz?.sel;
    this.unmark();
    this.cursor = undefined;
    if (!sel) return void this.root.removeAttribute("aria-activedescendant");
    const own = this.svg.querySelectorAll(`[data-node="${CSS.escape(sel)}"]`);
    const marked = own.length ? own : this.svg.querySelectorAll(`[data-holds~="${CSS.escape(sel)}"]`);
    marked.forEach((n) => n.classList.add("selected"));
    this.cursor = marked[0];
    if (this.cursor) this.root.setAttribute("aria-activedescendant", this.cursor.id);
  }

  unmark() {
    this.svg.querySelectorAll(".selected").forEach((n) => n.classList.remove("selected"));
  }
}
