// Table of layers or of anything: a click selects a row, a click on a number opens where it comes
// from. Sort, filter, columns and groups are the reader's: done here at once, told to the server for
// the address. Its parts stand in table_*.js, which are joined before this.
export default (props) => mount(Table, props);

const PARTS =
  '<div class="top"><div class="bar"></div><p class="said" role="status" hidden></p>' +
  '<div class="head" id="th" role="rowgroup"></div></div>' +
  '<div class="body" role="grid" tabindex="0" aria-owns="th tb tf">' +
  '<div class="lines" id="tb" role="rowgroup"></div></div>' +
  '<div class="foot" id="tf" role="rowgroup"></div><div class="notes"></div>';
const PLAIN = { sort: "", filter: "", columns: "", rollup: "" };
const RECENT = 4000; // ms in which the address may still say what was chosen before

class Table {
  constructor(root) {
    this.root = root;
    root.innerHTML = PARTS;
    this.body = root.querySelector(".body");
    this.choices = PLAIN;
    this.told = [];
    this.cells = new Cells(this);
    this.rows = new Rows(this);
    this.bar = new Bar(this);
    this.keys = new Keys(this);
    this.onState = () => this.mark();
    this.onChoices = () => this.hear();
    window.addEventListener("cnnviz:state", this.onState);
    window.addEventListener("cnnviz:choices", this.onChoices);
    this.sizes = new ResizeObserver(() => this.measure());
    this.sizes.observe(root);
    this.unwatch = presenting(root);
    document.fonts.ready.then(() => this.data && this.draw());
    this.body.addEventListener("scroll", () => this.follow(), { passive: true });
    root.addEventListener("click", (e) => this.click(e));
  }

  leave() {
    window.removeEventListener("cnnviz:state", this.onState);
    window.removeEventListener("cnnviz:choices", this.onChoices);
    this.sizes.disconnect();
    this.unwatch();
    this.rows.leave();
  }

  // ---- what it shows
  show(data) {
    const source = JSON.stringify(data);
    if (source === this.text) return this.mark();
    this.text = source;
    this.data = data;
    this.words = data.words;
    this.source = new Lines(data);
    this.root.classList.toggle("pinned", Boolean(data.pinned));
    this.body.ariaLabel = `${data.caption} ${data.words.keys}`;
    this.sum = undefined;
    this.root.querySelector(".notes").innerHTML = (data.notes ?? []).map((n) => `<p>${text(n)}</p>`).join("");
    this.bar.draw();
    if (!this.hear()) this.draw();
    return undefined;
  }

  // The choices that the address holds now; an echo of what was chosen here is not news.
  hear() {
    const said = window.__cnnviz?.choices?.[this.data?.place];
    const now = JSON.stringify(said);
    if (!said || now === this.heard) return false;
    this.heard = now;
    this.told = this.told.filter((t) => Date.now() - t.at < RECENT);
    const echo = this.told.findIndex((t) => t.said === now);
    this.told = this.told.slice(echo + 1);
    if (echo >= 0 || now === JSON.stringify(this.choices)) return false;
    this.choices = { ...PLAIN, ...said };
    this.draw();
    return true;
  }

