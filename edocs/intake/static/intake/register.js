// Hands on the keyboard: on a desk the form opens with the cursor in the number. On a phone the scan comes first.

const desk = matchMedia('(min-width: 768px)').matches;
if (desk && !document.querySelector('[data-focus]')) document.querySelector('#id_code')?.focus({ preventScroll: true });
