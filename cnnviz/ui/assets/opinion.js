// Second opinion: tables made by ui/opinion.py. A tool's row explains it, a radio sets the page's
// counting, a layer's row chooses it, a heading opens its rows; what a reader opened stays so when figures move.
export default (props) => mount(Opinion, props);

class Opinion {
  constructor(root) {
    this.root = root;
    this.opened = new Map(); // token -> whether the reader left it open
    this.body = document.createElement("div");
    root.append(this.body);
    this.onState = () => this.mark();
    window.addEventListener("cnnviz:state", this.onState);
    this.body.addEventListener("change", (e) => this.send({ kind: e.target.name, value: e.target.value }));
    this.body.addEventListener("click", (e) => this.click(e));
    this.body.addEventListener("toggle", (e) => this.opened.set(e.target.dataset.open, e.target.open), true);
    root.addEventListener("keydown", (e) => this.key(e));
  }

  leave() {
    window.removeEventListener("cnnviz:state", this.onState);
    this.root.replaceChildren();
  }

  show(data) {
    this.data = data;
    if (data.html !== this.source) this.draw(data.html);
    saveButton(this, this.body.querySelector(".files"));
    this.mark();
  }

  draw(html) {
    this.source = html;
    const { activeElement } = this.root.getRootNode();
    const { name, value } = activeElement ?? {};
    const tool = activeElement?.closest?.("[data-tool]")?.dataset.tool;
    this.body.innerHTML = html;
    for (const [token, open] of this.opened) this.set(token, open);
    const again = name
      ? this.body.querySelector(`input[name="${name}"][value="${value}"]`)
      : tool && this.body.querySelector(`[data-tool="${tool}"] button`);
    if (again) again.focus({ preventScroll: true });
  }

  // Open or close what has this token, wherever it is.
  set(token, open) {
    for (const e of this.body.querySelectorAll("[data-open]")) {
      if (e.dataset.open !== token) continue;
      if (e.tagName === "DETAILS") e.open = open;
      else {
        e.setAttribute("aria-expanded", open);
        this.body.querySelector(`#${e.getAttribute("aria-controls")}`).hidden = !open;
      }
    }
  }

  click(e) {
    const head = e.target.closest("button[data-open]");
    if (head) {
      const open = head.getAttribute("aria-expanded") !== "true";
      this.opened.set(head.dataset.open, open);
      this.set(head.dataset.open, open);
      return;
    }
    const tool = e.target.closest("tr[data-tool]");
    if (tool && !e.target.closest("label")) this.send({ kind: "tool", value: tool.dataset.tool });
    const row = e.target.closest("tr[data-node]");
    if (!row) return;
    choose(this, row.dataset.node, 0);
    uncover(this, () => this.body.querySelector("tr[data-sel]"));
  }

  rows() {
    return [...this.body.querySelectorAll("tbody:not([hidden]) > tr[data-node]")];
  }

  // The chosen layer is marked; the first row, or the chosen one, is the tab stop of all rows.
  mark() {
    const sel = window.__cnnviz?.sel;
    const rows = [...this.body.querySelectorAll("tr[data-node]")];
    const found = rows.find((r) => r.dataset.node === sel);
    if (found?.parentNode.hidden) {
      const head = this.body.querySelector(`[aria-controls="${found.parentNode.id}"]`);
      if (!this.opened.has(head.dataset.open)) this.set(head.dataset.open, true);
    }
    const stop = found ?? this.rows()[0];
    for (const row of rows) {
      row.toggleAttribute("data-sel", row === found);
      const button = row.querySelector("button");
      button.tabIndex = row === stop ? 0 : -1;
      button.setAttribute("aria-pressed", row === found);
    }
  }

  key(e) {
    e.stopPropagation(); // Streamlit's r, c and others
    const row = e.target.closest?.("tr[data-node]");
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!row || (!step && e.key !== "Escape")) return;
    e.preventDefault();
    if (!step) return choose(this, null, 0);
    const rows = this.rows();
    const next = rows[rows.indexOf(row) + step];
    if (!next) return;
    choose(this, next.dataset.node, 120);
    next.querySelector("button").focus();
  }
}
