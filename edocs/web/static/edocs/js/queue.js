// The queue: J and K (or arrows) move, Enter opens, X ticks; on a desk the preview stands beside the list.
// Rows are links; on a phone, or without a preview, they simply open.

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const desk = matchMedia('(min-width: 768px)');
const PREVIEW_DELAY = 120;  // ms: holding J down does not ask for every row it passes
let timer = 0;

const rowsNow = () => $$('[data-queue] a.ed-row, [data-queue] a.ed-hit-link');

function showPreview(row) {
  const target = document.querySelector(row.dataset.previewTarget);
  if (!target || !desk.matches) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    window.htmx.ajax('GET', row.dataset.previewUrl, { source: row, target, swap: 'innerHTML' })
      .then(() => { if (row.getAttribute('aria-current')) row.classList.remove('ed-new'); });
  }, PREVIEW_DELAY);
}

function select(row, focus) {
  rowsNow().forEach(other => other.removeAttribute('aria-current'));
  row.setAttribute('aria-current', 'true');
  if (focus) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }
  if (row.dataset.previewUrl) showPreview(row);
}

document.addEventListener('click', event => {
  const row = event.target instanceof Element && event.target.closest('[data-queue] a.ed-row[data-preview-url]');
  if (!row || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !desk.matches) return;
  if (!document.querySelector(row.dataset.previewTarget)) return;
  if (event.detail === 0 || row.dataset.opening) return;  // Enter on the keyboard opens
  event.preventDefault();
  select(row, true);
});

document.addEventListener('dblclick', event => {
  const row = event.target instanceof Element && event.target.closest('[data-queue] a.ed-row');
  if (row) location.assign(row.href);
});

function move(step) {
  const rows = rowsNow();
  if (!rows.length) return false;
  const at = rows.findIndex(row => row.getAttribute('aria-current'));
  select(rows[Math.max(0, Math.min(rows.length - 1, at + step))], true);
  return true;
}

function tick() {
  const row = document.activeElement?.closest?.('.ed-rowbox') || document.querySelector('a.ed-row[aria-current]')?.closest('.ed-rowbox');
  const box = row?.querySelector('input[type="checkbox"]');
  box?.click();
  return Boolean(box);
}

function typing(target) {
  return target instanceof Element && (target.matches('input:not([type="checkbox"]), textarea, select') || target.isContentEditable);
}

document.addEventListener('keydown', event => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const onRow = event.target instanceof Element && event.target.matches('a.ed-row');
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const done = {
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => onRow && move(1),
    ArrowUp: () => onRow && move(-1),
    x: tick,
  }[key]?.();
  if (done) event.preventDefault();
});

// What is ticked is counted wherever the page says so: <span data-ticked>0</span>, and buttons wait for it.
function countTicks() {
  const ticked = $$('.ed-row-tick input:checked').length;
  $$('[data-ticked]').forEach(place => { place.textContent = ticked; });
  $$('[data-needs-tick]').forEach(button => { button.disabled = !ticked; });
}
document.addEventListener('change', event => { if (event.target.closest('.ed-row-tick')) countTicks(); });
document.addEventListener('htmx:afterSettle', countTicks);
countTicks();

// On arrival the first row is selected and shown, unless the page chose one or already shows it.
const current = document.querySelector('[data-queue] a.ed-row[aria-current]');
const preview = document.querySelector('[data-queue] a.ed-row[data-preview-url]')?.dataset.previewTarget;
if (preview && desk.matches && !document.querySelector(preview)?.childElementCount) {
  const first = current || rowsNow()[0];
  if (first) select(first, false);
}
