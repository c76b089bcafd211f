// Table of layers: a click selects its row, a click on a number opens where it comes from.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const table = (root._table ??= new Layers(root));
  table.send = (event) => setTriggerValue("event", event);
  table.show(data);
  return () => table.leave();
}

class Layers {
  constructor(root) {
    this.root = root;
    this.onState = () => this.mark();
    window.addEventListener("cnnviz:state", this.onState);
    root.addEventListener("keydown", (e) => this.key(e));
    root.addEventListener("click", (e) => this.click(e));
  }

  leave() {
    window.removeEventListener("cnnviz:state", this.onState);
    this.root._table = undefined;
  }

  show(data) {
    const source = JSON.stringify(data);
    if (source !== this.source) this.draw(data);
    this.source = source;
    this.mark();
  }

  draw(data) {
    this.data = data;
    const columns = data.columns;
    const head = columns.map((c) => `<th scope="col" class="c-${c.key}${c.number ? " n" : ""}">${text(c.label)}</th>`);
    const cell = (value, c, live) => {
      if (!c.number) return `<td class="c-${c.key}">${text(value)}</td>`;
      const [shown, exact] = value;
      const zero = exact === "0" ? " zero" : "";
      const inner = live && !zero && c.opens !== false ? `<button tabindex="-1" data-q="${c.key}">${text(shown)}</button>` : text(shown);
      return `<td class="c-${c.key} n${zero}" title="${text(exact)}">${inner}</td>`;
    };
    const body = data.rows.map(
      (r, i) =>
        `<tr id="r${i}" data-i="${i}" class="k-${r.kind}">` +
        r.cells.map((v, j) => cell(v, columns[j], true)).join("") +
        "</tr>",
    );
    const foot = data.totals
      ? `<tfoot><tr>${data.totals.map((v, j) => cell(v, v === "" ? { key: columns[j].key } : columns[j], false)).join("")}</tr></tfoot>`
      : "";
    this.root.innerHTML =
      `<div class="scroll"><table role="grid" tabindex="0"><caption>${text(data.caption)}</caption><thead><tr>${head.join("")}</tr></thead>` +
      `<tbody>${body.join("")}</tbody>${foot}</table></div>`;
    this.scroll = this.root.querySelector(".scroll");
    this.root.classList.toggle("whole", !data.height);
    this.root.style.height = data.height ? `calc(${data.height} / 15 * 1rem)` : "auto";
    this.grid = this.root.querySelector("table");
    this.grid.ariaLabel = `${data.caption} ${data.words.open_number}`;
    this.index = new Map(data.rows.map((r, i) => [r.id, i]));
    this.seen = undefined;
    saveButton(this);
  }

  row(i) {
    return this.root.querySelector(`#r${i}`);
  }

  mark() {
    if (!this.data) return;
    const { sel, derivation } = window.__cnnviz ?? {};
    this.root.querySelectorAll("[aria-selected]").forEach((r) => r.removeAttribute("aria-selected"));
    this.root.querySelector("tr.derivation")?.remove();
    const i = this.index.get(sel);
    this.at = i;
    if (i === undefined) return;
    const row = this.row(i);
    row.setAttribute("aria-selected", "true");
    this.grid.setAttribute("aria-activedescendant", row.id);
    if (derivation && derivation.id === sel) this.open(row, derivation);
    if (this.seen !== sel) this.reveal(row);
    this.seen = sel;
  }

  open(row, d) {
    const tr = document.createElement("tr");
    tr.className = "derivation";
    this.root.style.setProperty("--w", `${this.root.clientWidth}px`);
    tr.innerHTML =
      `<td colspan="${this.data.columns.length}"><div class="in"><b>${text(d.label)}: ${text(d.shown)}</b>` +
      `<code>${text(d.formula)}</code><code class="sub">${text(d.substitution)}</code>` +
      `<small>${text(d.convention)}</small></div></td>`;
    row.after(tr);
  }

  reveal(row) {
    if (!this.data.height) return void (this.seen && row.scrollIntoView({ block: "nearest" }));
    const box = this.scroll;
    const top = row.offsetTop - this.root.querySelector("thead").offsetHeight;
    const end = row.offsetTop + row.offsetHeight - box.clientHeight + 40;
    if (box.scrollTop > top) box.scrollTop = top;
    else if (box.scrollTop < end) box.scrollTop = end;
  }

  click(e) {
    const row = e.target.closest("tr[data-i]");
    if (!row) return;
    const id = this.data.rows[row.dataset.i].id;
    const button = e.target.closest("button[data-q]");
    this.seen = id; // a click leaves the scroll position alone
    if (button) this.number(id, button.dataset.q);
    else choose(this, id, 0);
  }

  number(id, q) {
    choose(this, id, 0, { kind: "number", value: id, quantity: q });
  }

  key(e) {
    e.stopPropagation();
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[e.key];
    if (step) {
      const last = this.data.rows.length - 1;
      const next = this.at === undefined ? 0 : Math.min(last, Math.max(0, this.at + step));
      choose(this, this.data.rows[next].id, 120);
    } else if (e.key === "ArrowRight" || e.key === "ArrowLeft") this.walk(e.key === "ArrowRight" ? 1 : -1);
    else if (e.key === "Enter") this.root.querySelector("td.cursor button")?.click();
    else if (e.key === "Escape") choose(this, null, 0);
    else return;
    e.preventDefault();
  }

  walk(step) {
    if (this.at === undefined) return;
    const cells = [...this.row(this.at).cells].filter((c) => c.querySelector("button"));
    if (!cells.length) return;
    const old = cells.findIndex((c) => c.classList.contains("cursor"));
    this.root.querySelector("td.cursor")?.classList.remove("cursor");
    const next = cells[old < 0 ? 0 : Math.min(cells.length - 1, Math.max(0, old + step))];
    next.classList.add("cursor");
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
