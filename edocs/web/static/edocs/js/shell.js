// The shell: menus, dialogs, theme, toasts, keys, and what htmx does with errors. Everything here only adds to pages
// that work without it.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const words = $('#ed-words').dataset;
const csrf = $('meta[name="csrf-token"]').content;

// --- toasts: any module says document.dispatchEvent(new CustomEvent('ed:toast', {detail: {text, tone, url, link}})) ---

const TOAST_SECONDS = 8;

function iconOf(name) {
  const template = $(`#ed-words template[data-icon="${name}"]`);
  return template ? template.content.cloneNode(true) : '';
}

function showToast({ text, tone = 'ok', url = '', link = '' }) {
  const toast = document.createElement('div');
  toast.className = 'ed-toast';
  toast.dataset.tone = tone;
  const sentence = document.createElement('span');
  sentence.textContent = text;
  toast.append(iconOf(tone), sentence);
  if (url) {
    const anchor = document.createElement('a');
    anchor.href = url;
    anchor.textContent = link;
    toast.append(anchor);
  }
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'ed-x';
  close.dataset.close = '';
  close.setAttribute('aria-label', words.close);
  close.append(iconOf('x'));
  toast.append(close);
  $('#toasts').append(toast);
}

// What went well leaves by itself, unless the pointer or the focus is on it; what failed stays until it is closed.
function leaveLater(toast) {
  if (toast.dataset.tone === 'bad' || toast.dataset.leaving) return;
  toast.dataset.leaving = '1';
  const wait = () => setTimeout(() => (toast.matches(':hover, :focus-within') ? wait() : toast.remove()), TOAST_SECONDS * 1000);
  wait();
}

document.addEventListener('ed:toast', event => showToast(event.detail));
new MutationObserver(() => $$('#toasts > .ed-toast').forEach(leaveLater)).observe($('#toasts'), { childList: true });
$$('#toasts > .ed-toast').forEach(leaveLater);

// --- menus: <details class="ed-drop"> ---------------------------------------------------------------------------------

function closeMenus(except) {
  $$('details.ed-drop[open]').forEach(menu => {
    if (menu !== except) menu.open = false;
  });
}

document.addEventListener('toggle', event => {
  const menu = event.target;
  if (!(menu instanceof HTMLDetailsElement) || !menu.matches('.ed-drop') || !menu.open) return;
  closeMenus(menu);
  if (menu.id === 'bell') markNoticesRead(menu);
}, true);

function markNoticesRead(bell) {
  const count = $('[data-unread]', bell);
  if (!count || count.hidden) return;
  fetch(bell.dataset.readUrl, { method: 'POST', headers: { 'X-CSRFToken': csrf, 'X-Requested-With': 'fetch' } })
    .then(response => { if (response.ok) count.hidden = true; })
    .catch(() => {});  // read or not read is not worth a message; the next opening tries again
}

function moveInMenu(menu, step) {
  const lines = $$('.ed-menu a[href], .ed-menu button:not(:disabled)', menu).filter(line => line.offsetParent);
  const at = lines.indexOf(document.activeElement);
  lines[(at + step + lines.length) % lines.length]?.focus();
}

// --- dialogs: data-dialog="id" opens, focus returns to what opened it --------------------------------------------------

function openDialog(dialog, opener) {
  if (dialog.open) return;
  const menu = opener?.closest('details.ed-drop');
  const back = menu ? $('summary', menu) : opener;
  closeMenus();
  dialog.showModal();
  $('[autofocus]', dialog)?.focus();
  dialog.addEventListener('close', () => back?.isConnected && back.focus(), { once: true });
}

document.addEventListener('click', event => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  const opener = target.closest('[data-dialog]');
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    openDialog(dialog, opener);
    return;
  }
  if (target instanceof HTMLDialogElement && target.open) target.close();  // a click on the veil
  const closer = target.closest('[data-close]');
  if (closer) {
    const toast = closer.closest('.ed-toast');
    if (toast) toast.remove();
    else if (closer.closest('dialog')) closer.closest('dialog').close();
    else closer.closest('.ed-sheet-up')?.classList.remove('ed-sheet-up');
  }
  const sheet = target.closest('[data-sheet]');
  if (sheet) {
    event.preventDefault();
    const panel = document.getElementById(sheet.dataset.sheet);
    panel?.classList.add('ed-sheet-up');
    $('input, textarea, select, button', panel)?.focus();
  }
  const phrase = target.closest('[data-phrase]');
  if (phrase) {
    const field = document.getElementById(phrase.dataset.for);
    field.value = phrase.dataset.phrase;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  }
  if (!target.closest('details.ed-drop')) closeMenus();
  else if (target.closest('.ed-menu a, .ed-menu [type="button"]')) closeMenus();
});

// --- theme: at once here, remembered by the server ---------------------------------------------------------------------

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
}

