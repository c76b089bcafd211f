// Keyboard of a table, one tab stop: arrows walk rows and cells, Enter opens or sorts, Escape leaves.
// Where a row is a layer, the walk chooses it, in all views; `at` is the line, -1 the head.
class Keys {
  constructor(table) {
    this.table = table;
    this.at = undefined;
    this.column = 0; // by its place among those in sight
    table.body.addEventListener("keydown", (e) => this.press(e));
    table.body.addEventListener("focus", () => this.mark());
    table.body.addEventListener("blur", () => this.mark());
  }

  press(e) {
    this.table.touched = true;
    e.stopPropagation(); // Streamlit's own shortcuts stay out of the table
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const last = this.table.lines.length - 1;
    const page = Math.max(1, Math.floor((window.innerHeight * 0.7) / this.table.rows.height));
    const at = this.at ?? -1;
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: Math.max(0, at - page) };
    const next = { ...steps, Home: 0, End: last }[e.key];
    if (next !== undefined) this.go(Math.max(-1, Math.min(last, next)));
    else if (e.key === "ArrowRight" || e.key === "ArrowLeft") this.walk(e.key === "ArrowRight" ? 1 : -1);
    else if (e.key === "Enter" || e.key === " ") this.act();
    else if (e.key === "Escape") this.leave();
    else return;
    e.preventDefault();
  }

  enter() {
    this.table.body.focus({ preventScroll: true });
    this.go(0);
  }

  go(i) {
    const line = this.table.lines[i];
    this.at = line || i === -1 ? i : undefined;
    if (this.at === undefined) return;
    if (line) this.table.rows.reveal(i);
    if (line && line.row !== undefined && !this.table.data.rows[line.row].gone) {
      this.table.seen = this.table.data.rows[line.row].id;
      choose(this.table, this.table.seen, 120);
    } else this.mark();
  }

  walk(step) {
    if (this.at === undefined) return this.go(0);
    const line = this.table.lines[this.at];
    if (line?.group && !this.column && line.open === step < 0) return this.table.turn(this.at);
    this.column = Math.max(0, Math.min(this.table.shown.length - 1, this.column + step));
    this.mark();
    const [cell] = this.cell();
    if (cell) showAcross(this.table.body, cell);
    return undefined;
  }

  act() {
    const line = this.table.lines[this.at];
    const [cell] = this.cell();
    if (this.at === -1) this.table.sort(cell.dataset.sort);
    else if (line?.group && !this.column) this.table.turn(this.at);
    else cell?.querySelector("button")?.click();
  }

  leave() {
    if (this.table.sum) this.table.sumOf(undefined);
    else choose(this.table, null, 0);
  }

  // The cell of the cursor, and its row.
  cell() {
    const { root } = this.table;
    const row = this.at === -1 ? root.querySelector("#lh") : root.querySelector(`#l${this.at}`);
    return [row?.children[this.column], row];
  }

  mark() {
    const { root, body } = this.table;
    root.querySelectorAll(".cursor").forEach((c) => c.classList.remove("cursor"));
    root.querySelector("#cell")?.removeAttribute("id");
    const [cell, row] = this.at === undefined ? [] : this.cell();
    if (!cell) return void body.removeAttribute("aria-activedescendant");
    const inner = this.column || this.at === -1;
    if (inner) cell.id = "cell";
    body.setAttribute("aria-activedescendant", inner ? "cell" : row.id);
    if (root.getRootNode().activeElement === body) cell.classList.add("cursor");
  }
}

// Scroll sideways so far that a cell is seen beside the names, which stay.
function showAcross(body, cell) {
  const names = body.querySelector(".name")?.offsetWidth ?? 0;
  const left = cell.offsetLeft - names;
  const right = cell.offsetLeft + cell.offsetWidth - body.clientWidth;
  if (body.scrollLeft > left) body.scrollLeft = Math.max(0, left);
  else if (body.scrollLeft < right) body.scrollLeft = right;
}
