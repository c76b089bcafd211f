// Search in a graph by a layer's name or operation: lists and marks the hits, Enter goes to the next.
const LISTED = 60;

class Search {
  constructor(view) {
    this.view = view;
    this.hits = [];
    this.at = -1;
  }

  open() {
    if (!this.box) this.build();
    this.view.root.classList.add("searching");
    this.input.focus();
    this.input.select();
  }

  close() {
    if (!this.box) return;
    this.view.root.classList.remove("searching");
    this.hits = [];
    this.markHits();
    this.view.root.focus({ preventScroll: true });
  }

  // another network or language: what was built says something else
  renew() {
    if (!this.box) return;
    this.view.root.classList.remove("searching");
    this.box.remove();
    this.box = undefined;
    this.hits = [];
  }

  build() {
    const { words } = this.view.data;
    this.box = document.createElement("div");
    this.box.className = "finder";
    this.box.innerHTML = `<div class="line"><input type="search" autocomplete="off" spellcheck="false"
        role="combobox" aria-expanded="true" aria-controls="hits" enterkeyhint="search"
        aria-label="${text(words.search)}" placeholder="${text(words.search_hint)}"><output aria-live="polite"></output></div>
      <ul id="hits" role="listbox" aria-label="${text(words.search)}"></ul>`;
    this.view.root.append(this.box);
    this.input = this.box.querySelector("input");
    this.count = this.box.querySelector("output");
    this.list = this.box.querySelector("ul");
    const shut = toolButton(words.search_close, "M6 6l12 12M18 6L6 18", () => this.close());
    this.box.querySelector(".line").append(shut);
    this.input.addEventListener("input", () => this.find());
    this.box.addEventListener("keydown", (e) => this.key(e));
    this.list.addEventListener("click", (e) => {
      const line = e.target.closest("li[data-n]");
      if (line) this.go(Number(line.dataset.n));
    });
  }

  key(e) {
    e.stopPropagation(); // neither the picture's keys nor Streamlit's
    const step = { Enter: e.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (e.key === "Escape") this.close();
    else if (step && e.target === this.input && this.hits.length) this.go(this.at < 0 ? 0 : this.at + step);
    else return;
    e.preventDefault();
  }

  find() {
    const { nodes, ops } = this.view.data.graph.names;
    const asked = this.input.value.trim().toLowerCase();
    const named = ops.map((words) => words.toLowerCase());
    this.hits = asked ? nodes.filter(([id, op]) => id.toLowerCase().includes(asked) || named[op].includes(asked)) : [];
    this.at = -1;
    this.show();
  }

  show() {
    const { words, graph } = this.view.data, asked = this.input.value.trim();
    const none = asked && !this.hits.length;
    this.count.value = this.hits.length
      ? words.hits.replace("{at}", this.at < 0 ? "–" : this.at + 1).replace("{n}", this.hits.length) : "";
    this.list.hidden = false;
    this.list.innerHTML = none
      ? `<li class="none">${text(words.no_hit.replace("{asked}", asked))}</li>`
      : this.hits.slice(0, LISTED).map(([id, op], n) =>
          `<li role="option" id="hit${n}" data-n="${n}" aria-selected="${n === this.at}"><b>${text(id)}</b>
           <span>${text(graph.names.ops[op].split("\n")[0])}</span></li>`).join("");
    this.input.setAttribute("aria-activedescendant", this.at < 0 ? "" : `hit${this.at}`);
    this.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    this.markHits();
  }

  markHits() {
    const { svg } = this.view;
    if (!svg) return;
    svg.querySelectorAll(".found").forEach((n) => n.classList.remove("found"));
    for (const [id] of this.hits) this.view.holding(id)?.classList.add("found");
  }

  go(n) {
    this.at = (n + this.hits.length) % this.hits.length;
    const [id] = this.hits[this.at], { view } = this;
    this.show();
    this.list.hidden = true; // what was found is seen, not its name
    const shown = view.holding(id);
    view.seek = true; // brought into sight once it is drawn
    if (shown && shown.dataset.fold === undefined) choose(view, id, 0), view.sought();
    else choose(view, id, 0, { kind: "find", value: id });
  }
}