document.addEventListener('submit', event => {
  const form = event.target;
  if (!form.matches('[data-theme-form]')) return;
  event.preventDefault();
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  $('#dark-tokens').media = theme === 'dark' ? 'all' : 'not all';
  $('meta[name="color-scheme"]').content = theme;
  const body = new FormData(form);
  body.set('theme', theme);
  fetch(form.action, { method: 'POST', body, headers: { 'X-Requested-With': 'fetch' }, keepalive: true })
    .catch(() => showToast({ text: words.offline, tone: 'look' }));
});

// --- what is missing is said in the language of the page, not in that of the browser ------------------------------------

document.addEventListener('invalid', event => {
  if (event.target.validity.valueMissing) event.target.setCustomValidity(words.required);
}, true);

function forgetMissing(event) {
  for (const field of event.target.form?.elements || []) field.setCustomValidity?.('');
}

document.addEventListener('input', forgetMissing);
document.addEventListener('change', forgetMissing);

// --- file fields: the browser's own button speaks the language of the browser ------------------------------------------

function namedFile(input) {
  const face = document.createElement('span');
  const button = document.createElement(input.closest('label') ? 'span' : 'label');
  const name = document.createElement('span');
  face.className = 'ed-file';
  button.className = 'ed-btn';
  button.textContent = words.choose;
  if (button instanceof HTMLLabelElement) button.htmlFor = input.id;
  name.className = 'ed-t2 ed-cut';
  const say = () => { name.textContent = [...input.files].map(file => file.name).join(', ') || words.noFile; };
  say();
  face.append(button, name);
  input.classList.add('ed-sr');
  input.after(face);
  input.addEventListener('change', say);
}

$$('form:not([data-drop]) input[type="file"]').forEach(namedFile);

// --- one sending at a time ---------------------------------------------------------------------------------------------

document.addEventListener('submit', event => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post' || form.hasAttribute('hx-post')) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = '1';
});
window.addEventListener('pageshow', () => $$('form[data-sending]').forEach(form => delete form.dataset.sending));

// --- htmx: the CSRF token, and errors as toasts ------------------------------------------------------------------------

document.addEventListener('htmx:configRequest', event => { event.detail.headers['X-CSRFToken'] = csrf; });

// The server sends a refusal as a toast (HX-Retarget: #toasts) with its true status; that must be shown, not dropped.
document.addEventListener('htmx:beforeSwap', event => {
  if (event.detail.xhr.getResponseHeader('HX-Retarget')) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener('htmx:responseError', () => showToast({ text: words.failed, tone: 'bad' }));
document.addEventListener('htmx:sendError', () => showToast({ text: words.offline, tone: 'look' }));

// A tab that htmx swapped stays where it is; only which one is current changes.
document.addEventListener('htmx:afterOnLoad', event => {
  const tab = event.target instanceof Element ? event.target.closest('[data-tab]') : null;
  if (!tab) return;
  $$('[data-tab]', tab.parentElement).forEach(other => other.removeAttribute('aria-current'));
  tab.setAttribute('aria-current', 'page');
});

// --- keys --------------------------------------------------------------------------------------------------------------

const GO_SECONDS = 0.9;
let going = false;

function typingIn(target) {
  return target instanceof Element && (target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select') || target.isContentEditable);
}

function press(selector) {
  const scope = $('dialog[open]') || document;
  const found = $$(selector, scope).find(element => element.offsetParent !== null && !element.matches(':disabled, [aria-disabled="true"]'));
  found?.click();
  return Boolean(found);
}

function escape(event) {
  const menu = event.target instanceof Element && event.target.closest('details.ed-drop[open]');
  closeMenus();
  if (menu) $('summary', menu).focus();
  $$('.ed-sheet-up').forEach(sheet => sheet.classList.remove('ed-sheet-up'));
  if (typingIn(event.target) && !event.target.closest('dialog')) event.target.blur();
}

const SINGLE_KEYS = {
  '/': () => { const box = $('[data-find]'); box?.focus(); box?.select(); return Boolean(box); },
  '?': () => { openDialog($('#keys'), document.activeElement); return true; },
  e: () => press('[data-next]'),
  c: () => press('[data-instruct]'),
  g: () => { going = true; setTimeout(() => { going = false; }, GO_SECONDS * 1000); return true; },
};

document.addEventListener('keydown', event => {
  if (event.key === 'Escape') { escape(event); return; }
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    if (press('[data-submit]')) event.preventDefault();
    return;
  }
  const menu = event.target instanceof Element && event.target.closest('details.ed-drop[open]');
  if (menu && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    event.preventDefault();
    moveInMenu(menu, event.key === 'ArrowDown' ? 1 : -1);
    return;
  }
  if (typingIn(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $('dialog[open]')) return;
  const key = event.key.toLowerCase();
  if (going) {
    going = false;
    const line = $(`.ed-rail a[data-key="${CSS.escape(key)}"]`);
    if (line) { event.preventDefault(); line.click(); }
    return;
  }
  if (SINGLE_KEYS[key]?.()) event.preventDefault();
});

// --- after a failed form the sentence above it gets the focus ------------------------------------------------------------

$('[data-focus]')?.focus();
document.addEventListener('htmx:afterSettle', event => $('[data-focus]', event.target)?.focus());
