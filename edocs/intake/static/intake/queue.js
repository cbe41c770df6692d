// The queue is drawn anew when a file was read; the row that was chosen stays chosen, and keeps the focus.

let chosen = '';
let focused = false;

document.addEventListener('htmx:beforeSwap', event => {
  if (event.detail.target.id !== 'arrivals') return;
  const row = event.detail.target.querySelector('a.ed-row[aria-current]');
  chosen = row ? row.getAttribute('href') : '';
  focused = row !== null && row === document.activeElement;
});

document.addEventListener('htmx:afterSettle', event => {
  if (event.target.id !== 'arrivals') return;
  if (event.target.querySelector('a.ed-row')) document.querySelector('#preview > .ed-empty')?.remove();  // no longer true
  if (!chosen) return;
  const row = event.target.querySelector(`a.ed-row[href="${CSS.escape(chosen)}"]`);
  if (!row) return;
  row.setAttribute('aria-current', 'true');
  row.classList.remove('ed-new');
  if (focused) row.focus({ preventScroll: true });
});
