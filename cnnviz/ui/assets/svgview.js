// Picture view: shows an SVG; click, arrows and touch choose a node or toggle a fold; pan and zoom.
// data-node is a layer, data-fold opens or closes. State lives on the root; a `still` one only shows.
// Its parts stand in svgview_*.js, which are joined before this.
const PICKABLE = "[data-node], [data-fold]";

export default (props) => mount(View, props);

class View {
  constructor(root) {
    this.root = root;
    root.innerHTML = '<div class="bar"></div><div class="box"></div>';
    this.bar = root.querySelector(".bar");
    this.box = root.querySelector(".box");
    this.frame = new Frame(this);
    this.touch = new Touch(this);
    this.keys = new Keys(this);
    this.wires = new Wires(this);
    this.search = new Search(this);
    this.onState = () => this.mark();
    this.onKey = (e) => anywhere(this, e);
    window.addEventListener("cnnviz:state", this.onState);
    document.addEventListener("keydown", this.onKey);
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.box);
    this.box.addEventListener("click", (e) => this.click(e));
  }

  leave() {
    window.removeEventListener("cnnviz:state", this.onState);
    document.removeEventListener("keydown", this.onKey);
    this.sizes.disconnect();
  }

  show(data) {
    const changed = data.svg !== this.data?.svg;
    const bar = JSON.stringify([data.title, data.legend, data.words, { ...data.graph, names: 0 }]);
    const found = JSON.stringify([data.graph?.names, data.words.search]);
    this.data = data;
    for (const name of ["tools", "still", "title"])
      this.root.classList.toggle(name === "title" ? "titled" : name, Boolean(data[name]));
    this.root.setAttribute("role", data.still ? "img" : "application");
    if (!data.still) this.root.tabIndex = 0;
    this.root.style.height = data.height ? `calc(${data.height} / 15 * 1rem)` : "";
    this.root.setAttribute("aria-label", data.still ? data.alt : `${data.alt} ${data.words.keys}`);
    if (bar !== this.barOf) drawBar(this);
    if (found !== this.foundIn) this.search.renew();
    Object.assign(this, { barOf: bar, foundIn: found });
    if (changed) this.draw();
    saveButton(this, this.bar.querySelector(".acts") ?? undefined);
    this.mark();
    if (changed) this.arrive();
  }

  draw() {
    const { data } = this, before = remember(this);
    this.box.innerHTML = data.svg;
    this.svg = this.box.querySelector("svg");
    this.svg.removeAttribute("role");
    this.wires.hide();
    this.wires.read();
    this.nodes = [...this.svg.querySelectorAll(PICKABLE)];
    this.nodes.forEach((n, i) => (n.id ||= `p${i}`));
    const wide = data.crop ? this.frame.crop() : data.w; // in CSS the limits hold for every type size
    if (data.crop) this.svg.style.maxWidth = `calc(${data.crop * wide} / 15 * 1rem)`;
    if (!data.tools && !data.still) this.svg.style.minWidth = `calc(${SMALLEST * wide} / 15 * 1rem)`;
    this.frame.place();
    move(this, before);
    this.search.markHits();
  }

  // where the reader is after an unfold: in what was opened, on what was closed; a hit is shown
  arrive() {
    if (this.seek) return this.sought();
    const key = this.anchor?.value;
    if (key === undefined || Date.now() - this.anchor.at > 1500) return;
    const q = CSS.escape(key), item = this.svg.querySelector(`[data-in~="${q}"], [data-key="${q}"][data-fold]`);
    if (item && this.anchor.keys) this.stay(item);
  }

  sought() {
    this.seek = false;
    if (!this.cursor) return;
    this.frame.reveal(this.cursor);
    uncover(this, () => this.cursor);
  }

  resized() {
    if (!this.data || !this.svg) return;
    this.root.classList.toggle("narrow", this.root.clientWidth / unit() < 560);
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
    const hit = e.target.closest(PICKABLE), wire = e.target.closest(".wire[data-from]");
    if (hit) this.act(hit);
    else if (wire) this.wires.tell(wire, e.clientX, e.clientY);
    if (hit?.dataset.node !== undefined) uncover(this, () => this.cursor ?? hit);
  }

  act(hit, keys = false) {
    if (hit.dataset.fold !== undefined) {
      const value = hit.dataset.fold;
      this.anchor = { value, ...this.frame.stand(value), keys, at: Date.now() };
      this.send({ kind: "fold", value });
    } else choose(this, hit.dataset.node, 0);
  }

  closer(key) {
    return key && this.svg.querySelector(`.tool[data-fold="${CSS.escape(key)}"]`);
  }

  // the shape that stands for a layer: its own box, or the group that hides it
  holding(id) {
    const q = CSS.escape(id);
    return this.svg.querySelector(`[data-node="${q}"]`) ?? this.svg.querySelector(`[data-holds~="${q}"]`);
  }

  mark() {
    if (!this.svg) return;
    const sel = window.__cnnviz?.sel;
    this.unmark();
    const here = this.here && this.here.sel === sel && this.svg.querySelector(this.here.shape);
    if (here) return this.point(here);
    this.here = undefined;
    if (!sel) return void this.root.removeAttribute("aria-activedescendant");
    const own = this.svg.querySelectorAll(`[data-node="${CSS.escape(sel)}"]`);
    const marked = own.length ? own : this.svg.querySelectorAll(`[data-holds~="${CSS.escape(sel)}"]`);
    if (!marked.length) return;
    this.point(...marked);
    if (sel !== this.shown) uncover(this, () => this.cursor);
    this.shown = sel;
  }

  // the keys stand on what is no selection (a group, its mark): until another layer is chosen
  stay(shape) {
    const name = shape.dataset.key === undefined ? "fold" : "key";
    this.here = { shape: `[data-${name}="${CSS.escape(shape.dataset[name])}"]`, sel: window.__cnnviz?.sel };
    this.point(shape);
  }

  // these shapes are where the reader is
  point(...shapes) {
    this.unmark();
    shapes.forEach((n) => n.classList.add("selected"));
    this.cursor = shapes[0];
    this.wires.light(shapes);
    this.root.setAttribute("aria-activedescendant", this.cursor.id);
  }

  unmark() {
    this.svg.querySelectorAll(".selected").forEach((n) => n.classList.remove("selected"));
    this.wires.light([]);
    this.cursor = undefined;
  }
}
