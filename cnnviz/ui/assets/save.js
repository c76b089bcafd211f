// Save menu of a picture or a table: rows of formats. A choice goes to the server as an event of
// kind "save"; the file comes back once through the bus ("cnnviz:file") and is downloaded or copied.
const SAVE_ICON = "M12 4v11M7 11l5 5 5-5M5 20h14";

// Put the menu's button into `host`, else into a line of its own over the picture or table.
function saveButton(view, host) {
  if (!view.data.save) return;
  view.saving ??= new SaveMenu(view);
  view.saving.show(view.data.save, host ?? corner(view.root));
}

function corner(root) {
  const found = root.querySelector(".corner");
  if (found) return found;
  root.insertAdjacentHTML("afterbegin", '<div class="corner"></div>');
  return root.firstChild;
}

class SaveMenu {
  constructor(view) {
    const shared = (window.__cnnviz ??= {});
    this.view = view;
    this.name = shared.menus = (shared.menus ?? 0) + 1;
    this.button = document.createElement("button");
    this.button.className = "save";
    this.button.setAttribute("aria-haspopup", "menu");
    this.button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${SAVE_ICON}"/></svg>`;
    this.button.addEventListener("click", () => (this.menu.isOpen ? this.menu.close() : this.open()));
    this.sheet = document.createElement("div");
    this.sheet.className = "save-sheet";
    this.menu = new Sheet(this.button, this.sheet);
    this.sheet.addEventListener("keydown", (e) => this.key(e));
    this.sheet.addEventListener("click", (e) => this.click(e));
    this.button.addEventListener("keydown", (e) => this.key(e));
    this.onFile = (e) => this.hear(e.detail);
    window.addEventListener("cnnviz:file", this.onFile);
  }

  show(data, host) {
    if (this.button.parentNode !== host) host.append(this.button);
    if (this.sheet.parentNode !== this.view.root) this.view.root.append(this.sheet);
    if (JSON.stringify(data) === this.source) return;
    this.source = JSON.stringify(data);
    this.words = data.words;
    this.patience = data.patience;
    this.button.title = this.button.ariaLabel = data.words.save;
    const choice = (c) =>
      `<button role="menuitem" tabindex="-1" data-format="${c.format}" data-what="${c.what}">${text(c.shown)}</button>`;
    const row = (r) =>
      `<div role="group" aria-label="${text(r.label)}"><span aria-hidden="true">${text(r.label)}</span>${r.choices.map(choice).join("")}</div>`;
    this.sheet.innerHTML =
      `<div role="menu" aria-label="${text(data.words.menu)}">${data.rows.map(row).join("")}</div>` +
      `<p role="status">${text(data.words.note)}</p>`;
    this.items = [...this.sheet.querySelectorAll("[role=menuitem]")];
    this.status = this.sheet.querySelector("p");
    this.menu.close();
  }

  open() {
    if (!this.busy) this.say(this.words.note);
    this.menu.open(this.items[0]);
  }

  say(words, wrong = false) {
    this.status.textContent = words;
    this.status.classList.toggle("wrong", wrong);
    if (this.menu.isOpen) this.menu.place();
  }

  key(e) {
    e.stopPropagation(); // the keys of the picture, the table and Streamlit stay out of the menu
    if (!this.menu.isOpen) return;
    const at = this.items.indexOf(e.composedPath()[0]), last = this.items.length - 1;
    const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[e.key];
    if (next !== undefined) this.items[next < 0 ? last : next > last ? 0 : next].focus();
    else if (e.key === "Escape") this.menu.close(true);
    else return void (e.key === "Tab" && this.menu.close(true));
    e.preventDefault();
  }

  // ---- a choice, and its answer
  click(e) {
    const item = e.target.closest("[role=menuitem]");
    if (!item || this.busy) return;
    const { format, what } = item.dataset;
    this.of = `${this.name}.${(this.asked = (this.asked ?? 0) + 1)}`;
    this.work(true);
    this.copying = what === "copy" ? new Copy() : undefined;
    this.late = setTimeout(() => this.hear({ of: this.of, sentence: this.words.silent }), this.patience * 1000);
    this.ask({ kind: "save", format, what, of: this.of });
  }

  ask(event) {
    // of two events of one component in one run the server hears the later only: ask again
    this.view.send(event);
    this.again = setTimeout(() => this.ask(event), 6000);
  }

  work(busy) {
    this.busy = busy;
    clearTimeout(this.late);
    clearTimeout(this.again);
    this.button.classList.toggle("busy", busy);
    this.sheet.setAttribute("aria-busy", busy);
    this.items.forEach((i) => i.setAttribute("aria-disabled", busy));
    if (busy) this.say(this.words.making);
  }

  async hear(file) {
    if (!this.button.isConnected) return void window.removeEventListener("cnnviz:file", this.onFile);
    if (file.of !== this.of || !this.busy) return;
    this.work(false);
    if (file.sentence) {
      this.copying?.fail();
      if (!this.menu.isOpen) this.open();
      return void this.say(file.sentence, true);
    }
    const bytes = Uint8Array.from(atob(file.base64), (c) => c.charCodeAt(0));
    if (this.copying) return void (await this.copied(new TextDecoder().decode(bytes)));
    download(new Blob([bytes], { type: file.mime }), file.name);
    this.menu.close(true);
  }

  async copied(words) {
    if (await this.copying.give(words)) return void this.say(this.words.copied);
    if (!this.menu.isOpen) this.open();
    this.say(this.words.select, true);
    const area = document.createElement("textarea");
    area.readOnly = true;
    area.value = words;
    this.status.append(area);
    area.select();
    if (document.execCommand("copy")) this.say(this.words.copied);
    else this.menu.place();
  }
}

// A place in the clipboard, asked for at the touch (later the browser would refuse), filled later.
class Copy {
  constructor() {
    const later = new Promise((give, fail) => Object.assign(this, { fill: give, fail }));
    later.catch(() => {});
    if (!navigator.clipboard?.write || !window.ClipboardItem) return; // only where the page is secure
    const item = new ClipboardItem({ "text/plain": later });
    this.done = navigator.clipboard.write([item]).then(() => true, () => false);
  }

  async give(words) {
    this.fill(new Blob([words], { type: "text/plain" }));
    return Boolean(await this.done);
  }
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 30_000);
}
