// Widths of a table's columns in rem, from their longest texts: of many rows few are in the page, so
// nothing can be measured there.
const ROOT = 15, CELL = 13.8, SMALL = 12, PAD = 0.95; // px of type at a root of 15; rem left and right
const MOST = 15, MOST_NARROW = 9; // rem of a text that wraps
const TIGHT = 7.2; // rem of a text where all do not fit: a long one ends in dots
const SHORTEST = 14; // rem of the names where all do not fit
const BLOCK = 32; // characters: a longer text wraps

function measured(table, place, shown) {
  const { data } = table;
  const pen = (table.pen ??= document.createElement("canvas").getContext("2d"));
  const style = getComputedStyle(table.root);
  const mono = style.getPropertyValue("--mono") || "monospace";
  const wide = (words, size, family = style.fontFamily, weight = 400) => {
    pen.font = `${weight} ${size}px ${family}`;
    return pen.measureText(words).width / ROOT;
  };
  const narrow = place < 40;
  let letters;
  const widths = shown.map((j, at) => {
    const c = data.columns[j];
    const texts = longest(table, j);
    const words = c.label.split(/\s+/).map((w) => wide(w, SMALL + 1, style.fontFamily, 500));
    const head = Math.max(...words, wide(c.label, SMALL + 1) / 2) + 0.8; // in two lines; the arrow
    if (at === 0) {
      const deep = table.grouped ? 2.2 : 1.3; // the mark before a name, and a group's ×N after it
      const most = narrow ? Math.min(11, place * 0.44) : 22;
      const each = Math.max(0.51, wide("0", 12.75, mono)); // the font may not be here yet
      const signs = (t) => [...t].reduce((n, sign) => n + (sign > "\u2e80" ? 2 : 1), 0);
      const needed = Math.max(...texts.map((t) => signs(t) * each), head);
      const only = top(data.rows.map((r) => r.only ?? "")).map((t) => wide(t, SMALL + 0.2));
      const w = Math.min(most, Math.max(needed, ...only) + deep + PAD);
      letters = (rem) => (table.room = Math.max(6, Math.floor((rem - deep - PAD) / each + 0.01)));
      letters(w);
      return round(w);
    }
    let need = Math.max(...texts.map((t) => wide(t, CELL)), 0);
    c.wrap = !c.number && texts.some((t) => t.length > BLOCK);
    if (c.wrap) need = Math.min(need, narrow ? MOST_NARROW : MOST);
    return round(Math.max(need, head) + PAD);
  });
  const over = widths.reduce((a, b) => a + b, 0) > place;
  const words = (at) => at && !data.columns[shown[at]].right && !data.columns[shown[at]].number;
  const found = widths.map((w, at) => {
    if (!over || !words(at) || w <= TIGHT) return w;
    if (data.columns[shown[at]].key === "op") data.columns[shown[at]].wrap = true;
    return TIGHT;
  });
  const much = found.reduce((a, b) => a + b, 0) - place; // long names lose their beginnings
  if (!narrow && much > 0 && found[0] > SHORTEST) letters((found[0] = Math.max(SHORTEST, round(found[0] - much - 0.05))));
  return found;
}

// The few longest texts of a column, its sums among them.
function longest(table, j) {
  const { data, lines, source } = table;
  const c = data.columns[j];
  const write = (v) => {
    if (typeof v === "number") return table.cells.written(v, c)[0];
    return String((Array.isArray(v) ? v[0] : v) ?? "");
  };
  const key = `${j} ${table.grouped}`;
  table.longest = table.longest?.data === data ? table.longest : { data };
  const rows = (table.longest[key] ??= top(data.rows.map((r) => write(r.cells[j]))));
  const named = ({ name, times, what }) => `${name} ×${times}${what}`;
  const groups = lines
    .filter((l) => l.group)
    .map((l) => (j ? write(source.cell(j, l.rows)) : named(l.group)));
  const moved = data.pinned && c.number ? ["+000.0 M"] : [];
  return [...rows, ...top(groups), ...moved, write(data.totals?.[j] ?? "")];
}

function top(texts) {
  return [...new Set(texts)].sort((a, b) => b.length - a.length).slice(0, 4);
}

function round(rem) {
  return Math.ceil(rem * 20) / 20;
}
