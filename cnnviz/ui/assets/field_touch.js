// Hands on the map and on the photograph, and the arrow keys: each gives a unit.
class FieldTouch {
  constructor(view) {
    this.view = view;
    this.listen(view.map, (x, y) => view.unitAt(x, y), false);
    this.listen(view.photo, (x, y) => nearestUnit(view.data, view.unit, x, y), true);
    view.map.addEventListener("keydown", (e) => this.press(e));
  }

  // On the photograph a finger's vertical swipe scrolls the page, so it acts by a tap or sideways.
  listen(box, unitOf, scrolls) {
    let held;
    const act = (e, last) => {
      const svg = box.querySelector("svg");
      if (!svg || !this.view.data.moves) return;
      const at = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
      this.view.move(unitOf(at.x, at.y), last ? 0 : 200);
    };
    box.addEventListener("pointerdown", (e) => {
      if (e.button) return;
      held = { id: e.pointerId, x: e.clientX, acts: !(scrolls && e.pointerType === "touch") };
      if (!held.acts) return;
      box.setPointerCapture(e.pointerId);
      act(e);
    });
    box.addEventListener("pointermove", (e) => {
      if (held?.id !== e.pointerId) return;
      held.acts ||= Math.abs(e.clientX - held.x) > 8;
      if (held.acts) act(e);
    });
    box.addEventListener("pointerup", (e) => {
      if (held?.id === e.pointerId) act(e, true);
      held = undefined;
    });
    box.addEventListener("pointercancel", () => (held = undefined));
  }

  press(e) {
    e.stopPropagation(); // Streamlit's own shortcuts stay out
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const { view } = this, { axes, central } = view.data;
    const steps = { ArrowRight: [-1, 1], ArrowLeft: [-1, -1], ArrowDown: [-2, 1], ArrowUp: [-2, -1],
      PageDown: [-3, 1], PageUp: [-3, -1] }; // prettier-ignore
    const step = steps[e.key], i = step && axes.length + step[0];
    if (e.key === "Home") view.move([...central], 0);
    else if (step && i >= 0) {
      const unit = [...view.unit];
      unit[i] = Math.min(Math.max(unit[i] + step[1] * (e.shiftKey ? 4 : 1), 0), axes[i].units - 1);
      view.move(unit, 200);
    } else return;
    e.preventDefault();
  }
}
