// The page viewer: zoom, fit, turn, small pages, page n of m, selectable words, and boxes over the pages.
// Without this module the pages are plain images in a scrolling pane.

const words = document.querySelector('#ed-words').dataset;
const ZOOMS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];
const known = new WeakSet();

const percent = fraction => `${fraction * 100}%`;
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

class Viewer {
  constructor(root) {
    this.root = root;
    this.view = root.querySelector('.ed-view');
    this.pages = [...root.querySelectorAll('.ed-page')];
    if (!this.view || !this.pages.length) return;
    this.zoom = 1;
    this.turned = 0;
    this.now = 0;
    root.addEventListener('click', event => this.act(event));
    document.addEventListener('scroll', () => this.follow(), { passive: true, capture: true });  // on a phone the page scrolls
    this.view.addEventListener('keydown', event => this.key(event));
    this.watch();
    root.querySelectorAll('template[data-box]').forEach(template => this.draw(template.dataset));
    this.follow();
  }

  act(event) {
    const button = event.target.closest('[data-act]');
    if (button) this[button.dataset.act](button);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.view) return;
    const does = { '+': 'larger', '=': 'larger', '-': 'smaller', 0: 'fit', PageDown: 'next', PageUp: 'previous' }[event.key];
    if (!does) return;
    event.preventDefault();
    this[does]();
  }

  // --- moving ---

  go(index) {
    this.pages[clamp(index, 0, this.pages.length - 1)].scrollIntoView({ block: 'start' });
  }

  next() { this.go(this.now + 1); }

  previous() { this.go(this.now - 1); }

  follow() {
    if (!this.view.isConnected) return;
    const frame = this.view.getBoundingClientRect();
    const middle = (Math.max(frame.top, 0) + Math.min(frame.bottom, innerHeight)) / 2;
    const at = this.pages.findIndex(page => page.getBoundingClientRect().bottom > middle);
    this.now = at < 0 ? this.pages.length - 1 : at;
    const place = this.root.querySelector('[data-now]');
    if (place) place.textContent = this.pages[this.now].dataset.page;
    this.root.querySelectorAll('.ed-thumbs button').forEach((thumb, index) => {
      if (index === this.now) thumb.setAttribute('aria-current', 'true');
      else thumb.removeAttribute('aria-current');
    });
  }

  // --- size ---

  scale(zoom) {
    const { scrollTop, scrollHeight } = this.view;
    this.zoom = zoom;
    this.view.style.setProperty('--ed-zoom', zoom);
    this.view.classList.toggle('ed-zoomed', zoom !== 1);
    this.root.querySelector('[data-zoom]').textContent = zoom === 1 ? words.fit : `${Math.round(zoom * 100)}%`;
    this.view.scrollTop = scrollTop * this.view.scrollHeight / scrollHeight;
    this.sharpen();
  }

  larger() { this.scale(ZOOMS.find(zoom => zoom > this.zoom) || ZOOMS.at(-1)); }

  smaller() { this.scale(ZOOMS.findLast(zoom => zoom < this.zoom) || ZOOMS[0]); }

  fit() { this.scale(1); }

  turn() {
    this.turned = (this.turned + 90) % 360;
    for (const page of this.pages) {
      const image = page.querySelector('img');
      const ratio = image.width && image.height ? image.getAttribute('width') / image.getAttribute('height') : 210 / 297;
      const lying = this.turned % 180 !== 0;
      page.classList.toggle('ed-turned', this.turned !== 0);
      page.style.aspectRatio = lying ? `${1 / ratio}` : '';
      image.style.width = lying ? percent(ratio) : '';
      image.style.transform = this.turned ? `translate(-50%, -50%) rotate(${this.turned}deg)` : '';
    }
  }

  // A page shown larger than its picture gets the finer one, once.
  sharpen() {
    for (const image of this.root.querySelectorAll('.ed-page > img[data-large]')) {
      if (!image.naturalWidth || image.clientWidth * devicePixelRatio <= image.naturalWidth * 1.1) continue;
      image.src = image.dataset.large;
      delete image.dataset.large;
    }
  }

  // --- small pages ---

  thumbs(button) {
    const strip = this.root.querySelector('.ed-thumbs');
    if (!strip.childElementCount) {
      strip.append(...this.pages.map((page, index) => {
        const image = page.querySelector('img');
        const thumb = document.createElement('button');
        const picture = document.createElement('img');
        thumb.type = 'button';
        thumb.setAttribute('aria-label', words.page.replace('{n}', page.dataset.page));
        picture.loading = 'lazy';
        picture.alt = '';
        picture.width = image.getAttribute('width');
        picture.height = image.getAttribute('height');
        picture.src = image.dataset.thumb || image.src;
        thumb.append(picture, page.dataset.page);
        thumb.addEventListener('click', () => this.go(index));
        return thumb;
      }));
    }
    strip.hidden = !strip.hidden;
    button.setAttribute('aria-pressed', String(!strip.hidden));
    this.follow();
  }

  // --- words to select ---

  watch() {
    const observer = new IntersectionObserver(entries => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        this.write(target);
      }
    }, { root: this.view, rootMargin: '200px' });
    for (const page of this.pages) if (page.querySelector('img[data-text]')) observer.observe(page);
  }

  async write(page) {
    const image = page.querySelector('img');
    const response = await fetch(image.dataset.text, { headers: { 'X-Requested-With': 'fetch' } }).catch(() => null);
    if (!response?.ok) return;  // the page can be read without its words being selectable
    const tall = image.getAttribute('height') / image.getAttribute('width');
    const layer = document.createElement('div');
    layer.className = 'ed-words';
    for (const [x, y, width, height, text] of (await response.json()).words) {
      const span = document.createElement('span');
      span.textContent = `${text} `;
      span.style.left = percent(x);
      span.style.top = percent(y);
      span.style.fontSize = `${height * tall * 100}cqw`;
      span.dataset.width = width;
      layer.append(span);
    }
    page.append(layer);
    const spans = [...layer.children];
    const widths = spans.map(span => span.offsetWidth);
    spans.forEach((span, index) => {
      if (widths[index]) span.style.transform = `scaleX(${span.dataset.width * layer.clientWidth / widths[index]})`;
    });
  }

  // --- boxes ---

  pageOf(number) { return this.pages.find(page => page.dataset.page === String(number)); }

  draw(box) {
    const page = this.pageOf(box.page);
    if (!page) return;
    const movable = box.kind === 'place';
    const mark = document.createElement(movable ? 'button' : 'span');
    mark.className = `ed-over ed-over-${box.kind} ed-s-${box.tone}`;
    mark.classList.toggle('ed-over-round', 'round' in box);
    if (box.kind === 'spot') mark.dataset.spot = box.name;
    if (box.label) {
      const label = document.createElement('span');
      label.textContent = box.label;
      mark.append(label);
    }
    mark.style.width = percent(box.width);
    mark.style.height = percent(box.height);
    page.append(mark);
    if (movable) new Place(this, mark, box);
    else {
      mark.style.left = percent(box.x);
      mark.style.top = percent(box.y);
    }
  }
}

