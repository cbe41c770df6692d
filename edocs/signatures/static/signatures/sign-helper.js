// The page's part of signing with a token: carries requests that the server signed to edocs-sign on this computer,
// and its answers back. Neither key nor PIN ever passes here; what edocs-sign refuses it refuses by a code.

const csrf = document.querySelector('meta[name="csrf-token"]').content;
const PAIRING = 'edocs-sign-pairing';

class Refusal extends Error {
  constructor(code, sentence = '') {
    super(code);
    this.code = code;
    this.sentence = sentence;
  }
}

class Token {
  constructor(root) {
    this.root = root;
    this.helper = `http://127.0.0.1:${root.dataset.port}`;
    this.codeForm = root.querySelector('form[data-when="code"]');
    this.codeForm.addEventListener('submit', event => { event.preventDefault(); this.pair(); });
    root.querySelectorAll('[data-again]').forEach(button => button.addEventListener('click', () => this.begin()));
    if (root.dataset.token === 'sign') this.begin(); else this.show('idle');
  }

  show(state) {
    this.root.querySelectorAll('[data-when]').forEach(part => { part.hidden = !part.dataset.when.split(' ').includes(state); });
    this.root.dataset.state = state;
  }

  // One question to edocs-sign; it is absent when nobody answers.
  async ask(path, body = {}) {
    const headers = { 'Content-Type': 'application/json', 'X-Pairing': localStorage.getItem(PAIRING) || '' };
    const response = await fetch(this.helper + path, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit' })
      .catch(() => { throw new Refusal('absent'); });
    const said = await response.json().catch(() => ({}));
    if (!response.ok) throw new Refusal(said.error || '');
    return said;
  }

  // One question to our own server.
  async send(url, body = {}) {
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': csrf, 'X-Requested-With': 'fetch' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => null);
    const said = await response?.json().catch(() => ({})) ?? {};
    if (!response?.ok) throw new Refusal(said.error || '', said.sentence || '');
    return said;
  }

  async begin() {
    this.show('looking');
    await this.guarded(async () => {
      const hello = await this.ask('/hello');
      if (!hello.paired) {
        await this.ask('/code');
        this.show('code');
        this.codeForm.elements.code.value = '';
        this.codeForm.elements.code.focus();
        return;
      }
      if (hello.refused?.length) await this.send(this.root.dataset.report, { refused: hello.refused });
      await this.go();
    });
  }

  async pair() {
    await this.guarded(async () => {
      const { pairing } = await this.ask('/pair', { code: this.codeForm.elements.code.value });
      localStorage.setItem(PAIRING, pairing);
      await this.go();
    });
  }

  async go() {
    const signs = this.root.dataset.token === 'sign';
    this.show(signs ? 'pin' : 'looking');
    const { request } = await this.send(this.root.dataset.request);
    const said = await this.ask(signs ? '/sign' : '/certificates', { request });
    this.show('sending');
    const answer = signs ? { signatures: said.signatures } : { certificate: this.chosen(said.certificates) };
    const { next } = await this.send(this.root.dataset.answer, answer);
    window.location.assign(next);
  }

  // The certificate for signing on the token; tokens of one person hold one.
  chosen(certificates) {
    if (!certificates.length) throw new Refusal('certificate_missing');
    return certificates[0];
  }

  async guarded(act) {
    try {
      await act();
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.code === 'not_paired') localStorage.removeItem(PAIRING);
      if (refusal.code === 'absent') { this.show('absent'); return; }
      const words = [...this.root.querySelectorAll('[data-sentences] [data-code]')];
      const known = words.find(one => one.dataset.code === refusal.code) || words.find(one => !one.dataset.code);
      this.root.querySelector('[data-reason]').textContent = refusal.sentence || known.textContent;
      this.show('refused');
    }
  }
}

document.querySelectorAll('[data-token]').forEach(root => new Token(root));
