// Keyboard of a picture: arrows walk, Enter opens, Escape leaves.
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

class Keys {
  constructor(view) {
    this.view = view;
    view.root.addEventListener("keydown", (e) => this.press(e));
  }

  press(e) {
    e.stopPropagation(); // Streamlit's own shortcuts stay out of the picture
    const { view } = this;
    if (e.target.closest("button") && (e.key === "Enter" || e.key === " ")) return;
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const tool = view.data.tools && TOOLS.find((t) => t.keys?.includes(e.key));
    if (ARROWS[e.key]) this.walk(...ARROWS[e.key]);
    else if (e.key === "Enter" && view.cursor) view.act(view.cursor);
    else if (e.key === "Escape") choose(view, null, 0);
    else if (tool) tool.act(view);
    else return;
    e.preventDefault();
  }

  walk(dx, dy) {
    const { view } = this;
    let next;
    if (!view.cursor || !view.nodes.includes(view.cursor)) next = view.nodes[0];
    else next = dx ? view.nodes[view.nodes.indexOf(view.cursor) + dx] : this.nearest(dy);
    if (!next) return;
    view.frame.reveal(next);
    if (next.dataset.node !== undefined) choose(view, next.dataset.node, 120);
    else view.unmark(), next.classList.add("selected");
    view.cursor = next;
    view.root.setAttribute("aria-activedescendant", next.id);
  }

  nearest(dy) {
    const middle = (n) => {
      const b = n.getBoundingClientRect();
      return [b.left + b.width / 2, b.top + b.height / 2];
    };
    const [x, y] = middle(this.view.cursor);
    const far = (n) => {
      const [a, b] = middle(n), down = (b - y) * dy;
      return down > 6 ? down + 0.5 * Math.abs(a - x) : Infinity;
    };
    return this.view.nodes.filter((n) => far(n) < Infinity).sort((p, q) => far(p) - far(q))[0];
  }
}

