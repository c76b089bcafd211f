// What a table shows as lines: rows and groups, filtered, sorted among their siblings, opened as
// chosen. The same as views/layers_shown.py, which writes the files.
class Lines {
  constructor(data) {
    this.rows = data.rows;
    this.columns = data.columns;
    this.own = data.rows.filter((r) => !r.gone).length; // the others are what is pinned alone has
    this.behind = new Map();
    data.rows.forEach((r, i) => r.gone && this.behind.set(r.after, [...(this.behind.get(r.after) ?? []), i]));
    this.finds = data.rows.map((r) => (r.find ?? this.words(r)).toLowerCase());
    this.ranks = new Map();
    this.trees = {};
    for (const [by, parts] of Object.entries(data.groups ?? {})) this.trees[by] = this.numbered(parts);
  }

  words(row) {
    return row.cells.filter((c, j) => !this.columns[j].number).join(" ");
  }

  // Groups numbered as in an address: each before what it holds.
  numbered(parts) {
    let next = 0;
    const walk = (part) => {
      if (typeof part === "number") return [part, ...(this.behind.get(part) ?? [])];
      const group = { ...part, number: next++ };
      group.parts = part.parts.flatMap(walk);
      group.rows = group.parts.flatMap((p) => (typeof p === "number" ? [p] : p.rows));
      return group;
    };
    return { parts: [...(this.behind.get(-1) ?? []), ...parts.flatMap(walk)], count: next };
  }

  // A column's number a row: what it is sorted by. null, which says nothing, stands last.
  rank(j) {
    if (this.ranks.has(j)) return this.ranks.get(j);
    const { order, number } = this.columns[j];
    let found = order;
    if (!found && number) found = this.rows.map((r) => valueOf(r.cells[j]));
    if (!found) {
      const texts = this.rows.map((r) => r.cells[j]);
      const sorted = [...new Set(texts)].sort(new Intl.Collator("en", { numeric: true }).compare);
      const places = new Map(sorted.map((t, i) => [t, i]));
      found = texts.map((t) => (t ? places.get(t) : null));
    }
    this.ranks.set(j, found);
    return found;
  }

  // The rows that hold every word, and none that has a minus before it.
  matching(filter) {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const less = words.filter((w) => w.length > 1 && w[0] === "-").map((w) => w.slice(1));
    const more = words.filter((w) => w.length === 1 || w[0] !== "-");
    const fits = (t) => more.every((w) => t.includes(w)) && !less.some((w) => t.includes(w));
    return new Set(this.finds.flatMap((t, i) => (fits(t) ? [i] : [])));
  }

  // -> [{row} or {group, open}, each with its level and the rows found in it]
  list(choices) {
    this.found = this.matching(choices.filter);
    const key = choices.sort.replace(/^-/, "");
    const j = this.columns.findIndex((c) => c.key === key);
    const sign = choices.sort[0] === "-" ? -1 : 1;
    const [by, ...opened] = choices.rollup.split(".");
    const all = opened[0] === "all" || Boolean(choices.filter.trim());
    const turned = new Set(opened.filter((t) => t !== "all").map(Number));
    const lines = [];
    const walk = (parts, level, inside) => {
      const kept = parts.map((part) => ({ part, rows: this.held(part) })).filter((p) => p.rows.length);
      if (j >= 0) {
        const places = new Map(kept.map((p) => [p, this.stand(j, p.rows)]));
        kept.sort((a, b) => after(places.get(a), places.get(b), sign));
      }
      for (const { part, rows } of kept) {
        if (typeof part === "number") lines.push({ row: part, level, rows, inside });
        else {
          const open = all !== turned.has(part.number);
          lines.push({ group: part, level, rows, open, inside });
          if (open) walk(part.parts, level + 1, part.name);
        }
      }
    };
    walk(this.top(choices), 0);
    return lines;
  }

  // What stands outermost: groups and single rows, or every row.
  top({ rollup }) {
    return this.trees[rollup.split(".")[0]]?.parts ?? (this.plain ??= this.numbered([...Array(this.own).keys()])).parts;
  }

  // How many of these rows are this network's own.
  count(rows) {
    return rows.filter((i) => !this.rows[i].gone).length;
  }

  every(part) {
    return typeof part === "number" ? [part] : part.rows;
  }

  held(part) {
    if (typeof part === "number") return this.found.has(part) ? [part] : [];
    return part.rows.filter((i) => this.found.has(i)).sort((a, b) => a - b);
  }

  // What a column says of several rows, from a number each.
  stand(j, rows) {
    const ranks = this.rank(j);
    return this.together(j, rows.map((i) => ranks[i]).filter((v) => v !== null && v !== undefined));
  }

  together(j, values) {
    if (!values.length) return null;
    const how = this.columns[j].of ?? (this.columns[j].number ? "sum" : "first");
    if (how === "sum") return values.reduce((a, b) => a + b, 0);
    if (how === "max") return values.reduce((a, b) => (a > b ? a : b));
    return how === "last" ? values.at(-1) : values[0];
  }

  // A group's or the totals' cell; `adding`: only where it is a sum.
  cell(j, rows, adding) {
    const { of, number, sums } = this.columns[j];
    const how = of ?? (number ? "sum" : "");
    if (!how || (adding && how !== "sum") || (adding && sums === false)) return "";
    if (how === "sum" || how === "max") return this.stand(j, rows);
    return this.together(j, rows.map((i) => this.rows[i].cells[j]).filter((v) => v !== null));
  }
}

function after(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (a - b);
}
