// The letter editor: marks at the beginning of lines, lines moved by Alt and arrows, recipients found by typing.
// Without this module the form is written by hand and "Show the pages" shows them.

const form = document.querySelector('#letter');
const body = form.querySelector('[data-letter-body]');
const MARK = /^(?:Điều\s+\d+\s*[.:)]?\s*|[IVXL]{1,6}\.\s+|\d{1,2}[.)]\s+|[a-zđ]{1,2}\)\s*|[-+•–]\s+)/;
const REST = 250;

const changed = field => field.dispatchEvent(new Event('input', { bubbles: true }));

// The whole lines that the selection touches.
function lines() {
  const { value, selectionStart, selectionEnd } = body;
  const start = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const next = value.indexOf('\n', selectionEnd > selectionStart ? selectionEnd - 1 : selectionEnd);
  return { start, end: next < 0 ? value.length : next };
}

function mark(sign) {
  const { start, end } = lines();
  const text = body.value.slice(start, end).split('\n').map(line => sign + line.replace(MARK, '')).join('\n');
  body.setRangeText(text, start, end, 'end');
  body.focus();
  changed(body);
}

function move(down) {
  const { start, end } = lines();
  const { value } = body;
  if (down ? end >= value.length : start === 0) return;
  const other = down ? value.indexOf('\n', end + 1) : value.lastIndexOf('\n', start - 2) + 1;
  const from = down ? start : other;
  const to = down ? (other < 0 ? value.length : other) : end;
  const own = value.slice(start, end);
  const neighbour = down ? value.slice(end + 1, to) : value.slice(from, start - 1);
  body.setRangeText(down ? `${neighbour}\n${own}` : `${own}\n${neighbour}`, from, to, 'end');
  const at = down ? from + neighbour.length + 1 : from;
  body.setSelectionRange(at, at + own.length);
  changed(body);
}

// Enter after a marked line begins the next one with the mark that follows; on an empty one it ends the list.
function carryOn(event) {
  const { start } = lines();
  const before = body.value.slice(start, body.selectionStart);
  const found = before.match(/^(\d{1,2})([.)])\s+(.*)$/) || before.match(/^(-)(\s)(.*)$/);
  if (!found || body.selectionStart !== body.selectionEnd) return;
  event.preventDefault();
  if (!found[3].trim()) body.setRangeText('', start, body.selectionStart, 'end');
  else {
    const sign = found[1] === '-' ? '- ' : `${Number(found[1]) + 1}${found[2]} `;
    body.setRangeText(`\n${sign}`, body.selectionStart, body.selectionEnd, 'end');
  }
  changed(body);
}

body.addEventListener('keydown', event => {
  if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    move(event.key === 'ArrowDown');
  } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.isComposing) carryOn(event);
});

form.addEventListener('click', event => {
  const button = event.target.closest('[data-mark]');
  if (button) mark(button.dataset.mark);
});

// --- recipients ---

for (const find of form.querySelectorAll('[data-recipient-find]')) {
  const list = document.getElementById(find.getAttribute('list'));
  const target = document.getElementById(find.dataset.recipientFind);
  let timer;
  const take = found => {
    const name = found || find.value.trim();
    if (!name) return;
    target.value = `${target.value.trimEnd()}${target.value.trim() ? '\n' : ''}${name}`;
    find.value = '';
    list.replaceChildren();
    changed(target);
  };
  find.addEventListener('input', event => {
    event.stopPropagation();
    clearTimeout(timer);
    if ([...list.options].some(option => option.value === find.value)) {
      take();
      return;
    }
    timer = setTimeout(async () => {
      const response = await fetch(`${find.dataset.url}?q=${encodeURIComponent(find.value)}`, { headers: { 'X-Requested-With': 'fetch' } }).catch(() => null);
      if (!response?.ok) return;  // the name can be typed whole
      list.replaceChildren(...(await response.json()).items.map(({ value }) => Object.assign(document.createElement('option'), { value })));
    }, REST);
  });
  find.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    take(list.options[0]?.value);
  });
}
