// Fields filled by machine: the place they were read from lights up with the focus; the first keystroke makes the value
// the person's own and removes the mark.

function spotsOf(field) {
  const name = field.dataset.spotName;
  return name ? document.querySelectorAll(`[data-spot="${CSS.escape(name)}"]`) : [];
}

function light(field, on, scroll) {
  for (const spot of spotsOf(field)) {
    spot.classList.toggle('ed-on', on);
    const view = spot.closest('.ed-view');
    if (!on || !scroll || !view) continue;
    const place = spot.getBoundingClientRect();
    const frame = view.getBoundingClientRect();
    if (place.top < frame.top || place.bottom > frame.bottom) view.scrollTop += place.top - frame.top - view.clientHeight / 3;
  }
}

const fieldOf = event => (event.target instanceof Element ? event.target.closest('[data-spot-name]') : null);

document.addEventListener('focusin', event => { const field = fieldOf(event); if (field) light(field, true, true); });
document.addEventListener('focusout', event => { const field = fieldOf(event); if (field) light(field, false); });
document.addEventListener('mouseover', event => { const field = fieldOf(event); if (field) light(field, true); });
document.addEventListener('mouseout', event => {
  const field = fieldOf(event);
  if (field && !field.contains(event.relatedTarget) && !field.contains(document.activeElement)) light(field, false);
});

function own(event) {
  const field = event.target instanceof Element ? event.target.closest('.ed-sug') : null;
  if (!field) return;
  field.classList.remove('ed-sug');
  field.querySelector('.ed-from')?.remove();
}
document.addEventListener('input', own);
document.addEventListener('change', own);

// A field may have the cursor before this module is there.
const begun = document.activeElement?.closest('[data-spot-name]');
if (begun) light(begun, true, true);
