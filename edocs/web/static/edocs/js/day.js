// A day is text (05/12/2026), whatever the language of the browser; this adds the calendar, and completes what was typed
// short: 05122026, 5/12/26, and 5/12 of this year.

const words = document.querySelector('#ed-words').dataset;
const icon = document.querySelector('#ed-words template[data-icon="calendar"]');
const TYPED = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?$/;
const DIGITS = /^(\d{2})(\d{2})(\d{4})$/;

function written(text) {
  const found = TYPED.exec(text) || DIGITS.exec(text);
  if (!found) return text;
  const [, day, month, year = String(new Date().getFullYear())] = found;
  return `${day.padStart(2, '0')}/${month.padStart(2, '0')}/${year.length === 2 ? `20${year}` : year}`;
}

const isoOf = text => written(text).split('/').reverse().join('-');

function put(field, text) {
  field.value = text;
  for (const name of ['input', 'change']) field.dispatchEvent(new Event(name, { bubbles: true }));
}

function withCalendar(field) {
  const focused = document.activeElement === field;
  const box = document.createElement('span');
  const calendar = document.createElement('input');
  const button = document.createElement('button');
  box.className = 'ed-day';
  calendar.type = 'date';
  calendar.tabIndex = -1;
  calendar.setAttribute('aria-hidden', 'true');
  button.type = 'button';
  button.tabIndex = -1;  // who uses the keyboard types the day
  button.setAttribute('aria-label', words.calendar);
  button.title = words.calendar;
  button.append(icon.content.cloneNode(true));
  button.addEventListener('click', () => {
    calendar.value = isoOf(field.value);
    calendar.showPicker();
  });
  for (const name of ['input', 'change']) {
    calendar.addEventListener(name, event => {
      event.stopPropagation();
      if (name === 'change' && calendar.value) put(field, calendar.value.split('-').reverse().join('/'));
    });
  }
  field.before(box);
  box.append(field, button, calendar);
  if (focused) field.focus();
}

function everyDay(root) {
  root.querySelectorAll('input[data-day]').forEach(field => { if (!field.closest('.ed-day')) withCalendar(field); });
}

document.addEventListener('change', event => {
  if (!event.target.matches('input[data-day]')) return;
  const whole = written(event.target.value.trim());
  if (whole !== event.target.value) event.target.value = whole;
}, true);

everyDay(document);
document.addEventListener('htmx:load', event => everyDay(event.target));
