// One knob: a list of values, a list with a value to type, or a tick; and the end of the row.

class Box {
  constructor(row, knob) {
    this.row = row;
    this.name = knob.name;
    this.element = document.createElement("div");
    this.element.dataset.k = knob.name;
  }

  show(knob, words) {
    const made = JSON.stringify([knob.kind, knob.label, knob.options, knob.range, words.other]);
    this.knob = knob;
    this.words = words;
    if (made !== this.made) this.make(knob, words);
    this.made = made;
    this.set(knob.value);
    const e = this.element;
    e.className = `knob ${knob.kind}${knob.changed ? " changed" : ""}${knob.wrong ? " wrong" : ""}`;
    const control = e.querySelector("select, [type=checkbox]");
    const usual = knob.changed ? words.changed.replace("{value}", knob.usual) : "";
    control.setAttribute("aria-description", knob.wrong || usual);
    control.setAttribute("aria-invalid", String(Boolean(knob.wrong)));
    e.title = knob.wrong || usual;
  }

  make(knob, words) {
    const id = `k-${knob.name}`;
    const focused = this.element.contains(this.row.root.getRootNode().activeElement);
    if (knob.kind === "check") {
      this.element.innerHTML =
        `<label for="${id}">${text(knob.label)}</label>` +
        `<span><input type="checkbox" id="${id}"><b aria-hidden="true"></b></span>`;
    } else {
      const options = knob.options.map(([v, s]) => `<option value="${text(v)}">${text(s)}</option>`);
      if (knob.range) options.push(`<option value="${OTHER}">${text(words.other)}</option>`);
      this.element.innerHTML =
        `<label for="${id}">${text(knob.label)}</label><select id="${id}">${options.join("")}</select>`;
    }
    this.control = this.element.querySelector("select, [type=checkbox]");
    this.control.onchange = () => this.changed();
    this.control.onfocus = () => this.row.near(this.name);
    this.element.onpointerenter = () => this.row.near(this.name);
    this.element.onclick = (e) => {
      if (knob.kind === "check" && e.target === this.element) this.control.click();
    };
    if (focused) this.control.focus();
  }

  set(value) {
    if (this.typing) return;
    if (this.knob.kind !== "check") {
      if (this.control.value !== value) this.control.value = value;
      return;
    }
    this.control.checked = value === "true";
    put(this.element.querySelector("b"), shownAs(this.knob, value));
  }

  changed() {
    if (this.knob.kind === "check") {
      const value = String(this.control.checked);
      this.set(value);
      this.row.turn(this.name, value);
    } else if (this.control.value === OTHER) this.type();
    else if (this.control.value) this.row.turn(this.name, this.control.value);
  }

  // A field over the list: Enter takes the value, Escape or an empty one leaves the old.
  type() {
    const [low, high] = this.knob.range;
    const field = document.createElement("input");
    this.typing = field;
    field.inputMode = "decimal";
    field.enterKeyHint = "done";
    field.placeholder = `${low}–${high}`;
    field.ariaLabel = `${this.knob.label}, ${low}–${high}`;
    field.autocomplete = "off";
    const done = (value) => {
      if (this.typing !== field) return;
      this.typing = undefined;
      const hand = this.row.root.getRootNode().activeElement === field;
      field.remove();
      this.control.value = this.knob.value;
      if (hand) this.control.focus();
      if (value && value !== this.knob.value) this.row.turn(this.name, value);
    };
    field.onkeydown = (e) => {
      if (e.key === "Enter") {
        e.preventDefault(); // else the list, which gets the focus, is opened by this very key
        done(field.value.trim());
      } else if (e.key === "Escape") done("");
    };
    field.onblur = () => done(field.value.trim());
    this.control.after(field);
    field.focus();
  }
}

// More, the address, Pin and Reset; they stand after the knobs that are always shown.
function end(row) {
  const element = document.createElement("div");
  element.className = "end";
  element.innerHTML = ["more", "copy", "pin", "reset"].map((k) => `<button class="${k}"></button>`).join("");
  const [more, copy, pin, reset] = element.children;
  pin.onclick = () => row.pin();
  more.onclick = () => row.toggle("more");
  reset.onclick = () => {
    row.turn("", "");
    row.boxes.get("arch")?.control.focus();
  };
  copy.onclick = () => copyAddress(row, element);
  const show = (words, now) => {
    more.hidden = !now.more;
    more.setAttribute("aria-expanded", String(now.open));
    put(more, now.changed ? `${words.more} (${now.changed})` : words.more);
    more.classList.toggle("changed", now.changed > 0);
    reset.hidden = !now.reset;
    put(reset, words.reset);
    pin.hidden = !now.pin;
    put(pin, now.pin?.word ?? "");
    pin.title = now.pin?.help ?? "";
    if (!element.classList.contains("copied")) put(copy, words.copy);
  };
  return { element, show };
}

async function copyAddress(row, element) {
  const { words } = row.data;
  const copy = element.querySelector(".copy");
  const address = location.href;
  let done = false;
  try {
    await navigator.clipboard.writeText(address);
    done = true;
  } catch {
    done = copyOld(element, address); // a page that is not served over https has no clipboard
  }
  element.querySelector("input")?.remove();
  if (!done) {
    const field = document.createElement("input");
    field.readOnly = true;
    field.value = address;
    field.ariaLabel = words.by_hand;
    element.append(field);
    field.onblur = () => field.remove();
    field.select();
  }
  row.say("");
  row.say(done ? words.copied : words.by_hand);
  put(copy, done ? words.copied : words.copy);
  element.classList.toggle("copied", done);
  clearTimeout(row.told);
  row.told = setTimeout(() => {
    element.classList.remove("copied");
    put(copy, words.copy);
    row.say("");
  }, 2500);
}

function copyOld(element, address) {
  const field = document.createElement("textarea");
  field.value = address;
  field.className = "aside";
  element.append(field);
  field.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    done = false;
  }
  field.remove();
  element.querySelector(".copy").focus();
  return done;
}
