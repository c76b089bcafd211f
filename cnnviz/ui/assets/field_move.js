// What moves with the unit: the attributes that views/receptive_field_plane.py and _map.py draw with.
// A rectangle is [left, top, right, bottom] in the drawing's own units.
const firstOf = (axis, unit) => axis.start + Math.floor((unit * axis.num) / axis.den);
const fixed = (n) => n.toFixed(2);

function flatAxes(axes) {
  if (axes.length > 1) return [axes.at(-1), axes.at(-2)];
  const high = Math.max(1, Math.floor(axes[0].input / 8));
  return [axes[0], { size: high, num: 0, den: 1, start: 0, units: 1, input: high }];
}

function rectOf(plane, axes, unit) {
  const [across, down] = flatAxes(axes);
  const x = firstOf(across, unit.at(-1)), y = firstOf(down, unit.at(-2) ?? 0);
  const { scale } = plane;
  return [
    plane.x + x * scale,
    plane.y + y * scale,
    plane.x + (x + across.size) * scale,
    plane.y + (y + down.size) * scale,
  ];
}

function cutTo(r, f) {
  const left = Math.max(r[0], f[0]), top = Math.max(r[1], f[1]);
  return [left, top, Math.max(left, Math.min(r[2], f[2])), Math.max(top, Math.min(r[3], f[3]))];
}

function boxPath(r) {
  if (r[0] >= r[2] || r[1] >= r[3]) return "";
  const [x0, y0, x1, y1] = r.map(fixed);
  return `M${x0},${y0}H${x1}V${y1}H${x0}Z`;
}

function outlinePath(r, frame) {
  const [left, top, right, bottom] = cutTo(r, frame);
  if (left >= right || top >= bottom) return "";
  const within = (v, low, high) => v >= low - 0.01 && v <= high + 0.01;
  let d = "";
  for (const y of [r[1], r[3]])
    if (within(y, frame[1], frame[3])) d += `M${fixed(left)},${fixed(y)}H${fixed(right)}`;
  for (const x of [r[0], r[2]])
    if (within(x, frame[0], frame[2])) d += `M${fixed(x)},${fixed(top)}V${fixed(bottom)}`;
  return d;
}

// The unit whose field is drawn dashed: the next along the last axis that has one, else the one before.
function neighbourOf(axes, unit) {
  for (let i = axes.length - 1; i >= 0; i--) {
    if (axes[i].units < 2 || !axes[i].num) continue;
    const near = [...unit];
    near[i] += unit[i] + 1 < axes[i].units ? 1 : -1;
    return near;
  }
  return null;
}

// Role -> attributes, for the photograph.
function movingParts(data, unit) {
  const { plane, axes, inner } = data, { frame } = plane;
  const image = [plane.x, plane.y, plane.x + plane.width * plane.scale, plane.y + plane.height * plane.scale];
  const field = rectOf(plane, axes, unit), seen = cutTo(field, image);
  const target = inner.length ? inner : axes;
  const within = rectOf(plane, target, unit);
  const near = neighbourOf(target, unit);
  const same = field.every((v, i) => v === seen[i]);
  const shown = cutTo(field, frame);
  const end = (at) => Math.min(Math.max(at, plane.words / 2), Math.max(plane.words / 2, plane.box - plane.words / 2));
  const y = frame[1] - 10;
  const begin = shown[0] === field[0] ? `M${fixed(shown[0])},${fixed(y - 4)}v8m0,-4` : `M${fixed(shown[0])},${fixed(y)}`;
  const middle = (low, high, a, b) => fixed(Math.min(Math.max((low + high) / 2, a), b));
  return {
    dim: { d: boxPath(image) + boxPath(seen) },
    seen: { d: boxPath(seen) },
    padded: { d: same ? "" : boxPath(shown) + boxPath(seen) },
    halo: { d: outlinePath(field, frame) },
    field: { d: outlinePath(field, frame) },
    inner: { d: outlinePath(within, frame) },
    next: { d: near ? outlinePath(rectOf(plane, target, near), frame) : "" },
    unit: {
      cx: middle(within[0], within[2], frame[0], frame[2]),
      cy: middle(within[1], within[3], frame[1], frame[3]),
    },
    outline: { d: `${begin}H${fixed(shown[2])}${shown[2] === field[2] ? "m0,-4v8" : ""}` },
    words: { x: fixed(end((shown[0] + shown[2]) / 2)) },
  };
}

// Role -> attributes, for the map.
function mapMarks(data, unit) {
  const { cells } = data, side = Math.max(cells.cell, 6);
  const mark = (u) => ({
    x: fixed(cells.x + (u.at(-1) + 0.5) * cells.cell - side / 2),
    y: fixed(cells.y + ((u.at(-2) ?? 0) + 0.5) * cells.cell - side / 2),
  });
  const near = neighbourOf(data.inner.length ? data.inner : data.axes, unit);
  return near ? { here: mark(unit), near: mark(near) } : { here: mark(unit) };
}

// The unit whose field's centre is nearest to a place on the photograph.
function nearestUnit(data, unit, x, y) {
  const { plane } = data, target = data.inner.length ? data.inner : data.axes;
  const found = [...unit];
  const place = { [target.length - 1]: (x - plane.x) / plane.scale, [target.length - 2]: (y - plane.y) / plane.scale };
  for (const [key, pixel] of Object.entries(place)) {
    const i = Number(key), a = target[i];
    if (i < 0 || !a.num) continue;
    const u = Math.round(((pixel - a.start - a.size / 2) * a.den) / a.num);
    found[i] = Math.min(Math.max(u, 0), a.units - 1);
  }
  return found;
}
