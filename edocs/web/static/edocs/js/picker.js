// <ed-picker>: type a few letters, accents not needed; what is chosen stays as chips. Inside is the <select> that works
// without this module and always holds the values that are sent.

const words = document.querySelector('#ed-words').dataset;
const ASK_AFTER = 150;  // ms
const LETTERS = 2;
let serial = 0;

const fold = text => text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd');

function element(tag, classes, text = '') {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = text;
  return made;
}

class Picker extends HTMLElement {
  connectedCallback() {
    this.select = this.querySelector('select');
    if (!this.select || this.box) return;
    serial += 1;
    this.build();
    this.chips();
    this.select.addEventListener('change', () => this.chips());
    this.select.form?.addEventListener('reset', () => setTimeout(() => this.chips()));
  }

  get many() { return 'multiple' in this.dataset; }

  get chosen() { return [...this.select.selectedOptions].filter(option => option.value); }

  build() {
    this.box = element('div', 'ed-picks');
    this.input = element('input', '');
    this.list = element('div', 'ed-menu');
    this.said = element('span', 'ed-sr');
    Object.assign(this.input, { type: 'text', id: this.select.id, autocomplete: 'off', spellcheck: false });
    this.list.id = `picker-${serial}`;
    this.list.hidden = true;
    this.list.setAttribute('role', 'listbox');
    this.said.setAttribute('aria-live', 'polite');
    const attributes = { role: 'combobox', 'aria-expanded': 'false', 'aria-controls': this.list.id, 'aria-autocomplete': 'list' };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    for (const name of ['aria-describedby', 'aria-invalid', 'autofocus']) {
      if (this.select.hasAttribute(name)) this.input.setAttribute(name, this.select.getAttribute(name));
    }
    const label = document.querySelector(`label[for="${CSS.escape(this.select.id)}"]`);
    this.list.setAttribute('aria-label', label?.textContent.trim() || this.dataset.placeholder);
    this.select.removeAttribute('id');
    this.required = this.select.required;
    this.select.required = false;  // a hidden select cannot say what is missing; the server says it
    this.box.append(this.input, this.list, this.said);
    this.prepend(this.box);
    this.box.append(this.select);
    this.input.addEventListener('input', event => { event.stopPropagation(); this.later(); });
    this.input.addEventListener('keydown', event => this.key(event));
    this.input.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.list.addEventListener('pointerdown', event => event.preventDefault());
    this.list.addEventListener('click', event => this.take(event.target.closest('[role="option"]')));
    this.box.addEventListener('click', event => this.drop(event));
  }

  chips() {
    this.box.querySelectorAll('.ed-pill').forEach(chip => chip.remove());
    for (const option of this.chosen) {
      const chip = element('span', 'ed-pill');
      const remove = element('button', '', '×');
      remove.type = 'button';
      remove.dataset.value = option.value;
      remove.setAttribute('aria-label', words.remove.replace('{name}', option.textContent.trim()));
      chip.append(element('span', 'ed-cut', option.textContent.trim()), remove);
      this.input.before(chip);
    }
    const full = this.chosen.length > 0 && !this.many;
    this.box.classList.toggle('ed-picks-full', full);
    this.input.placeholder = full ? '' : this.dataset.placeholder;
  }

  drop(event) {
    const button = event.target.closest('button[data-value]');
    if (button && button.closest('.ed-pill')) this.unpick(button.dataset.value);
    else if (event.target === this.box) this.input.focus();
  }

  unpick(value) {
    for (const option of this.chosen) if (option.value === value) option.selected = false;
    if (!this.many) this.select.value = '';
    this.changed();
  }

  changed() {
    this.select.dispatchEvent(new Event('change', { bubbles: true }));
    this.input.focus();
  }

  later() {
    clearTimeout(this.timer);
    const letters = this.input.value.trim();
    if (letters.length < LETTERS) { this.close(); return; }
    this.timer = setTimeout(() => this.ask(letters), ASK_AFTER);
  }

  async ask(letters) {
    const items = this.dataset.url ? await this.remote(letters) : this.local(letters);
    if (!items || this.input.value.trim() !== letters) return;
    const taken = new Set(this.chosen.map(option => option.value));
    this.show(items.filter(item => !taken.has(String(item.value))));
  }

  local(letters) {
    const parts = fold(letters).split(/\s+/);
    return [...this.select.options]
      .filter(option => option.value && parts.every(part => fold(option.textContent).includes(part)))
      .slice(0, 12)
      .map(option => ({ value: option.value, label: option.textContent.trim(), hint: option.dataset.hint || '' }));
  }

  async remote(letters) {
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set('q', letters);
    const response = await fetch(url, { headers: { 'X-Requested-With': 'fetch', Accept: 'application/json' } }).catch(() => null);
    if (!response?.ok) return this.local(letters);
    return (await response.json()).items;
  }

  show(items) {
    this.list.replaceChildren(...items.map((item, index) => this.line(item, index)));
    if (!items.length) this.list.append(element('p', 'ed-menu-p', words.noneFound));
    this.said.textContent = items.length ? words.found.replace('{n}', items.length) : words.noneFound;
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.point(items.length ? 0 : -1);
  }

  line(item, index) {
    const line = element('div', 'ed-option');
    line.setAttribute('role', 'option');
    line.id = `${this.list.id}-${index}`;
    line.item = item;
    if (item.initials) {
      const mark = element('span', `ed-ava ed-ava-s${item.unit ? ' ed-ava-u' : ''}`, item.initials);
      mark.setAttribute('aria-hidden', 'true');
      line.append(mark);
    }
    line.append(element('span', 'ed-cut ed-grow', item.label));
    if (item.hint) line.append(element('span', 'ed-t3 ed-tiny', item.hint));
    return line;
  }

  point(index) {
    const lines = [...this.list.querySelectorAll('[role="option"]')];
    this.at = lines.length ? (index + lines.length) % lines.length : -1;
    lines.forEach((line, at) => line.setAttribute('aria-selected', String(at === this.at)));
    if (this.at >= 0) {
      this.input.setAttribute('aria-activedescendant', lines[this.at].id);
      lines[this.at].scrollIntoView({ block: 'nearest' });
    } else this.input.removeAttribute('aria-activedescendant');
  }

  take(line) {
    if (!line?.item) return;
    const { value, label } = line.item;
    let option = [...this.select.options].find(other => other.value === String(value));
    if (!option) {
      option = new Option(label, value);
      this.select.add(option);
    }
    if (!this.many) this.select.value = option.value;
    option.selected = true;
    this.input.value = '';
    this.close();
    this.changed();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  key(event) {
    const open = !this.list.hidden;
    if (event.key === 'Backspace' && !this.input.value && this.chosen.length) this.unpick(this.chosen.at(-1).value);
    if (!open || event.isComposing || event.ctrlKey) return;
    const does = {
      ArrowDown: () => this.point(this.at + 1),
      ArrowUp: () => this.point(this.at - 1),
      Enter: () => this.take(this.list.querySelector('[aria-selected="true"]')),
      Escape: () => this.close(),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }
}

customElements.define('ed-picker', Picker);
