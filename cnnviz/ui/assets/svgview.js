// Picture view: shows an SVG; click, arrows and touch choose a node or toggle a fold; pan and zoom.
// data-node is a layer, data-fold opens or closes. State lives on the root; a `still` one only shows.
const ICONS = {
  zoom_in: "M12 5v14M5 12h14",
  zoom_out: "M5 12h14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  full_screen: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
};
const LARGEST = 1.7; // times the drawing's own 11 px text
const SMALLEST = 0.96; // no text under 10.5 px: what does not fit then is panned
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
    this.pointers = new Map();
    root.innerHTML = '<div class="bar"></div><div class="box"></div>';
    this.bar = root.querySelector(".bar");
    this.box = root.querySelector(".box");
    this.onState = () => this.mark();
    window.addEventListener("cnnviz:state", this.onState);
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.box);
    root.addEventListener("keydown", (e) => this.key(e));
    this.box.addEventListener("click", (e) => this.click(e));
    this.listenPan();
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
    if (changed) {
      this.box.innerHTML = data.svg;
      this.svg = this.box.querySelector("svg");
      this.svg.removeAttribute("role");
      this.nodes = [...this.svg.querySelectorAll(PICKABLE)];
      this.nodes.forEach((n, i) => (n.id ||= `p${i}`));
      this.drawBar();
      const wide = data.crop ? this.crop() : data.w; // in CSS the limits hold for every type size
      if (data.crop) this.svg.style.maxWidth = `calc(${data.crop * wide} / 15 * 1rem)`;
      if (!data.tools && !data.still) this.svg.style.minWidth = `calc(${SMALLEST * wide} / 15 * 1rem)`;
      this.place();
    }
    this.mark();
  }

  drawBar() {
    if (!this.data.tools) return;
    const legend = this.data.legend.map(([kind, name]) => `<span class="k-${kind}"><i></i>${text(name)}</span>`);
    this.bar.innerHTML = `<div class="legend">${legend.join("")}</div>`;
    const acts = {
      zoom_in: () => this.zoom(1.3),
      zoom_out: () => this.zoom(1 / 1.3),
      fit: () => this.fit(),
      full_screen: () =>
        document.fullscreenElement ? document.exitFullscreen() : this.root.requestFullscreen?.(),
    };
    for (const [name, act] of Object.entries(acts)) {
      const button = document.createElement("button");
      button.title = button.ariaLabel = this.data.words[name];
      button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
      button.addEventListener("click", act);
      this.bar.append(button);
    }
  }

  // ---- where the picture lies: a viewBox of the box's own shape, in picture units
  fit() {
    this.held = undefined;
    const { clientWidth: w, clientHeight: h } = this.box;
    if (!w || !this.data.tools) return;
    const drawn = this.drawn();
    const top = this.bar.offsetHeight; // tools and legend lie over the upper edge
    const whole = Math.min(w / drawn.width, (h - top * 1.3) / drawn.height);
    const scale = Math.max(Math.min(whole, LARGEST * unit()), SMALLEST * unit());
    const middle = (start, size, room) => (size <= room ? start + (size - room) / 2 : start);
    const y = middle(drawn.y, drawn.height, (h - top) / scale) - top / scale;
    this.frame(scale, middle(drawn.x, drawn.width, w / scale), y);
  }

  crop() {
    const { x, y, width, height } = this.drawn();
    this.frame(1, x, y, width, height);
    this.svg.style.aspectRatio = width / height;
    return width;
  }

  drawn() {
    // what is really drawn, with a margin: a picture may leave room that it was given
    const b = this.svg.getBBox();
    return { x: b.x - 8, y: b.y - 8, width: b.width + 16, height: b.height + 16 };
  }

  frame(scale, x, y, w = this.box.clientWidth, h = this.box.clientHeight) {
    this.at = { scale, x, y };
    this.svg.setAttribute("viewBox", `${x} ${y} ${w / scale} ${h / scale}`);
  }

  shift(dx, dy) {
    const { scale, x, y } = this.at;
    this.frame(scale, x + dx / scale, y + dy / scale);
  }

  place() {
    if (!this.data.tools) return;
    if (this.held && this.at) this.frame(this.at.scale, this.at.x, this.at.y);
    else this.fit();
    const anchor = this.anchor && this.find(this.anchor.value);
    if (!anchor || Date.now() - this.anchor.at > 1500) return;
    // an unfold stays where it was clicked, as far as the whole leaves the choice
    const now = anchor.getBoundingClientRect();
    this.shift(now.left - this.anchor.left, now.top - this.anchor.top);
    this.keepInside();
  }

  keepInside() {
    // no empty box: a picture that fits is shown whole, another fills the box
    const { clientWidth: w, clientHeight: h } = this.box;
    const { scale } = this.at;
    const d = this.drawn(), top = this.bar.offsetHeight / scale;
    const clamp = (p, start, size, room) =>
      size <= room ? start + (size - room) / 2 : Math.min(Math.max(p, start), start + size - room);
    const x = clamp(this.at.x, d.x, d.width, w / scale);
    this.frame(scale, x, clamp(this.at.y + top, d.y, d.height, h / scale - top) - top);
  }

  zoom(factor, cx = this.box.clientWidth / 2, cy = this.box.clientHeight / 2) {
    const { scale, x, y } = this.at;
    const next = Math.min(8, Math.max(0.1, scale * factor));
    this.held = true;
    this.frame(next, x + cx / scale - cx / next, y + cy / scale - cy / next);
  }

  resized() {
    if (!this.data || !this.svg) return;
    this.place();
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
    if (this.moved) return void (this.moved = false);
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

  // ---- keyboard: arrows walk, Enter opens, Escape leaves
  key(e) {
    e.stopPropagation(); // Streamlit's own shortcuts stay out of the picture
    if (e.target.closest("button") && (e.key === "Enter" || e.key === " ")) return;
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[e.key];
    if (step) this.walk(...step);
    else if (e.key === "Enter" && this.cursor) this.act(this.cursor);
    else if (e.key === "Escape") choose(this, null, 0);
    else if (!this.data.tools) return;
    else if (e.key === "+" || e.key === "=") this.zoom(1.3);
    else if (e.key === "-") this.zoom(1 / 1.3);
    else if (e.key === "0") this.fit();
    else return;
    e.preventDefault();
  }

  walk(dx, dy) {
    let next;
    if (!this.cursor || !this.nodes.includes(this.cursor)) next = this.nodes[0];
    else next = dx ? this.nodes[this.nodes.indexOf(this.cursor) + dx] : this.nearest(dy);
    if (!next) return;
    this.reveal(next);
    if (next.dataset.node !== undefined) choose(this, next.dataset.node, 120);
    else this.unmark(), next.classList.add("selected");
    this.cursor = next;
    this.root.setAttribute("aria-activedescendant", next.id);
  }

  nearest(dy) {
    const middle = (n) => {
      const b = n.getBoundingClientRect();
      return [b.left + b.width / 2, b.top + b.height / 2];
    };
    const [x, y] = middle(this.cursor);
    const far = (n) => {
      const [a, b] = middle(n), down = (b - y) * dy;
      return down > 6 ? down + 0.5 * Math.abs(a - x) : Infinity;
    };
    return this.nodes.filter((n) => far(n) < Infinity).sort((p, q) => far(p) - far(q))[0];
  }

  reveal(n) {
    if (!this.data.tools) return;
    const a = n.getBoundingClientRect(), b = this.box.getBoundingClientRect();
    const over = (lo, hi, min, max) => (lo < min ? lo - min - 20 : hi > max ? hi - max + 20 : 0);
    this.shift(over(a.left, a.right, b.left, b.right), over(a.top, a.bottom, b.top, b.bottom));
  }

  // ---- pan and pinch: one finger moves sideways, two zoom; a vertical swipe scrolls the page
  listenPan() {
    const box = this.box;
    box.addEventListener("pointerdown", (e) => {
      if (!this.data.tools || e.button) return;
      this.moved = false;
      this.pointers.set(e.pointerId, { x: e.clientX, y: e.clientY, sx: e.clientX, sy: e.clientY });
    });
    box.addEventListener("pointermove", (e) => this.drag(e));
    for (const end of ["pointerup", "pointercancel"])
      box.addEventListener(end, (e) => {
        this.pointers.delete(e.pointerId);
        if (!this.pointers.size) box.classList.remove("dragging");
      });
    box.addEventListener("touchmove", (e) => e.touches.length > 1 && e.preventDefault(), { passive: false });
    box.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
  }

  drag(e) {
    const p = this.pointers.get(e.pointerId);
    if (!p) return;
    const before = this.spread();
    const dx = e.clientX - p.x, dy = e.clientY - p.y;
    if (!this.moved && Math.hypot(e.clientX - p.sx, e.clientY - p.sy) < 4) return;
    if (!this.moved) {
      this.box.setPointerCapture(e.pointerId); // not at once: a click would get lost
      this.box.classList.add("dragging");
      this.moved = this.held = true;
    }
    Object.assign(p, { x: e.clientX, y: e.clientY });
    if (this.pointers.size === 2) {
      const after = this.spread(), b = this.box.getBoundingClientRect();
      this.zoom(after.d / before.d, after.x - b.left, after.y - b.top);
    } else this.shift(-dx, -dy);
  }

  spread() {
    const [a, b] = [...this.pointers.values()];
    return b ? { d: Math.hypot(a.x - b.x, a.y - b.y) || 1, x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : null;
  }

  wheel(e) {
    if (!this.data.tools || !(e.ctrlKey || e.metaKey || document.fullscreenElement)) return;
    e.preventDefault();
    const b = this.box.getBoundingClientRect();
    this.zoom(Math.exp(-e.deltaY / 300), e.clientX - b.left, e.clientY - b.top);
  }
}