// A place that can be moved: dragged, by arrow keys, or pressed and then put by pressing the page.
class Place {
  constructor(viewer, mark, box) {
    this.viewer = viewer;
    this.mark = mark;
    this.name = box.name;
    this.width = Number(box.width);
    this.height = Number(box.height);
    mark.type = 'button';
    mark.setAttribute('aria-label', words.place.replace('{name}', box.label || box.name));
    mark.setAttribute('aria-pressed', 'false');
    this.put(mark.parentElement, Number(box.x), Number(box.y));
    mark.addEventListener('pointerdown', event => this.grab(event));
    mark.addEventListener('keydown', event => this.key(event));
    viewer.view.addEventListener('click', event => this.press(event));
  }

  put(page, x, y) {
    this.x = clamp(x, 0, 1 - this.width);
    this.y = clamp(y, 0, 1 - this.height);
    if (this.mark.parentElement !== page) page.append(this.mark);
    this.mark.style.left = percent(this.x);
    this.mark.style.top = percent(this.y);
    const parts = { page: page.dataset.page, x: this.x.toFixed(5), y: this.y.toFixed(5), width: this.width, height: this.height };
    for (const input of document.querySelectorAll(`input[data-place="${CSS.escape(this.name)}"]`)) {
      input.value = parts[input.dataset.part];
    }
  }

  key(event) {
    const step = event.shiftKey ? 0.02 : 0.005;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    this.put(this.mark.parentElement, this.x + by[0], this.y + by[1]);
  }

  grab(event) {
    if (event.button) return;
    const start = { x: event.clientX, y: event.clientY };
    const from = this.mark.getBoundingClientRect();
    this.moved = false;
    this.mark.setPointerCapture(event.pointerId);
    const move = at => {
      if (!this.moved && Math.hypot(at.clientX - start.x, at.clientY - start.y) < 4) return;
      this.moved = true;
      const left = from.left + at.clientX - start.x;
      const top = from.top + at.clientY - start.y;
      const middle = top + from.height / 2;
      const page = this.viewer.pages.find(other => other.getBoundingClientRect().bottom > middle) || this.viewer.pages.at(-1);
      const paper = page.getBoundingClientRect();
      this.put(page, (left - paper.left) / paper.width, (top - paper.top) / paper.height);
    };
    this.mark.addEventListener('pointermove', move);
    this.mark.addEventListener('lostpointercapture', () => this.mark.removeEventListener('pointermove', move), { once: true });
  }

  press(event) {
    if (event.target.closest('.ed-over-place') === this.mark) {
      if (!this.moved) this.mark.setAttribute('aria-pressed', String(this.mark.getAttribute('aria-pressed') !== 'true'));
      this.moved = false;
      return;
    }
    const page = event.target.closest('.ed-page');
    if (!page || this.mark.getAttribute('aria-pressed') !== 'true') return;
    const paper = page.getBoundingClientRect();
    this.put(
      page,
      (event.clientX - paper.left) / paper.width - this.width / 2,
      (event.clientY - paper.top) / paper.height - this.height / 2,
    );
    this.mark.setAttribute('aria-pressed', 'false');
    this.mark.focus({ preventScroll: true });
  }
}

function begin(root) {
  const found = root instanceof Element && root.matches('[data-viewer]') ? [root] : root.querySelectorAll('[data-viewer]');
  for (const element of found) {
    if (known.has(element)) continue;
    known.add(element);
    new Viewer(element);
  }
}

begin(document);
document.addEventListener('htmx:afterSettle', event => begin(event.target));
