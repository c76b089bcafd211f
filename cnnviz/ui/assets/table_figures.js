// Figures as the rest of the page writes them (views/numbers.py): rounded with a prefix, exact.
const PREFIXES = ["", "k", "M", "G", "T", "P", "E"];
const SHORT = 100000;

// 15470264320 -> "15.47 G". By its digits, so that halves round up as there; whole numbers only.
function si(n, digits = 4) {
  const sign = n < 0 ? "−" : "";
  const all = String(Math.abs(n));
  if (all.length <= 3) return sign + all;
  let step = Math.floor((all.length - 1) / 3);
  let lead = all.length - 3 * step;
  const keep = Math.max(lead, digits);
  let head = all.slice(0, keep);
  const rest = all.slice(keep);
  if (rest[0] >= "5") head = String(Number(head) + 1);
  if (head.length > keep) [lead, step] = lead < 3 ? [lead + 1, step] : [1, step + 1];
  let decimals = head.slice(lead, Math.max(lead, digits));
  if (/^0*$/.test(rest)) decimals = decimals.replace(/0+$/, "");
  return `${sign}${head.slice(0, lead)}${decimals ? "." + decimals : ""} ${PREFIXES[step]}`;
}

// In a column: in full below 100,000, else four digits, zeros too: 150000 -> "150.0 k".
function figure(n) {
  if (Math.abs(n) < SHORT) return exact(n);
  const [head, prefix] = si(n).split(" ");
  const missing = 4 - head.replace(/\D/g, "").length;
  return `${missing > 0 ? (head.includes(".") ? head : `${head}.`) + "0".repeat(missing) : head} ${prefix}`;
}

// 15470264320 -> "15,470,264,320"
function exact(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",").replace("-", "−");
}

// What has moved: "+5.31 M", "−12", "±0".
function signed(n, write) {
  return n ? (n > 0 ? "+" : "") + write(n) : "±0";
}

// The number in a cell: itself, or what [shown, exact] says.
function valueOf(cell) {
  if (!Array.isArray(cell)) return typeof cell === "number" ? cell : null;
  const n = Number(String(cell[1]).replaceAll(",", "").replace("−", "-"));
  return Number.isFinite(n) ? n : null;
}
