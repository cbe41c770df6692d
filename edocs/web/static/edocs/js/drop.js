// Many files at once, each on its own: its progress, its result, its own retry. Without this module the form sends all
// files in one request.

const words = document.querySelector('#ed-words').dataset;
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const AT_ONCE = 2;

class DropZone {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector('input[type="file"]');
    this.list = form.querySelector('.ed-drop-list');
    this.waiting = [];
    this.running = 0;
    this.failed = 0;
    this.taken = [];
    form.querySelector('[data-nojs]').hidden = true;
    this.input.classList.add('ed-sr');
    this.input.addEventListener('change', () => { this.add(this.input.files); this.input.value = ''; });
    form.addEventListener('submit', event => event.preventDefault());
    document.addEventListener('dragover', event => this.over(event));
    document.addEventListener('dragleave', event => { if (!event.relatedTarget) form.classList.remove('ed-drop-over'); });
    document.addEventListener('drop', event => this.dropped(event));
    window.addEventListener('beforeunload', event => { if (this.running) event.preventDefault(); });
  }

  carriesFiles(event) { return [...(event.dataTransfer?.types || [])].includes('Files'); }

  over(event) {
    if (!this.carriesFiles(event)) return;
    event.preventDefault();
    this.form.classList.add('ed-drop-over');
  }

  dropped(event) {
    if (!this.carriesFiles(event)) return;
    event.preventDefault();
    this.form.classList.remove('ed-drop-over');
    this.add(event.dataTransfer.files);
  }

  add(files) {
    for (const file of files) {
      const line = this.line(file);
      this.list.append(line.item);
      this.waiting.push(line);
    }
    this.start();
  }

  line(file) {
    const item = document.createElement('li');
    const name = document.createElement('span');
    const state = document.createElement('span');
    const bar = document.createElement('progress');
    name.className = 'ed-cut';
    name.textContent = file.name;
    state.className = 'ed-t3';
    state.textContent = words.waiting;
    bar.className = 'ed-progress';
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute('aria-label', file.name);
    item.append(name, state, bar);
    return { file, item, name, state, bar };
  }

  start() {
    while (this.running < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
  }

  send(line) {
    this.running += 1;
    const body = new FormData();
    body.append('file', line.file, line.file.name);
    const request = new XMLHttpRequest();
    request.open('POST', this.form.action);
    request.setRequestHeader('X-CSRFToken', csrf);
    request.setRequestHeader('X-Requested-With', 'fetch');
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', event => {
      line.bar.value = event.loaded / event.total;
      line.state.textContent = words.uploading.replace('{percent}', Math.round(100 * event.loaded / event.total));
    });
    request.addEventListener('load', () => this.answered(line, request));
    request.addEventListener('error', () => this.refused(line, words.offline));
    request.addEventListener('loadend', () => { this.running -= 1; this.start(); this.finish(); });
    request.send(body);
  }

  answered(line, request) {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;  // an error page instead of JSON: said below
    }
    if (request.status < 200 || request.status > 299) {
      const refusal = request.status === 422 || request.status === 413;  // the same file would be refused again
      this.refused(line, answer.message || (request.status === 413 ? words.tooLarge : words.failed), refusal);
      return;
    }
    this.taken.push(line.item);
    line.bar.remove();
    line.state.className = 'ed-ok';
    line.state.textContent = answer.message || words.sent;
    if (!answer.url) return;
    const link = document.createElement('a');
    link.href = answer.url;
    link.className = 'ed-cut';
    link.textContent = line.file.name;
    line.name.replaceWith(link);
  }

  refused(line, message, forGood = false) {
    this.failed += 1;
    line.bar.remove();
    const sentence = document.createElement('p');
    sentence.className = 'ed-red';
    sentence.textContent = message;
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'ed-btn';
    again.textContent = forGood ? words.discard : words.again;
    again.addEventListener('click', () => {
      this.failed -= 1;
      line.item.remove();
      if (!forGood) this.add([line.file]);
    });
    line.state.replaceWith(again);
    line.item.append(sentence);
  }

  finish() {
    if (this.running || this.waiting.length) return;
    document.dispatchEvent(new CustomEvent('ed:refresh'));
    document.dispatchEvent(new CustomEvent('ed:received', { detail: { failed: this.failed } }));
    if (!this.failed && this.form.dataset.doneUrl) location.assign(this.form.dataset.doneUrl);
    else this.fold();
  }

  // What was taken stands in the queue from now on; here one line says how many, so that the queue keeps its place.
  fold() {
    if (!this.taken.length) return;
    const said = this.list.querySelector('[data-received]') || document.createElement('li');
    said.dataset.received = Number(said.dataset.received || 0) + this.taken.length;
    said.className = 'ed-ok';
    said.textContent = words.received.replace('{n}', said.dataset.received);
    this.taken.forEach(item => item.remove());
    this.taken = [];
    this.list.prepend(said);
  }
}

document.querySelectorAll('form[data-drop]').forEach(form => new DropZone(form));
