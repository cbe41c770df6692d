// The search box of every page: what one searched before, documents, agencies and people while typing. A combobox: arrows
// choose, Enter goes there or, with nothing chosen, searches. Without this module the box is an ordinary form.

const ASK_AFTER = 120;  // ms
let serial = 0;

function element(tag, classes, text = '') {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = text;
  return made;
}

class Box {
  constructor(input) {
    this.input = input;
    this.at = -1;
    this.asked = 0;
    serial += 1;
    this.list = element('div', 'ed-offers');
    this.list.id = `offers-${serial}`;
    this.list.hidden = true;
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', input.getAttribute('aria-label'));
    for (const [name, value] of Object.entries({ role: 'combobox', 'aria-expanded': 'false', 'aria-controls': this.list.id, 'aria-autocomplete': 'list' })) input.setAttribute(name, value);
    input.after(this.list);
    input.addEventListener('input', () => this.later());
    input.addEventListener('focus', () => { if (!input.value.trim()) this.later(); });
    input.addEventListener('keydown', event => this.key(event));
    input.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.list.addEventListener('pointerdown', event => event.preventDefault());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), ASK_AFTER);
  }

  async ask() {
    const number = ++this.asked;
    const url = new URL(this.input.dataset.suggestUrl, location.href);
    url.searchParams.set('q', this.input.value.trim());
    const response = await fetch(url, { headers: { 'X-Requested-With': 'fetch', Accept: 'application/json' } }).catch(() => null);
    if (!response?.ok || number !== this.asked || document.activeElement !== this.input) return;
    this.show((await response.json()).items);
  }

  show(items) {
    const parts = [];
    let group = '';
    for (const item of items) {
      if (item.group !== group) {
        group = item.group;
        const head = element('div', 'ed-offers-h', group);
        head.setAttribute('role', 'presentation');
        parts.push(head);
      }
      parts.push(this.line(item, parts.length));
    }
    this.list.replaceChildren(...parts);
    this.point(-1);
    this.list.hidden = !items.length;
    this.input.setAttribute('aria-expanded', String(items.length > 0));
  }

  line(item, index) {
    const line = element('a', 'ed-offer');
    line.href = item.url;
    line.tabIndex = -1;
    line.id = `${this.list.id}-${index}`;
    line.setAttribute('role', 'option');
    line.setAttribute('aria-selected', 'false');
    if (item.code) line.append(element('b', '', item.code));
    line.append(element('span', 'ed-cut ed-grow', item.label));
    if (item.hint) line.append(element('span', 'ed-t3 ed-tiny ed-nowrap', item.hint));
    return line;
  }

  get lines() { return [...this.list.querySelectorAll('[role="option"]')]; }

  point(index) {
    const lines = this.lines;
    this.at = index < 0 || !lines.length ? -1 : index % lines.length;
    lines.forEach((line, at) => line.setAttribute('aria-selected', String(at === this.at)));
    if (this.at < 0) this.input.removeAttribute('aria-activedescendant');
    else {
      this.input.setAttribute('aria-activedescendant', lines[this.at].id);
      lines[this.at].scrollIntoView({ block: 'nearest' });
    }
  }

  close() {
    this.asked += 1;
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.point(-1);
    this.input.setAttribute('aria-expanded', 'false');
  }

  key(event) {
    if (event.isComposing) return;
    const count = this.lines.length;
    if (this.list.hidden || !count) {
      if (event.key === 'ArrowDown') this.ask();
      return;
    }
    const does = {
      ArrowDown: () => this.point(this.at + 1),
      ArrowUp: () => this.point(this.at <= 0 ? count - 1 : this.at - 1),
      Escape: () => this.close(),
      Enter: this.at < 0 ? undefined : () => location.assign(this.lines[this.at].href),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }
}

for (const input of document.querySelectorAll('input[data-suggest-url]')) new Box(input);
