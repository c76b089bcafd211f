// The lines of a table as they are scrolled to: of many only those near the window are in the page.
// A line is a constant height; what is opened under one has its own, which is measured.
const FEW = 120; // lines: so many are all drawn, so that the browser's own search finds them
const SPARE = 24; // lines drawn above and below what is seen

class Rows {
  constructor(table) {
    this.table = table;
    this.place = table.root.querySelector(".lines");
    this.onScroll = () => (this.frame ??= requestAnimationFrame(() => this.scrolled()));
    this.onPrint = (e) => this.print(e.type === "beforeprint");
    window.addEventListener("scroll", this.onScroll, { capture: true, passive: true });
    window.addEventListener("resize", this.onScroll);
    window.addEventListener("beforeprint", this.onPrint);
    window.addEventListener("afterprint", this.onPrint);
  }

  leave() {
    window.removeEventListener("scroll", this.onScroll, { capture: true });
    window.removeEventListener("resize", this.onScroll);
    window.removeEventListener("beforeprint", this.onPrint);
    window.removeEventListener("afterprint", this.onPrint);
  }

  get lines() {
    return this.table.lines;
  }

  // All lines anew.
  draw() {
    this.few = this.lines.length <= FEW;
    this.table.root.classList.toggle("many", !this.few);
    this.drawn = undefined;
    this.paint(...this.wanted());
  }

  scrolled() {
    this.frame = undefined;
    if (this.few || !this.drawn || !this.place.isConnected) return;
    const [from, to] = this.wanted(2);
    if (from < this.drawn[0] || to > this.drawn[1]) this.paint(...this.wanted());
  }

  print(all) {
    if (this.few || !this.drawn) return;
    this.paint(...(all ? [0, this.lines.length] : this.wanted()));
  }

  // The lines in sight and some around them.
  wanted(spare = SPARE) {
    const n = this.lines.length;
    if (this.few) return [0, n];
    const above = -this.place.getBoundingClientRect().top;
    const at = (y) => this.lineAt(y);
    return [Math.max(0, at(above) - spare), Math.min(n, at(above + window.innerHeight) + spare + 1)];
  }

  get height() {
    if (this.measured?.[0] !== unit()) {
      const probe = document.createElement("div");
      probe.className = "line";
      this.place.append(probe);
      this.measured = [unit(), probe.getBoundingClientRect().height];
      probe.remove();
    }
    return this.measured[1];
  }

  // In class the lines scroll by themselves, the page stands.
  get inner() {
    return getComputedStyle(this.table.body).overflowY === "auto";
  }

  get openAt() {
    return this.table.openLine ?? Infinity;
  }

  top(i) {
    return i * this.height + (i > this.openAt ? (this.opened ?? 0) : 0);
  }

  lineAt(y) {
    const i = Math.floor(y / this.height);
    if (i <= this.openAt) return Math.max(0, i);
    return Math.max(this.openAt, Math.floor((y - (this.opened ?? 0)) / this.height));
  }

  paint(from, to) {
    this.drawn = [from, to];
    const parts = [];
    for (let i = from; i < to; i++) {
      parts.push(this.table.cells.line(this.lines[i], i));
      if (i === this.openAt) parts.push(this.table.cells.opened());
    }
    this.place.innerHTML = parts.join("") || `<p class="none">${text(this.table.words.none)}</p>`;
    const open = this.place.querySelector(".open");
    if (open) this.opened = open.getBoundingClientRect().height;
    else if (this.openAt === Infinity) this.opened = 0;
    this.place.style.paddingTop = this.few ? "" : `${this.top(from)}px`;
    const below = this.top(this.lines.length) - this.top(to);
    this.place.style.paddingBottom = this.few ? "" : `${below}px`;
    this.table.marked();
  }

  element(i) {
    return this.place.querySelector(`#l${i}`);
  }

  // Bring a line in sight: no further than needed, under the head and over the totals.
  reveal(i) {
    const [main, highest, lowest] = this.window();
    const seen = this.element(i)?.getBoundingClientRect();
    const y = seen?.top ?? this.place.getBoundingClientRect().top + this.top(i);
    const bottom = y + (seen?.height ?? this.height);
    if (y < highest) main.scrollTop += y - highest;
    else if (bottom > lowest) main.scrollTop += bottom - lowest;
    if (!seen) this.paint(...this.wanted());
  }

  // What scrolls the lines, and between which heights they are seen.
  window() {
    const { root, body } = this.table;
    const main = this.inner ? body : scroller(root);
    const frame = main.getBoundingClientRect();
    const over = (part) => (this.inner ? 0 : root.querySelector(part).offsetHeight);
    const bottom = Math.min(window.innerHeight, frame.bottom);
    return [main, Math.max(0, frame.top) + over(".top"), bottom - over(".foot")];
  }

  // What is opened under a line: whole, over the totals; on a phone it is read in the sheet.
  showOpened() {
    if (window.innerWidth <= 900) return void this.turnSheet(40);
    const open = this.place.querySelector(".open")?.getBoundingClientRect();
    const line = this.element(this.openAt)?.getBoundingClientRect();
    if (!open || !line) return;
    const [main, highest, lowest] = this.window();
    const over = Math.min(open.bottom - lowest, line.top - highest);
    if (over > 0) main.scrollTop += over;
  }

  // The sheet comes some frames later; it is turned to the number that was opened.
  turnSheet(frames, done) {
    const card = document.querySelector(".st-key-sheet .card");
    const number = card?.querySelector("details.in-row");
    if (number && number !== done)
      card.scrollTop += number.getBoundingClientRect().top - card.getBoundingClientRect().top - 8;
    if (frames) requestAnimationFrame(() => this.turnSheet(frames - 1, number ?? done));
  }

  // On a phone the sheet with the details lies over the page: the chosen line is kept above it.
  uncover(i) {
    const head = this.table.root.querySelector(".top").getBoundingClientRect().bottom;
    uncover(this.table, () => this.element(i), head);
  }
}

// What scrolls the page around an element.
function scroller(element) {
  let e = element.getRootNode().host?.parentElement;
  for (; e; e = e.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight) return e;
  }
  return document.scrollingElement;
}
