// Dropping a file, and saying that it is being checked. Without this module the form is an ordinary form.

class Verify {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector('input[type="file"]');
    this.button = form.querySelector('button[type="submit"]');
    this.state = form.querySelector('[data-verify-state]');
    form.addEventListener('submit', () => this.checking());
    document.addEventListener('dragover', event => this.over(event));
    document.addEventListener('dragleave', event => { if (!event.relatedTarget) form.classList.remove('sig-over'); });
    document.addEventListener('drop', event => this.dropped(event));
    window.addEventListener('pageshow', () => { this.button.disabled = false; this.state.textContent = ''; });
  }

  carriesFiles(event) { return [...(event.dataTransfer?.types || [])].includes('Files'); }

  over(event) {
    if (!this.carriesFiles(event)) return;
    event.preventDefault();
    this.form.classList.add('sig-over');
  }

  dropped(event) {
    if (!this.carriesFiles(event)) return;
    event.preventDefault();
    this.form.classList.remove('sig-over');
    const [file] = event.dataTransfer.files;
    const one = new DataTransfer();
    one.items.add(file);
    this.input.files = one.files;
    this.form.requestSubmit();
  }

  checking() {
    this.button.disabled = true;
    this.state.textContent = this.button.dataset.checking;
  }
}

document.querySelectorAll('form[data-verify]').forEach(form => new Verify(form));
