// The wires of a graph: who leads to whom, which belong to the chosen box, what they carry.
class Wires {
  constructor(view) {
    this.view = view;
    this.list = [];
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.setAttribute("role", "tooltip");
    view.root.append(this.tip);
    view.box.addEventListener("pointermove", (e) => e.pointerType !== "touch" && this.hover(e));
    view.box.addEventListener("pointerleave", () => this.hide());
  }

  read() {
    const { svg } = this.view;
    this.list = [...svg.querySelectorAll(".wire[data-from]")];
    this.items = new Map([...svg.querySelectorAll("[data-key]")].map((n) => [n.dataset.key, n]));
    // the browser's own tooltips come late and never on touch: ours say the same
    svg.querySelectorAll("title").forEach((t) => t.remove());
    for (const wire of this.list)
      for (const line of wire.querySelectorAll("path")) {
        const grab = line.cloneNode();
        grab.setAttribute("class", "grab");
        wire.prepend(grab);
      }
  }

  after(item) {
    return this.ends(item, "from", "to");
  }

  before(item) {
    return this.ends(item, "to", "from");
  }

  ends(item, near, far) {
    const key = item.dataset.key;
    if (key === undefined) return [];
    return this.list.filter((w) => w.dataset[near] === key).map((w) => this.items.get(w.dataset[far]));
  }

  between(a, b) {
    const at = (w, from, to) => w.dataset.from === from.dataset.key && w.dataset.to === to.dataset.key;
    return this.list.find((w) => at(w, a, b) || at(w, b, a));
  }

  // what goes into and comes out of the chosen boxes stands out
  light(chosen) {
    const keys = new Set(chosen.map((n) => n.dataset.key).filter((k) => k !== undefined));
    for (const wire of this.list) {
      const on = keys.has(wire.dataset.from) || keys.has(wire.dataset.to);
      wire.classList.toggle("lit", on);
      if (on) wire.parentNode.append(wire); // over the others
    }
  }

  hover(e) {
    if (this.view.box.classList.contains("dragging")) return this.hide();
    const hit = e.target.closest?.(".wire[data-from], [data-node], [data-fold]");
    if (hit) this.say(this.words(hit), e.clientX, e.clientY);
    else this.hide();
  }

  words(hit) {
    const { from, to, shape } = hit.dataset;
    return shape === undefined ? hit.getAttribute("aria-label") : `${plain(from)} → ${plain(to)}: ${shape}`;
  }

  // where a wire is walked along, or touched: what it carries, for a moment
  tell(wire, x, y) {
    const b = wire.getBoundingClientRect();
    this.say(this.words(wire), x ?? b.left + b.width / 2, y ?? b.top);
    clearTimeout(this.later);
    this.later = setTimeout(() => this.hide(), 2500);
  }

  say(words, x, y) {
    if (!words) return this.hide();
    clearTimeout(this.later);
    const { tip } = this, b = this.view.root.getBoundingClientRect();
    tip.textContent = words;
    tip.classList.add("on");
    const left = Math.min(Math.max(x - b.left - tip.offsetWidth / 2, 4), b.width - tip.offsetWidth - 4);
    const over = y - b.top - tip.offsetHeight - 12;
    tip.style.transform = `translate(${Math.max(left, 4)}px, ${over > 2 ? over : y - b.top + 20}px)`;
  }

  hide() {
    clearTimeout(this.later);
    this.tip.classList.remove("on");
  }
}

// "conv1_1*" is a run, "layer1/" a module: the signs behind a name are for the program
const plain = (key) => key.replace(/[*^~+!/]+$/, "");

