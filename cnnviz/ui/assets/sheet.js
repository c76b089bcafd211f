// A sheet under its button, over everything: open until Escape, a touch elsewhere, or what it holds
// closes it. It stays at its button while the page scrolls, and never leaves the screen.
class Sheet {
  constructor(button, sheet) {
    Object.assign(this, { button, sheet, isOpen: false });
    sheet.popover = "manual"; // full screen too, and cut by no box
    this.onOutside = (e) => e.composedPath().some((n) => n === sheet || n === button) || this.close();
    this.onMove = () => this.place();
  }

  open(first) {
    this.isOpen = true;
    this.sheet.classList.add("shown");
    this.sheet.showPopover?.();
    this.button.setAttribute("aria-expanded", "true");
    this.place();
    this.listen("addEventListener");
    first.focus({ preventScroll: true });
  }

  close(back = false) {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.sheet.classList.remove("shown");
    if (this.sheet.matches(":popover-open")) this.sheet.hidePopover();
    this.button.removeAttribute("aria-expanded");
    this.listen("removeEventListener");
    if (back) this.button.focus({ preventScroll: true });
  }

  listen(how) {
    window[how]("pointerdown", this.onOutside, true);
    window[how]("scroll", this.onMove, true);
    window[how]("resize", this.onMove);
  }

  place() {
    // under the button, its right edge; over it where there is no room
    const b = this.button.getBoundingClientRect(), s = this.sheet, edge = 8;
    const left = Math.min(b.right - s.offsetWidth, innerWidth - edge - s.offsetWidth);
    const under = b.bottom + 4, over = b.top - 4 - s.offsetHeight;
    const fits = under + s.offsetHeight <= innerHeight - edge;
    const lowest = Math.max(edge, innerHeight - edge - s.offsetHeight);
    const top = fits ? under : over >= edge ? over : lowest;
    s.style.left = `${Math.max(edge, left)}px`;
    s.style.top = `${Math.max(edge, Math.min(top, lowest))}px`;
  }
}
