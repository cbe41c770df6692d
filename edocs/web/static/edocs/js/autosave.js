// <form data-autosave="url">: what is typed is kept by the server two seconds after the last key, and in this browser
// whenever the server does not answer. It comes back when the form is opened again. Passwords and files are never kept.

const words = document.querySelector('#ed-words').dataset;
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const REST = 2_000;
const AGAIN = 10_000;
const known = new WeakSet();

const clock = moment => new Date(moment).toLocaleTimeString('en-GB', {
  hour: '2-digit', minute: '2-digit', timeZone: words.timeZone,
});

class Store {
  constructor(url) { this.key = `ed-draft:${document.body.dataset.person}:${url}`; }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;  // private mode, or written by an older version
    }
  }

  write(data) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ data, at: new Date().toISOString() }));
    } catch {
      // private mode or full: the server's copy has to do
    }
  }

  clear() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // private mode: nothing was kept
    }
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.store = new Store(this.url);
    this.dirty = false;
    form.addEventListener('input', () => this.touched());
    form.addEventListener('change', () => this.touched());
    document.addEventListener('submit', event => this.beforeSubmit(event), true);
    window.addEventListener('online', () => this.dirty && this.save());
    window.addEventListener('pagehide', () => { if (this.dirty && !this.left) this.send(true).catch(() => {}); });
    this.restore();
  }

  values() {
    const data = {};
    for (const field of this.form.elements) {
      if (!field.name || field.disabled || ['password', 'file', 'submit', 'button'].includes(field.type)) continue;
      if (field.name === 'csrfmiddlewaretoken' || field.autocomplete === 'off-record') continue;
      data[field.name] ||= [];
      if (['checkbox', 'radio'].includes(field.type)) {
        if (field.checked) data[field.name].push(field.value);
      } else if (field.type === 'select-multiple') {
        data[field.name].push(...[...field.selectedOptions].map(option => option.value));
      } else data[field.name].push(field.value);
    }
    return data;
  }

  fill(data) {
    const turn = {};
    for (const field of this.form.elements) {
      const values = data[field.name];
      if (!values || ['password', 'file', 'submit', 'button'].includes(field.type)) continue;
      const before = JSON.stringify([field.value, field.checked, field.selectedIndex]);
      if (['checkbox', 'radio'].includes(field.type)) field.checked = values.includes(field.value);
      else if (field.type === 'select-multiple') for (const option of field.options) option.selected = values.includes(option.value);
      else {
        turn[field.name] = (turn[field.name] ?? -1) + 1;
        if (values[turn[field.name]] !== undefined) field.value = values[turn[field.name]];
      }
      if (JSON.stringify([field.value, field.checked, field.selectedIndex]) !== before) {
        field.dispatchEvent(new Event('change', { bubbles: true }));
      }
    }
  }

  // --- keeping ---

  touched() {
    if (this.filling) return;
    this.dirty = true;
    this.store.write(this.values());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), REST);
  }

  send(leaving = false) {
    const body = new URLSearchParams();
    for (const [name, values] of Object.entries(this.values())) for (const value of values) body.append(name, value);
    return fetch(this.url, {
      method: 'POST', body, keepalive: leaving, headers: { 'X-CSRFToken': csrf, 'X-Requested-With': 'fetch' },
    });
  }

  async save() {
    clearTimeout(this.timer);
    const response = await this.send().catch(() => null);
    if (response?.ok) {
      this.dirty = false;
      this.store.clear();
      this.say(words.saved.replace('{time}', clock(Date.now())));
      this.band('');
      return true;
    }
    const signedOut = response?.status === 401 || response?.status === 403;
    this.band(signedOut ? words.signedOut : words.kept.replace('{time}', clock(Date.now())));
    if (!signedOut) this.timer = setTimeout(() => this.save(), AGAIN);
    return false;
  }

  // Before the form goes, the server must have the draft: then nothing is lost whatever becomes of the sending.
  async beforeSubmit(event) {
    if (event.target !== this.form) return;
    if (!this.dirty) {
      this.left = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await this.save()) {
      this.left = true;
      this.form.requestSubmit(event.submitter);
    }
  }

  // --- giving back ---

  async restore() {
    const before = JSON.stringify(this.values());
    const here = this.store.read();
    const response = await fetch(this.url, { headers: { 'X-Requested-With': 'fetch' } }).catch(() => null);
    const there = response?.ok ? await response.json() : null;
    if (this.dirty || 'failed' in this.form.dataset) return;  // the person was quicker, or the form comes back with its errors
    const kept = here && (!there?.saved_at || here.at > there.saved_at) ? here : there && { data: there.data, at: there.saved_at };
    if (!kept?.at || !Object.keys(kept.data).length) return;
    this.filling = true;
    this.fill(kept.data);
    this.filling = false;
    if (JSON.stringify(this.values()) === before) return;
    this.offerDiscard(kept.at);
    if (kept === here) this.touched();
  }

  offerDiscard(at) {
    const note = document.createElement('div');
    const sentence = document.createElement('div');
    const button = document.createElement('button');
    note.className = 'ed-note ed-note-blue ed-f';
    note.setAttribute('role', 'status');
    sentence.textContent = words.restored.replace('{time}', clock(at));
    button.type = 'button';
    button.className = 'ed-btn';
    button.textContent = words.discard;
    button.addEventListener('click', () => { this.discard(); note.remove(); });
    note.append(sentence, button);
    this.form.prepend(note);
  }

  async discard() {
    clearTimeout(this.timer);
    this.dirty = false;
    this.store.clear();
    this.form.reset();
    const response = await fetch(this.url, { method: 'DELETE', headers: { 'X-CSRFToken': csrf, 'X-Requested-With': 'fetch' } }).catch(() => null);
    if (!response?.ok) this.band(words.offline);
  }

  // --- saying ---

  say(sentence) {
    const place = this.form.querySelector('[data-autosave-state]') || document.querySelector('[data-autosave-state]');
    if (place) place.textContent = sentence;
  }

  band(sentence) {
    const band = document.querySelector('#band-offline');
    band.querySelector('span').textContent = sentence;
    band.hidden = !sentence;
  }
}

function begin(root) {
  root.querySelectorAll('form[data-autosave]').forEach(form => {
    if (known.has(form)) return;
    known.add(form);
    new Draft(form);
  });
}

begin(document);
document.addEventListener('htmx:afterSettle', event => begin(event.target));
