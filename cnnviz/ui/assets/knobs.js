// Knobs, and the numbers that they move. What the server told ahead (`next`) is shown in the frame
// of the touch; its answer replaces it. A turn stays pending, and is sent again with the next one,
// until the server's data carry its number `n`: a late answer to an earlier turn changes nothing.
const OTHER = "other"; // the last entry of a range's list: a value to type
const PATIENCE = 3000; // milliseconds after which an answer is believed, whatever its number

export default (props) => mount(Row, props);

class Row {
  constructor(root) {
    this.root = root;
    this.n = 0;
    this.pending = [];
    this.open = { more: false, line: false };
    root.innerHTML =
      '<dl class="numbers"></dl><div class="line"></div><div class="knobs" role="group"></div>' +
      '<p class="said" aria-live="polite"></p>';
    [this.list, this.line, this.row, this.said] = root.children;
    this.figures = new Figures(this.list);
    this.boxes = new Map();
    this.line.onclick = (e) => (e.target.closest(".pin") ? this.pin() : this.toggle("line"));
    root.addEventListener("keydown", (e) => e.stopPropagation()); // Streamlit's r, c and others
    this.unwatch = presenting(root);
  }

  leave() {
    clearTimeout(this.later);
    clearTimeout(this.slow);
    this.unwatch();
  }

  show(data) {
    const waiting = this.pending.length && Date.now() - this.at < PATIENCE;
    if (waiting && data.n < this.pending[0].n) return;
    this.pending = waiting ? this.pending.filter((p) => p.n > data.n) : [];
    this.n = Math.max(this.n, data.n);
    this.data = data;
    if (!this.pending.length) this.calm();
    this.root.toggleAttribute("data-pending", this.pending.length > 0);
    this.figures.show(data.figures);
    this.root.getRootNode().host.closest(".st-key-row")?.setAttribute("data-here", "");
    this.list.hidden = !data.figures.length;
    this.draw();
    for (const p of this.pending) this.boxes.get(p.name)?.set(p.value);
  }

  calm() {
    clearTimeout(this.slow);
    this.list.classList.remove("late");
    this.list.removeAttribute("aria-busy");
  }

  draw() {
    const { knobs, words, pin } = this.data;
    this.root.classList.toggle("bare", !knobs.length);
    const seldom = knobs.filter((k) => k.seldom);
    const changed = seldom.filter((k) => k.changed).length;
    const open = this.open.more;
    const shown = [...knobs.filter((k) => !k.seldom), ...(open ? seldom : [])];
    const boxes = new Map(shown.map((k) => [k.name, this.boxes.get(k.name) ?? new Box(this, k)]));
    for (const [name, box] of this.boxes) if (boxes.get(name) !== box) box.element.remove();
    this.boxes = boxes;
    for (const k of shown) this.boxes.get(k.name).show(k, words);
    this.end ??= end(this);
    this.end.show(words, {
      pin,
      more: seldom.length > 0,
      open,
      changed: open ? 0 : changed,
      reset: this.data.reset,
    });
    const wanted = [...this.boxes.values()].map((b) => b.element);
    wanted.splice(knobs.length - seldom.length, 0, this.end.element);
    // only what stands elsewhere moves: a box that is moved would lose its open list
    wanted.forEach((e, i) => this.row.children[i] !== e && this.row.insertBefore(e, this.row.children[i]));
    this.row.ariaLabel = words.settings;
    const held = this.root.getRootNode().activeElement?.matches(".line .pin");
    this.line.innerHTML =
      `<button aria-expanded="${this.open.line}">${text(words.settings)}</button>` +
      `<span aria-hidden="true">${text(this.data.line)}</span>` +
      (pin ? `<button class="pin" title="${text(pin.help)}">${text(pin.word)}</button>` : "");
    if (held) this.line.querySelector(".pin")?.focus();
    this.row.classList.toggle("open", this.open.line);
    this.row.classList.toggle("whole", open);
  }

  toggle(what) {
    this.open[what] = !this.open[what];
    const focused = this.root.getRootNode().activeElement;
    this.draw();
    if (what === "line" && this.line.contains(focused ?? null) === false) this.line.firstChild.focus();
  }

  pin() {
    this.send({ kind: "pin", n: this.n });
  }

