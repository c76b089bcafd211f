// Keyboard of a picture: arrows walk its edges, Enter opens and closes, Escape leaves.
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

class Keys {
  constructor(view) {
    this.view = view;
    this.trail = new Map(); // where a walk came from and went on to: back is the same way
    view.root.addEventListener("keydown", (e) => this.press(e));
  }

  press(e) {
    const { view } = this;
    e.stopPropagation(); // Streamlit's own shortcuts stay out of the picture
    if (e.target.closest("button, select, input") && !["Escape", "/"].includes(e.key)) return;
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const tool = view.data.tools && toolOf(e.key, view.data.graph);
    if (ARROWS[e.key]) this.walk(...ARROWS[e.key]);
    else if (e.key === "Enter" && view.cursor) this.enter(view.cursor);
    else if (e.key === "Escape") this.escape();
    else if (tool) tool.act(view);
    else return;
    e.preventDefault();
  }

  // Enter on a layer inside an opened group closes that
  enter(cursor) {
    const around = cursor.dataset.fold === undefined && this.view.closer(cursor.dataset.in?.split(" ")[0]);
    this.view.act(around || cursor, true);
  }

  escape() {
    const { view } = this;
    hideMore(view.bar);
    view.wires.hide();
    if (window.__cnnviz?.sel || view.cursor) choose(view, null, 0);
    else view.root.blur();
  }

  walk(dx, dy) {
    const { view } = this;
    if (view.svg.dataset.flow === "tb") [dx, dy] = [dy, dx];
    const from = view.cursor;
    const next = !from || !view.nodes.includes(from) ? view.nodes.find((n) => n.dataset.key !== undefined) ?? view.nodes[0]
      : dx ? this.along(from, dx) : this.beside(from, dy);
    if (!next) return;
    view.frame.reveal(next);
    this.step(from, next);
  }

  step(from, next) {
    const { view } = this;
    if (next.dataset.node !== undefined) choose(view, next.dataset.node, 120);
    view.point(next);
    const wire = from && view.wires.between(from, next);
    if (wire) view.wires.tell(wire);
    else view.wires.hide();
  }

  // along an edge; a picture without edges is a row
  along(from, dx) {
    const { view } = this;
    if (!view.wires.list.length) return view.nodes[view.nodes.indexOf(from) + dx];
    const ends = dx > 0 ? view.wires.after(from) : view.wires.before(from);
    if (!ends.length) return from.dataset.key === undefined ? this.nearest(from, dx, true) : undefined;
    const known = this.trail.get(`${dx} ${from.dataset.key}`);
    const next = ends.find((n) => n.dataset.key === known) ?? this.straight(from, ends);
    this.trail.set(`${-dx} ${next.dataset.key}`, from.dataset.key);
    return next;
  }

  straight(from, ends) {
    const off = (n) => Math.abs(this.apart(from, n)[1]) + Math.abs(this.apart(from, n)[0]) / 1e3;
    return [...ends].sort((a, b) => off(a) - off(b))[0];
  }

  // the next branch from the same box or into the same box, else whatever lies nearest
  beside(from, dy) {
    const { wires } = this.view;
    const kin = [...wires.before(from).flatMap((n) => wires.after(n)), ...wires.after(from).flatMap((n) => wires.before(n))];
    const there = kin.filter((n) => n !== from && this.apart(from, n)[1] * dy > 6);
    const far = (n) => Math.abs(this.apart(from, n)[1]);
    return there.sort((a, b) => far(a) - far(b))[0] ?? this.nearest(from, dy, false);
  }

  nearest(from, sign, onward) {
    const far = (n) => {
      const [on, across] = this.apart(from, n);
      const [main, side] = onward ? [on, across] : [across, on];
      return main * sign > 6 ? main * sign + 0.5 * Math.abs(side) : Infinity;
    };
    return this.view.nodes.filter((n) => far(n) < Infinity).sort((p, q) => far(p) - far(q))[0];
  }

  // from middle to middle: along the flow, and across it
  apart(a, b) {
    const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
    const dx = q.left + q.width / 2 - p.left - p.width / 2, dy = q.top + q.height / 2 - p.top - p.height / 2;
    return this.view.svg.dataset.flow === "tb" ? [dy, dx] : [dx, dy];
  }
}

const toolOf = (key, graph) => TOOLS.find((t) => t.keys?.includes(key) && fits(t, graph));

// The graph's own letters also work while nothing else on the page has the focus.
function anywhere(view, e) {
  const at = e.composedPath()[0];
  if (!view.data?.graph || e.ctrlKey || e.metaKey || e.altKey || !["/", "s"].includes(e.key)) return;
  if (at !== document.body && at !== document.documentElement) return;
  toolOf(e.key, view.data.graph).act(view);
  e.preventDefault();
  e.stopPropagation();
}

