// Search inside the open document: words are found by the server (accents as in search, scans too) and marked on the
// pictures of the pages at their places. Enter goes to the next one, Shift+Enter back, Escape ends it.

const ASK_AFTER = 250;  // ms
const known = new WeakSet();
const percent = fraction => `${fraction * 100}%`;

class Finder {
  constructor(form) {
    this.form = form;
    this.viewer = form.closest('[data-viewer]');
    this.input = form.querySelector('input');
    this.said = form.querySelector('[data-said]');
    this.hits = [];
    this.at = -1;
    form.addEventListener('submit', event => { event.preventDefault(); this.enter(1); });
    this.input.addEventListener('input', () => this.later());
    this.input.addEventListener('keydown', event => this.key(event));
    form.addEventListener('click', event => {
      const button = event.target.closest('[data-step]');
      if (button) this.step(Number(button.dataset.step));
    });
    if (this.input.value.trim()) this.ask(Number(form.dataset.page) || 1);
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), ASK_AFTER);
  }

  enter(step) {
    if (this.input.value.trim() === this.asked) this.step(step);
    else this.ask();
  }

  key(event) {
    if (event.key === 'Enter' && event.shiftKey) {
      event.preventDefault();
      this.enter(-1);
    } else if (event.key === 'Escape' && this.input.value) {
      event.preventDefault();
      event.stopPropagation();
      this.input.value = '';
      this.ask();
    }
  }

  async ask(page) {
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    this.asked = words;
    if (!words) {
      this.show({ pages: [], total: 0 }, '');
      this.said.textContent = '';
      return;
    }
    const url = new URL(this.form.dataset.findUrl, location.href);
    url.searchParams.set('q', words);
    const response = await fetch(url, { headers: { 'X-Requested-With': 'fetch' } }).catch(() => null);
    if (!response?.ok || words !== this.asked) return;
    this.show(await response.json(), page);
  }

  show(found, from) {
    this.viewer.querySelectorAll('.ed-founds').forEach(layer => layer.remove());
    this.hits = [];
    for (const { page, hits } of found.pages) {
      const paper = this.viewer.querySelector(`.ed-page[data-page="${page}"]`);
      if (!paper) continue;
      const layer = document.createElement('div');
      layer.className = 'ed-founds';
      layer.setAttribute('aria-hidden', 'true');
      for (const places of hits) {
        const marks = places.map(([x, y, width, height]) => {
          const mark = document.createElement('span');
          mark.style.left = percent(x);
          mark.style.top = percent(y);
          mark.style.width = percent(width);
          mark.style.height = percent(height);
          return mark;
        });
        layer.append(...marks);
        this.hits.push({ page, marks });
      }
      paper.append(layer);
    }
    this.total = found.total;
    this.left = found.left;
    this.at = -1;
    const first = this.hits.findIndex(hit => hit.page >= (from || this.pageNow()));
    if (this.hits.length) this.go(Math.max(first, 0));
    else this.say();
  }

  pageNow() { return Number(this.viewer.querySelector('[data-now]')?.textContent) || 1; }

  step(by) {
    if (this.hits.length) this.go((this.at + by + this.hits.length) % this.hits.length);
  }

  go(index) {
    this.hits[this.at]?.marks.forEach(mark => mark.classList.remove('ed-on'));
    this.at = index;
    const { marks } = this.hits[index];
    marks.forEach(mark => mark.classList.add('ed-on'));
    marks[0].scrollIntoView({ block: 'center', inline: 'nearest' });
    this.say();
  }

  say() {
    const words = this.form.dataset;
    const still = this.left ? ` ${words.left.replace('{n}', this.left)}` : '';
    if (!this.total) this.said.textContent = words.none + still;
    else if (this.hits.length) this.said.textContent = words.place.replace('{at}', this.at + 1).replace('{n}', this.hits.length) + still;
    else this.said.textContent = words.unplaced.replace('{n}', this.total) + still;
  }
}

function begin(root) {
  for (const form of root.querySelectorAll('[data-find-url]')) {
    if (known.has(form)) continue;
    known.add(form);
    new Finder(form);
  }
}

begin(document);
document.addEventListener('htmx:afterSettle', event => begin(event.target.parentElement || document));
