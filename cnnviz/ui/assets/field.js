// Receptive field: a layer's map and the photograph; the chosen unit's field moves with the unit in
// the same frame, the address follows. Its parts stand in field_*.js, which are joined before this.
export default (props) => mount(FieldView, props);

class FieldView {
  constructor(root) {
    this.root = root;
    root.innerHTML =
      '<div class="photo" role="img"></div><div class="side"><div class="map"></div><div class="loupe" aria-hidden="true"></div></div>' +
      '<dl></dl><div class="choice"><label></label><div class="row"><select></select></div><button></button><small></small></div>' +
      '<p class="live" aria-live="polite"></p>';
    for (const name of ["photo", "map", "loupe", "row", "live"]) this[name] = root.querySelector(`.${name}`);
    for (const name of ["select", "label", "small", "dl"]) this[name] = root.querySelector(name);
    this.button = root.querySelector(".choice > button");
    this.select.id = "photo";
    this.label.htmlFor = "photo";
    this.select.addEventListener("change", () => this.send({ kind: "photo", value: this.select.value }));
    this.select.addEventListener("keydown", (e) => e.stopPropagation());
    this.button.addEventListener("click", () => this.move([...this.data.central], 0));
    this.touch = new FieldTouch(this);
    this.onState = () => this.told();
    window.addEventListener("cnnviz:unit", this.onState);
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(root);
  }

  leave() {
    window.removeEventListener("cnnviz:unit", this.onState);
    this.sizes.disconnect();
    clearTimeout(this.later);
  }

  show(data) {
    const before = this.data;
    this.data = data;
    if (before?.node !== data.node) this.unit = undefined;
    if (!before) claim(this); // at first the photograph is looked at, not the curve
    if (before?.photo.svg !== data.photo.svg) this.draw(this.photo, data.photo);
    if (before?.map?.svg !== data.map?.svg) this.draw(this.map, data.map);
    if (before?.loupe?.svg !== data.loupe?.svg) this.draw(this.loupe, data.loupe);
    this.loupe.hidden = !data.loupe;
    this.root.classList.toggle("moves", data.moves);
    this.map.hidden = !data.map;
    if (data.map) {
      this.map.tabIndex = 0;
      this.map.setAttribute("role", "application");
      this.map.setAttribute("aria-label", data.words.map);
    }
    this.select.innerHTML = data.photos
      .map(([token, name]) => `<option value="${token}">${text(name)}</option>`)
      .join("");
    this.select.value = data.chosen;
    this.label.textContent = data.words.photo;
    this.small.textContent = data.credit;
    this.button.textContent = data.words.central;
    saveButton(this, this.row);
    this.told();
  }

  draw(box, drawing) {
    box.innerHTML = drawing?.svg ?? "";
    const svg = box.querySelector("svg");
    if (!svg) return;
    svg.removeAttribute("role");
    svg.removeAttribute("aria-label");
    svg.setAttribute("aria-hidden", "true");
    svg.style.width = `calc(${drawing.w} / 15 * 1rem)`;
    svg.style.height = "auto";
  }

  // The server's word, unless a later touch is on its way to it.
  told() {
    const said = window.__cnnviz?.unit;
    const known = said && said.node === this.data.node && said.unit.length === this.data.axes.length;
    const late = this.pending && Date.now() - this.pendingAt < 800;
    if (late && known && String(said.unit) !== String(this.pending)) return this.place();
    this.pending = undefined;
    this.unit = known ? [...said.unit] : (this.unit ?? [...this.data.central]);
    this.place();
  }

  unitAt(x, y) {
    const { cells } = this.data, unit = [...this.unit];
    const at = (v, most) => Math.min(Math.max(Math.floor(v / cells.cell), 0), most - 1);
    unit[unit.length - 1] = at(x - cells.x, cells.columns);
    if (unit.length > 1) unit[unit.length - 2] = at(y - cells.y, cells.rows);
    return unit;
  }

  move(unit, wait) {
    const same = String(unit) === String(this.unit);
    if (same && !this.pending) return;
    this.unit = this.pending = unit;
    this.pendingAt = Date.now();
    this.place();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.tell(), wait);
  }

  tell() {
    const token = this.unit.join(",");
    this.pendingAt = Date.now();
    this.live.textContent = this.photo.getAttribute("aria-label");
    if (token !== this.sent || this.sentOf !== this.data.node)
      this.send({ kind: "unit", value: token, node: this.data.node });
    this.sent = token;
    this.sentOf = this.data.node;
  }

  place() {
    const { data, unit } = this;
    const set = (box, parts) => {
      for (const [role, attributes] of Object.entries(parts)) {
        const part = box.querySelector(`[data-role="${role}"]`);
        for (const name in part ? attributes : {}) part.setAttribute(name, attributes[name]);
      }
    };
    set(this.photo, movingParts(data, unit));
    if (data.map) set(this.map, mapMarks(data, unit));
    if (data.loupe) set(this.loupe, loupeOf(data, unit));
    const figures = figuresOf(data, unit);
    this.dl.innerHTML = data.words.lines
      .filter(([, , needs]) => !needs || figures[needs])
      .map(([name, line]) => `<div><dt>${text(name)}</dt><dd>${text(fill(line, figures))}</dd></div>`)
      .join("");
    this.photo.setAttribute("aria-label", fill(data.words.alt, figures));
    this.button.hidden = !data.moves || String(unit) === String(data.central);
  }

  resized() {
    const w = Math.floor(this.root.clientWidth / unit());
    const { width } = this.data ?? {};
    if (!width || !w || w === this.toldWidth || (w >= width - 4 && w <= width + 60)) return;
    clearTimeout(this.tellWidth);
    this.tellWidth = setTimeout(() => {
      this.toldWidth = w;
      this.send({ kind: "width", value: w });
    }, 150);
  }
}
