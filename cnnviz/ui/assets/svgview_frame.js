// Where a picture lies in its box: a viewBox of the box's own shape, in picture units.
const LARGEST = 1.7; // times the drawing's own 11 px text
const CLASS = 2.6; // in class and on the full screen
const PANNED = 1.2; // what must be panned anyhow is well read
const SMALLEST = 0.96; // no text under 10.5 px: what does not fit then is panned

class Frame {
  constructor(view) {
    this.view = view;
    this.at = undefined; // {scale, x, y}
    this.held = false; // the reader zoomed or panned: nothing is fitted any more
  }

  get box() {
    return this.view.box;
  }

  get top() {
    return this.view.bar.offsetHeight; // tools and legend lie over the upper edge
  }

  fit() {
    this.held = false;
    const { clientWidth: w, clientHeight: h } = this.box;
    if (!w || !this.view.data.tools) return;
    const drawn = this.drawn(), top = this.top;
    const whole = Math.min(w / drawn.width, (h - top * 1.3) / drawn.height);
    const least = SMALLEST * unit(), large = this.view.root.classList.contains("narrow") ? 1 : PANNED;
    const far = document.documentElement.hasAttribute("data-present") || document.fullscreenElement;
    const scale = whole < least ? least * large : Math.min(whole, (far ? CLASS : LARGEST) * unit());
    const middle = (start, size, room) => (size <= room ? start + (size - room) / 2 : start);
    const y = middle(drawn.y, drawn.height, (h - top) / scale) - top / scale;
    this.set(scale, middle(drawn.x, drawn.width, w / scale), y);
  }

  crop() {
    const { x, y, width, height } = this.drawn();
    this.set(1, x, y, width, height);
    this.view.svg.style.aspectRatio = width / height;
    return width;
  }

  drawn() {
    // what is really drawn, with a margin: a picture may leave room that it was given
    const b = this.view.svg.getBBox();
    return (this.whole = { x: b.x - 8, y: b.y - 8, width: b.width + 16, height: b.height + 16 });
  }

  set(scale, x, y, w = this.box.clientWidth, h = this.box.clientHeight) {
    this.at = { scale, x, y };
    // seen from afar: shapes and colours, no text that nobody could read
    if (this.view.data.tools) this.view.svg.classList.toggle("far", scale < SMALLEST * unit() * 0.99);
    this.view.svg.setAttribute("viewBox", `${x} ${y} ${w / scale} ${h / scale}`);
    this.fade(x, y, w / scale, h / scale);
  }

  // an edge beyond which the drawing goes on fades
  fade(x, y, w, h) {
    const d = this.whole, { style } = this.box;
    if (!d || !this.view.data.tools) return;
    const over = { left: x - d.x, right: d.x + d.width - x - w, foot: d.y + d.height - y - h };
    for (const side in over) style.setProperty(`--${side}`, over[side] > 12 ? "2.5rem" : "0rem");
  }

  shift(dx, dy) {
    const { scale, x, y } = this.at;
    this.set(scale, x + dx / scale, y + dy / scale);
  }

  zoom(factor, cx = this.box.clientWidth / 2, cy = this.box.clientHeight / 2) {
    const { scale, x, y } = this.at;
    const next = Math.min(8, Math.max(0.1, scale * factor));
    this.held = true;
    this.set(next, x + cx / scale - cx / next, y + cy / scale - cy / next);
  }

  place() {
    const { data, anchor } = this.view;
    if (!data.tools) return;
    if (this.held && this.at) this.set(this.at.scale, this.at.x, this.at.y);
    else this.fit();
    const now = anchor && this.stand(anchor.value);
    if (!now || Date.now() - anchor.at > 1500) return;
    // an unfold stays where it was clicked, as far as the whole leaves the choice
    this.shift(now.left - anchor.left, now.middle - anchor.middle);
    this.keepInside();
  }

  // where what opens or closes stands: its left edge, and the line on which it is read
  stand(key) {
    const q = CSS.escape(key.replace(/!$/, "")), { svg } = this.view;
    const opened = svg.querySelector(`.frame[data-open="${q}"] .edge`), inner = svg.querySelector(`[data-in~="${q}"]`);
    const shape = opened ?? inner ?? svg.querySelector(`[data-fold="${q}"]`);
    if (!shape) return null;
    const line = (opened && inner ? inner : shape).getBoundingClientRect();
    return { left: shape.getBoundingClientRect().left, middle: line.top + line.height / 2 };
  }

  keepInside() {
    // no empty box: a picture that fits is shown whole, another fills the box
    const { clientWidth: w, clientHeight: h } = this.box;
    const { scale } = this.at;
    const d = this.drawn(), top = this.top / scale;
    const clamp = (p, start, size, room) =>
      Math.min(Math.max(p, Math.min(start, start + size - room)), Math.max(start, start + size - room));
    const x = clamp(this.at.x, d.x, d.width, w / scale);
    this.set(scale, x, clamp(this.at.y + top, d.y, d.height, h / scale - top) - top);
  }

  reveal(node) {
    if (!this.view.data.tools) return;
    const a = node.getBoundingClientRect(), b = this.box.getBoundingClientRect();
    const over = (lo, hi, min, max) => (lo < min ? lo - min - 20 : hi > max ? hi - max + 20 : 0);
    this.shift(over(a.left, a.right, b.left, b.right), over(a.top, a.bottom, b.top, b.bottom));
  }
}