  // The reader turned a knob; name "" is the reset.
  turn(name, value) {
    const known = this.data.next.of?.[name]?.[value];
    const knob = this.data.knobs.find((k) => k.name === name);
    const alone = this.pending.every((p) => p.name === name && knob?.plain);
    this.pending.push({ n: ++this.n, name, value });
    this.root.toggleAttribute("data-pending", true);
    this.at = Date.now();
    if (known && alone) this.ahead(known);
    clearTimeout(this.soon);
    clearTimeout(this.slow);
    this.slow = setTimeout(() => {
      this.list.setAttribute("aria-busy", "true");
      if (!known) this.list.classList.add("late");
    }, 250);
    // the first of a quick row of steps goes at once, the rest as one
    clearTimeout(this.later);
    const quick = Date.now() - (this.sent ?? 0) < 300;
    this.sent = Date.now();
    const send = () => {
      const turns = this.pending.map((p) => [p.name, p.value]);
      if (turns.length) this.send({ kind: "turn", n: this.n, turns });
      clearTimeout(this.again); // an answer that is lost is asked for once more
      this.again = this.pending.length && setTimeout(send, PATIENCE / 2);
    };
    if (quick) this.later = setTimeout(send, 120);
    else send();
  }

  // The numbers as the server computed them for this value.
  ahead(ids) {
    const t = this.data.next.texts;
    this.figures.show(
      this.data.figures.map((_, i) => {
        const words = ids.slice(6 * i, 6 * i + 6).map((j) => t[j]);
        const [name, shown, note, difference, exact, more] = words;
        return { name, shown, note, difference, hover: more ? `${exact}\n${more}` : exact };
      }),
    );
  }

  // A hand is on this knob: ask for the numbers of its values, if they are not here.
  near(name) {
    const knob = this.data.knobs.find((k) => k.name === name);
    const known = this.data.next.of?.[name] ?? {};
    if (!knob || !this.data.figures.length || this.pending.length) return;
    if (knob.options.every(([v]) => v === knob.value || v in known)) return;
    if (this.asked === this.data.state + name) return;
    this.asked = this.data.state + name;
    clearTimeout(this.soon); // a touch that turns at once needs no numbers ahead
    this.soon = setTimeout(() => this.send({ kind: "ahead", knob: name, n: this.n }), 60);
  }

  say(what) {
    this.said.textContent = what;
  }
}

function shownAs(knob, value) {
  return (knob.options.find(([v]) => v === value) ?? [value, value])[1];
}

// The six numbers: one tab stop, arrows between them, Enter or a tap says how a number is counted.
class Figures {
  constructor(list) {
    this.list = list;
    this.at = 0;
    list.addEventListener("click", (e) => this.click(e));
    list.addEventListener("keydown", (e) => this.key(e));
    list.addEventListener("focusout", (e) => list.contains(e.relatedTarget) || this.tell(null));
  }

  show(figures) {
    if (this.list.children.length !== figures.length) {
      this.list.innerHTML = figures
        .map(() => '<div><dt></dt><dd><button tabindex="-1" aria-expanded="false"></button></dd><dd class="note"></dd></div>')
        .join("");
    }
    figures.forEach((f, i) => {
      const [name, value, note] = this.list.children[i].children;
      const button = value.firstChild;
      put(name, f.name);
      put(button, f.shown);
      put(note, f.note);
      compare(value, f.difference);
      this.list.children[i].title = f.hover ?? "";
      button.tabIndex = i === this.at ? 0 : -1;
    });
    if (this.told) this.tell(this.told);
  }

  click(e) {
    const button = e.target.closest("div")?.querySelector("button");
    if (!button) return;
    this.walk([...this.list.children].indexOf(button.closest("div")));
    this.tell(this.told === button ? null : button);
  }

  tell(button) {
    this.list.querySelector(".tip")?.remove();
    this.told?.setAttribute("aria-expanded", "false");
    this.told = button;
    if (!button) return;
    button.setAttribute("aria-expanded", "true");
    const tip = document.createElement("span");
    tip.className = "tip";
    tip.setAttribute("role", "status");
    tip.textContent = button.closest("div").title;
    button.after(tip);
  }

  walk(to) {
    this.at = to;
    [...this.list.children].forEach((d, i) => (d.querySelector("button").tabIndex = i === to ? 0 : -1));
    this.list.children[to].querySelector("button").focus();
  }

  key(e) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    const last = this.list.children.length - 1;
    if (step) this.walk(Math.min(last, Math.max(0, this.at + step)));
    else if (e.key === "Escape") this.tell(null);
    else return;
    e.preventDefault();
  }
}

// The difference from what is pinned stands beside the number.
function compare(value, difference) {
  const found = value.querySelector(".difference");
  if (!difference) return void found?.remove();
  const shown = found ?? value.appendChild(document.createElement("span"));
  shown.className = "difference";
  put(shown, difference);
}

function put(element, what) {
  if (element.textContent !== what) element.textContent = what;
}