  change(part, wait = 0) {
    this.choices = { ...this.choices, ...part };
    this.draw();
    if (!this.data.place) return;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const tidy = { ...this.choices, filter: this.choices.filter.trim().split(/\s+/).join(" ").slice(0, 80) };
      const said = JSON.stringify(tidy);
      if (said === (this.told.at(-1)?.said ?? this.heard)) return;
      this.told.push({ said, at: Date.now() });
      this.send({ kind: "table", ...tidy });
    }, wait);
  }

  draw() {
    this.lines = this.source.list(this.choices);
    this.grouped = Boolean(this.choices.rollup);
    this.shown = this.columns();
    const by = this.data.columns.findIndex((c) => c.number && c.key === this.choices.sort.replace("-", ""));
    this.most = by < 0 ? 0 : Math.max(0, ...this.lines.map((l) => Math.abs(this.source.stand(by, l.rows) ?? 0)));
    this.body.setAttribute("role", this.grouped ? "treegrid" : "grid");
    this.body.setAttribute("aria-rowcount", this.lines.length + 1 + (this.data.totals ? 1 : 0));
    this.body.setAttribute("aria-colcount", this.shown.length);
    if (this.sum && !this.lines[this.sum.line] && !this.sum.foot) this.sum = undefined;
    this.width = undefined;
    this.measure();
    this.root.querySelector(".head").innerHTML = this.cells.head();
    this.bar.show();
    this.find();
    this.rows.draw();
    this.total();
    this.follow();
    this.mark();
  }

  total() {
    this.root.querySelector(".foot").innerHTML = this.cells.foot();
    this.follow();
  }

  // Those that the reader chose, or what there is room for: a narrow place is scrolled sideways.
  columns(choice = this.choices.columns) {
    const { columns } = this.data;
    const chosen = choice ? choice.split(".") : undefined;
    const place = this.root.clientWidth / unit();
    const narrow = place < 600;
    const fits = (c) => (chosen ? chosen.includes(c.key) : c.first !== false && !(narrow && c.wide));
    const found = columns.flatMap((c, j) => (j === 0 || fits(c) ? [j] : []));
    if (chosen || narrow || !columns.some((c) => c.spare)) return found;
    const over = measured(this, place / 15, found).reduce((a, b) => a + b, 0) > place / 15;
    return over ? found.filter((j) => !columns[j].spare) : found;
  }

  // The columns as wide as their longest cells; what is over is shared among them.
  measure() {
    const { clientWidth } = this.root;
    if (!this.data || !clientWidth || this.width === clientWidth) return;
    const first = this.width === undefined;
    this.width = clientWidth;
    if (!first && String(this.columns()) !== String(this.shown)) return void this.draw();
    const widths = measured(this, clientWidth / unit() / 15, this.shown);
    this.root.style.setProperty("--cols", widths.map((w) => `minmax(${w}rem, ${w}fr)`).join(" "));
    this.root.style.setProperty("--wide", `${widths.reduce((a, b) => a + b, 0)}rem`);
    this.root.style.setProperty("--w", `${clientWidth}px`);
    if (!first) this.rows.draw();
    this.follow();
  }

  follow() {
    for (const part of [".head", ".foot"]) this.root.querySelector(part).scrollLeft = this.body.scrollLeft;
    const { scrollLeft, clientWidth, scrollWidth } = this.body;
    this.root.style.setProperty("--bar", `${this.body.offsetWidth - clientWidth}px`);
    this.root.classList.toggle("aside", scrollLeft > 0);
    this.root.classList.toggle("more", scrollLeft + clientWidth < scrollWidth - 1);
  }

  // ---- the one selection
  // The line of the chosen layer, or of the closed group that holds it, and what is open under it.
  find() {
    const { sel, derivation } = window.__cnnviz ?? {};
    const i = this.data.rows.findIndex((r) => r.id === sel);
    this.sel = i < 0 ? undefined : this.lines.findLastIndex((l) => l.rows.includes(i));
    const own = this.lines[this.sel]?.row === i;
    this.derivation = derivation?.id === sel && own ? derivation : undefined;
    this.openLine = this.sum ? (this.sum.foot ? undefined : this.sum.line) : this.derivation ? this.sel : undefined;
    const said = this.root.querySelector(".said");
    said.hidden = i < 0 || this.sel >= 0;
    const words = said.hidden ? "" : text(this.cells.fill("hidden", { name: sel }));
    said.innerHTML = words && `${words} <button class="clear">${text(this.words.clear)}</button>`;
    return `${this.openLine} ${JSON.stringify(this.derivation)}`;
  }

  mark() {
    if (!this.lines) return;
    const opened = this.find();
    const { sel, pending } = window.__cnnviz ?? {};
    const news = sel !== this.seen;
    const byHand = news ? pending === sel : this.touched; // what the address says moves no page
    if (byHand && (news || opened !== this.painted)) this.moved = Date.now();
    if (opened !== this.painted && this.rows.drawn) this.rows.paint(...this.rows.drawn);
    else this.marked();
    if (byHand && opened !== this.painted && this.derivation) this.rows.showOpened();
    this.painted = opened;
    if (this.sel >= 0 && news) {
      this.keys.at = this.sel;
      if (byHand || this.rows.inner) this.rows.reveal(this.sel);
    }
    this.seen = sel;
    if (!(Date.now() - this.moved < RECENT) || !(this.sel >= 0)) return;
    requestAnimationFrame(() => this.rows.uncover(this.sel)); // the sheet has come, too
  }

  // Mark what is in the page: after each painting.
  marked() {
    this.root.querySelectorAll('[aria-selected="true"]').forEach((r) => r.setAttribute("aria-selected", "false"));
    this.rows.element(this.sel)?.setAttribute("aria-selected", "true");
    this.keys.mark();
  }

  // ---- what a reader does
  click(e) {
    const head = e.target.closest("[data-sort]");
    if (head) return this.sort(head.dataset.sort);
    if (e.target.closest(".clear")) return this.change({ filter: (this.bar.input.value = "") });
    const line = e.target.closest(".body [data-line]");
    const button = e.target.closest("button[data-q]");
    const total = button?.closest(".total");
    if (total) return this.sumOf({ foot: total.id, j: this.at(button) });
    if (!line) return undefined;
    this.touched = true;
    const i = Number(line.dataset.line);
    const { row, group } = this.lines[i];
    this.keys.at = i;
    this.keys.column = button ? [...line.children].indexOf(button.parentElement) : 0;
    if (this.data.rows[row]?.gone) return undefined; // no layer of this network
    if (group) return button ? this.sumOf({ line: i, j: this.at(button) }) : this.turn(i);
    this.seen = this.data.rows[row].id; // a click leaves the scroll position alone
    this.moved = Date.now(); // on a phone a sheet is coming
    this.sum = undefined;
    this.total();
    if (button) choose(this, this.seen, 0, { kind: "number", value: this.seen, quantity: button.dataset.q });
    else choose(this, this.seen, 0);
    return undefined;
  }

  at(button) {
    return this.shown[[...button.closest(".line").children].indexOf(button.parentElement)];
  }

  // Up or down first as the column has it, then the other way, then as executed.
  sort(key) {
    const { choices } = this;
    const first = this.data.columns.find((c) => c.key === key).number ? `-${key}` : key;
    const second = first === key ? `-${key}` : key;
    this.sum = undefined;
    this.change({ sort: choices.sort === first ? second : choices.sort === second ? "" : first });
  }

  // Open or close a group: its number in the address says that it differs from the others.
  turn(i) {
    const { group } = this.lines[i];
    const [by, ...rest] = this.choices.rollup.split(".");
    const all = rest[0] === "all" ? ["all"] : [];
    const turned = new Set(rest.slice(all.length).map(Number));
    if (!turned.delete(group.number)) turned.add(group.number);
    this.sum = undefined;
    this.change({ rollup: [by, ...all, ...[...turned].sort((a, b) => a - b)].join(".") });
    this.keys.at = i;
    this.keys.mark();
  }

  openAll() {
    const [by, all] = this.choices.rollup.split(".");
    this.change({ rollup: all === "all" ? by : `${by}.all` });
  }

  choose(columns) {
    const { columns: every } = this.data;
    const first = this.columns("");
    const wanted = columns && String([0, ...columns]) !== String(first) ? columns.map((j) => every[j].key) : [];
    this.change({ columns: columns && !columns.length ? every[0].key : wanted.join(".") });
  }

  // Open the sum that a group's or the totals' number is, or close it.
  sumOf(what) {
    const same = what && this.sum && ["j", "line", "foot"].every((k) => what[k] === this.sum[k]);
    this.sum = what && !same ? { ...what, ...this.terms(what) } : undefined;
    this.find();
    this.rows.paint(...this.rows.drawn);
    this.painted = this.find();
    this.total();
    this.rows.showOpened();
  }

  terms({ line, foot }) {
    const { group } = this.lines[line] ?? {};
    const parts = group?.parts ?? this.source.top(this.choices);
    const named = (p) => (typeof p === "number" ? this.data.rows[p].cells[0] : p.name);
    const of = (p) => (foot === "lt" ? this.source.every(p) : this.source.held(p));
    const held = parts.map((p) => ({ name: named(p), rows: of(p) })).filter((p) => p.rows.length);
    const some = () => this.cells.fill("sum_shown", { n: this.source.count([...this.source.found]) });
    return { parts: held, name: group?.name ?? (foot === "ls" ? some() : this.words.total) };
  }
}
