// A table's cells as HTML: rows, groups, head, totals, and what is opened under a line.
const TERMS = 24; // of a sum are written out
const UP = "M6 10V2M3 5l3-3 3 3", DOWN = "M6 2v8M3 7l3 3 3-3";

function small(style, path) {
  return `<svg class="${style}" viewBox="0 0 12 12" aria-hidden="true"><path d="${path}"/></svg>`;
}

// A name without the path that the group around it has said.
function within(name, inside = "") {
  const parts = name.split("."), around = inside.split(".");
  let n = 0;
  while (n < parts.length - 1 && parts[n] === around[n]) n++;
  return parts.slice(n).join(".");
}

// Its end, which tells it from its neighbours.
function shortened(name, room) {
  return name.length > room ? `…${name.slice(1 - Math.max(room, 4)).replace(/^\.+/, "")}` : name;
}

class Cells {
  constructor(table) {
    this.table = table;
  }

  get shown() {
    return this.table.shown; // indices of the columns in sight
  }

  line(line, i) {
    const { data } = this.table;
    const { group, level } = line;
    const row = group ? undefined : data.rows[line.row];
    const cells = this.shown.map((j, at) => {
      const c = data.columns[j];
      if (at === 0) return this.name(line, row);
      const then = row?.then?.[j];
      if (row?.gone) return this.cell(c.number ? "" : row.cells[j], { ...c, now: 0 }, { then });
      if (row) return this.cell(row.cells[j], c, { opens: c.opens ?? c.number, then });
      if (c.key === "op") return this.cell(this.fill("holds", { n: this.table.source.count(line.rows) }), { ...c, number: false });
      const value = this.table.source.cell(j, line.rows);
      return this.cell(value, c, { opens: (c.of ?? "sum") === "sum" && c.number, then: this.then(j, line.rows) });
    });
    const open = group ? ` aria-expanded="${line.open}"` : "";
    const deep = this.table.grouped ? ` aria-level="${level + 1}"` : "";
    return (
      `<div role="row" class="line ${row ? `k-${row.kind}${row.gone ? " gone" : ""}` : "group"}" id="l${i}" data-line="${i}"` +
      ` aria-rowindex="${i + 2}"${open}${deep} style="--level:${level}">${cells.join("")}</div>`
    );
  }

  name(line, row) {
    const { data } = this.table;
    const { group, level } = line;
    const whole = row ? String(row.cells[0]) : group.name;
    const room = this.table.room - 2 * level - (group?.times > 1 ? ` ×${group.times}`.length : 0);
    const words = shortened(within(whole, line.inside), room);
    const times = group?.times > 1 ? ` <b>×${group.times}</b>` : "";
    const only = row?.only ? `<small>${text(row.only)}</small>` : "";
    const what = group?.what ? ` <i>${text(group.what)}</i>` : "";
    return (
      `<div role="rowheader" class="c-${data.columns[0].key} name" title="${text(whole)}">` +
      `${group ? small("turn", "M4 2l4 4-4 4") : ""}<span>${text(words)}${only}</span>${times}${what}</div>`
    );
  }

  cell(value, c, { opens = false, then, total = false } = {}) {
    const said = then === undefined ? "" : this.moved(c.now ?? value, then);
    const moved = said && `<small>${text(said)}</small>`;
    const bar = opens && !total ? this.share(value, c) : "";
    const style = `c-${c.key}${c.number || c.right ? " n" : ""}${c.wrap ? " wrap" : ""}${bar && " share"}`;
    if (value === "" || value === undefined) return `<div role="gridcell" class="${style}">${moved}</div>`;
    if (!c.number && !opens)
      return `<div role="gridcell" class="${style}" title="${text(value)}"><span>${text(value)}</span>${moved}</div>`;
    const [shown, all] = Array.isArray(value) ? value : value === null ? ["–", "–"] : this.written(value, c);
    const zero = all === "0" || value === null ? " zero" : "";
    const button = `<button tabindex="-1" data-q="${c.q ?? c.key}">${text(shown)}</button>`;
    const inner = opens && value !== null ? button : text(shown);
    return `<div role="gridcell" class="${style}${zero}" title="${text(all)}"${bar}>${inner}${moved}</div>`;
  }

  // Of the column that is sorted by, a bar as long as the number is beside the largest.
  share(value, c) {
    const { choices, most } = this.table;
    if (!most || typeof value !== "number" || choices.sort.replace("-", "") !== c.key) return "";
    return value ? ` style="--share:${Math.abs(value / most).toFixed(3)}"` : "";
  }

