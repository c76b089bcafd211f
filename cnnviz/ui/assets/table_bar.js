// The bar over a table: filter, what is found, grouping, columns, saving.
const WAYS_ICON = "M4 6h16M8 12h12M8 18h12M4 12v6";
const COLUMNS_ICON = "M4 5h16v14H4zM9.5 5v14M14.5 5v14";
const LATER = 450; // ms after the last letter until the address has the filter

class Bar {
  constructor(table) {
    this.table = table;
    this.root = table.root.querySelector(".bar");
    this.root.innerHTML =
      '<div class="search"><input type="search" autocomplete="off" spellcheck="false" enterkeyhint="search">' +
      '<output role="status"></output></div>' +
      `<span class="ways">${icon(WAYS_ICON)}<select class="rollup"></select></span>`;
    this.input = this.root.querySelector("input");
    this.count = this.root.querySelector("output");
    this.rollup = this.root.querySelector("select");
    this.all = toolFor("", () => table.openAll());
    this.all.className = "all";
    this.columns = toolFor(COLUMNS_ICON, () =>
      this.menu.isOpen ? this.menu.close() : this.menu.open(this.sheet.querySelector("input")),
    );
    this.columns.setAttribute("aria-haspopup", "true");
    this.save = document.createElement("span");
    this.root.append(this.all, this.columns, this.save);
    this.sheet = document.createElement("div");
    this.sheet.className = "sheet";
    this.menu = new Sheet(this.columns, this.sheet);
    table.root.append(this.sheet);
    this.listen();
  }

  listen() {
    const { table } = this;
    this.input.addEventListener("input", () => {
      table.change({ filter: this.input.value }, LATER);
    });
    this.root.addEventListener("keydown", (e) => {
      e.stopPropagation();
      if (e.target !== this.input) return;
      if (e.key === "Escape" && this.input.value) table.change({ filter: (this.input.value = "") });
      else if (e.key === "ArrowDown") table.keys.enter();
      else if (e.key === "Enter") table.change({}, 0);
      else return;
      e.preventDefault();
    });
    this.rollup.addEventListener("change", () => table.change({ rollup: this.rollup.value }));
    this.sheet.addEventListener("change", () => table.choose(this.ticked()));
    this.sheet.addEventListener("click", (e) => e.target.closest(".first") && table.choose(undefined));
    this.sheet.addEventListener("keydown", (e) => {
      e.stopPropagation();
      if (e.key === "Escape") this.menu.close(true);
    });
  }

  // The words and choices, once the data is new.
  draw() {
    const { data, words } = this.table;
    this.root.hidden = !data.tools;
    this.input.title = words.filter_help;
    this.input.ariaLabel = words.filter;
    const ways = Object.keys(data.groups ?? {}).filter((by) => data.groups[by].some((g) => typeof g !== "number"));
    this.rollup.parentElement.hidden = !ways.length;
    this.rollup.ariaLabel = words.rollup;
    const option = (by) => `<option value="${by}">${text(words[by || "ungrouped"])}</option>`;
    this.rollup.innerHTML = ["", ...ways].map(option).join("");
    this.columns.hidden = data.columns.length < 6;
    this.columns.title = this.columns.ariaLabel = words.columns;
    if (data.save) saveButton(this.table, this.save);
    this.listed = undefined;
  }

  show() {
    const { data, choices, source, words, shown, cells } = this.table;
    if (this.root.getRootNode().activeElement !== this.input) this.input.value = choices.filter;
    const narrow = this.table.root.clientWidth < 600 * unit();
    this.input.placeholder = narrow ? words.filter_short : words.filter;
    const n = source.count([...source.found]);
    this.count.textContent = choices.filter.trim() ? cells.fill("shown", { n, of: source.own }) : "";
    const [by, all] = choices.rollup.split(".");
    this.rollup.value = by;
    this.rollup.parentElement.classList.toggle("on", Boolean(by));
    this.all.hidden = !by || Boolean(choices.filter.trim()); // a filter opens all by itself
    const open = all === "all";
    this.all.title = this.all.ariaLabel = open ? words.close_all : words.open_all;
    this.all.innerHTML = icon(open ? "M6 10l6-5 6 5M6 14l6 5 6-5" : "M6 5l6 5 6-5M6 19l6-5 6 5");
    const box = (c, j) =>
      `<label><input type="checkbox" data-j="${j}"${shown.includes(j) ? " checked" : ""}>${text(c.label)}</label>`;
    const list = data.columns.map(box).slice(1).join("");
    if (this.listed === undefined)
      this.sheet.innerHTML =
        `<div role="group" aria-label="${text(words.columns)}">${list}</div>` +
        `<button class="first">${text(words.default)}</button>`;
    else for (const b of this.sheet.querySelectorAll("input")) b.checked = shown.includes(Number(b.dataset.j));
    this.listed = true;
  }

  ticked() {
    return [...this.sheet.querySelectorAll("input:checked")].map((b) => Number(b.dataset.j));
  }
}

function icon(path) {
  return `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
}

function toolFor(path, act) {
  const button = document.createElement("button");
  button.innerHTML = icon(path);
  button.addEventListener("click", act);
  return button;
}
