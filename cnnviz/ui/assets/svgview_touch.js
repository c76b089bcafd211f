// Pan and pinch: one finger moves sideways, two zoom; a vertical swipe scrolls the page.
class Touch {
  constructor(view) {
    this.view = view;
    this.pointers = new Map();
    this.moved = false; // the last press was a drag: its click is none
    const box = view.box;
    box.addEventListener("pointerdown", (e) => this.down(e));
    box.addEventListener("pointermove", (e) => this.drag(e));
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, (e) => this.up(e));
    box.addEventListener("touchmove", (e) => e.touches.length > 1 && e.preventDefault(), { passive: false });
    box.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
  }

  down(e) {
    if (!this.view.data.tools || e.button) return;
    this.moved = false;
    this.pointers.set(e.pointerId, { x: e.clientX, y: e.clientY, sx: e.clientX, sy: e.clientY });
  }

  up(e) {
    this.pointers.delete(e.pointerId);
    if (!this.pointers.size) this.view.box.classList.remove("dragging");
  }

  drag(e) {
    const p = this.pointers.get(e.pointerId), { box, frame } = this.view;
    if (!p) return;
    const before = this.spread();
    const dx = e.clientX - p.x, dy = e.clientY - p.y;
    if (!this.moved && Math.hypot(e.clientX - p.sx, e.clientY - p.sy) < 4) return;
    if (!this.moved) {
      box.setPointerCapture(e.pointerId); // not at once: a click would get lost
      box.classList.add("dragging");
      this.moved = frame.held = true;
    }
    Object.assign(p, { x: e.clientX, y: e.clientY });
    if (this.pointers.size === 2) {
      const after = this.spread(), b = box.getBoundingClientRect();
      frame.zoom(after.d / before.d, after.x - b.left, after.y - b.top);
    } else frame.shift(-dx, -dy);
  }

  spread() {
    const [a, b] = [...this.pointers.values()];
    return b ? { d: Math.hypot(a.x - b.x, a.y - b.y) || 1, x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : null;
  }

  wheel(e) {
    if (!this.view.data.tools || !(e.ctrlKey || e.metaKey || document.fullscreenElement)) return;
    e.preventDefault();
    const b = this.view.box.getBoundingClientRect();
    this.view.frame.zoom(Math.exp(-e.deltaY / 300), e.clientX - b.left, e.clientY - b.top);
  }
}