  written(value, c) {
    if (typeof value !== "number") return [value, value];
    return c.signed ? [signed(value, figure), signed(value, exact)] : [figure(value), exact(value)];
  }

  // How far a number is from the pinned one; a text says so itself.
  moved(value, then) {
    if (typeof then === "string") return then;
    if (value === then) return "";
    if (then === null || typeof value !== "number") return "—";
    return signed(value - then, (n) => si(n, 3));
  }

  then(j, rows) {
    const { data } = this.table;
    if (!data.pinned || !data.columns[j].number) return undefined;
    const found = rows.map((i) => data.rows[i].then?.[j]).filter((v) => v !== "");
    const known = found.every((v) => typeof v === "number");
    return !found.length ? "" : known ? this.table.source.together(j, found) : null;
  }

  head() {
    const { data, choices, words } = this.table;
    const cells = this.shown.map((j) => {
      const c = data.columns[j];
      const way = choices.sort === c.key ? "ascending" : choices.sort === `-${c.key}` ? "descending" : "none";
      const arrow = way === "none" ? "" : small("", way === "ascending" ? UP : DOWN);
      const style = `c-${c.key}${c.number || c.right ? " n" : ""}${j ? "" : " name"}`;
      return (
        `<div role="columnheader" class="${style}" aria-sort="${way}"` +
        ` data-sort="${c.key}" title="${text(`${c.label}: ${words.sort}`)}"><span>${text(c.label)}</span>${arrow}</div>`
      );
    });
    return `<div role="row" class="line" aria-rowindex="1" id="lh">${cells.join("")}</div>`;
  }

  // The sum of what is found, and of all, which the server knows.
  foot() {
    const { data, source, lines } = this.table;
    const { found } = source;
    if (!data.totals) return "";
    const line = (name, values, id) =>
      `<div role="row" class="line total" id="${id}" aria-rowindex="${lines.length + (id === "lt" ? 3 : 2)}">` +
      this.shown.map((j, at) => (at ? values(j) : `<div role="rowheader" class="name">${text(name)}</div>`)).join("") +
      "</div>";
    const opens = (j) => Boolean(data.columns[j].convention);
    const sum = (j) => source.cell(j, [...found], true);
    const part = (j) => {
      const then = sum(j) === "" ? undefined : this.then(j, [...found]);
      return this.cell(sum(j), data.columns[j], { opens: opens(j), then, total: true });
    };
    const all = (j) => {
      const value = data.totals[j] ?? "";
      const then = data.pinned && data.columns[j].number ? data.pinned[j] : undefined;
      return this.cell(value, data.columns[j], { opens: opens(j), then, total: true });
    };
    const n = source.count([...found]);
    const some = found.size < data.rows.length ? line(this.fill("sum_shown", { n }), part, "ls") : "";
    const opened = this.table.sum?.foot ? this.opened() : "";
    return opened + some + line(this.table.words.total, all, "lt");
  }

  // What is open: a layer's number as the server derives it (set as mathematics), or a sum's terms.
  opened() {
    const d = this.table.sum ? this.summed(this.table.sum) : this.table.derivation;
    if (!d) return "";
    const line = (html, style) => (html ? `<span class="math ${style}">${html}</span>` : "");
    const said = [d.letters, text(d.convention), text(d.counted)].filter(Boolean).join(" · ");
    return (
      `<div role="row" class="open"><div role="gridcell" aria-colspan="${this.shown.length}"><div class="in">` +
      `<p><span>${text(d.label)}</span> <b>${text(d.shown)}</b></p>` +
      line(d.formula, "") +
      line(d.substitution, this.table.sum ? "own plain" : "own") +
      `<small>${said}</small></div></div></div>`
    );
  }

  summed({ j, parts, name }) {
    const { data, source } = this.table;
    const column = data.columns[j];
    const terms = parts.map((p) => [p.name, source.stand(j, p.rows)]).filter(([, v]) => v);
    const total = terms.reduce((a, [, v]) => a + v, 0);
    const said = terms.slice(0, TERMS).map(([n, v]) => `${n} ${exact(v)}`);
    const rest = terms.slice(TERMS);
    const left = exact(rest.reduce((a, [, v]) => a + v, 0));
    if (rest.length) said.push(this.fill("more_terms", { n: rest.length, sum: left }));
    return {
      label: this.fill("sum", { quantity: column.label, name }),
      shown: exact(total),
      substitution: text(said.join(" + ")),
      convention: column.convention ?? "",
    };
  }

  fill(key, values) {
    return this.table.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }
}
