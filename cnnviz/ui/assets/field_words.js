// The figures of one unit in words, as views/receptive_field_words.py fills them in.
const minus = (n) => String(n).replace("-", "−");
const fill = (template, figures) => template.replace(/\{(\w+)\}/g, (whole, name) => figures[name] ?? whole);
const times = (values) => values.reduce((a, b) => a * b, 1);

function percentOf(part, whole) {
  if (!whole || !part) return whole ? "0" : "–";
  const share = (100 * part) / whole;
  if (share < 0.05) return "<0.1%";
  return share >= 99.95 && share < 100 ? ">99.9%" : `${share.toFixed(1)}%`;
}

function spansOf(axes, unit) {
  return axes.map((a, i) => {
    const first = firstOf(a, unit[i]), last = first + a.size - 1;
    const before = Math.min(a.size, Math.max(0, -first));
    const after = Math.min(a.size, Math.max(0, last - a.input + 1));
    return { first, last, before, after, inside: a.size - before - after, size: a.size, input: a.input };
  });
}

function figuresOf(data, unit) {
  const { ranges, between } = data.words;
  const along = spansOf(data.axes, unit);
  const seen = times(along.map((s) => s.inside)), whole = times(along.map((s) => s.size));
  const where = (list) =>
    list.map((s, i) => fill(ranges[i].range, { first: minus(s.first), last: minus(s.last) })).join(between);
  const sides = along.flatMap((s, i) =>
    ["before", "after"].filter((k) => s[k]).map((k) => fill(ranges[i][k], { n: s[k] })));
  const figures = {
    unit: unit.join(", "),
    size: along.map((s) => s.size).join(" × "),
    where: where(along),
    inner: data.inner.length ? where(spansOf(data.inner, unit)) : "",
    share: percentOf(seen, times(along.map((s) => s.input))),
    part: whole > seen ? percentOf(whole - seen, whole) : "",
    sides: sides.join(between),
  };
  return { ...figures, padded: figures.part ? fill(data.words.padded, figures) : "" };
}
