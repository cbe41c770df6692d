// Every ten seconds: counts of the rail, the bell and new notices, without reloading. Rests while the page is hidden.

const EVERY = 10_000;
const words = document.querySelector('#ed-words').dataset;
const url = document.body.dataset.liveUrl;
let last = '';  // key of the newest notice seen
let tag = '';
let timer = 0;

function say(sentence) {
  const band = document.querySelector('#band-offline');
  band.querySelector('span').textContent = sentence;
  band.hidden = !sentence;
}

function paintCounts(counts) {
  document.querySelectorAll('[data-count]').forEach(place => {
    const count = counts[place.dataset.count];
    if (!count) return;
    place.textContent = count.total;
    place.hidden = !count.total;
    place.classList.toggle('ed-n-red', count.red > 0);
  });
}

function paint(news) {
  const before = last;
  paintCounts(news.counts);
  const bell = document.querySelector('[data-unread]');
  bell.textContent = news.unread;
  bell.hidden = !news.unread;
  last = String(news.last);
  if (before === '') return;
  for (const notice of news.notices) {
    document.dispatchEvent(new CustomEvent('ed:toast', { detail: { text: notice.text, tone: notice.tone, url: notice.url, link: '→' } }));
  }
  if (news.last > Number(before)) document.dispatchEvent(new CustomEvent('ed:changed', { detail: news }));
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const response = await fetch(last === '' ? url : `${url}?after=${last}`, {
      headers: { 'X-Requested-With': 'fetch', ...(tag && { 'If-None-Match': tag }) },
      cache: 'no-store',
    });
    if (response.status === 401) {
      say(words.signedOut);
      return;  // nothing more to ask until the person signs in
    }
    if (response.ok) {
      tag = response.headers.get('ETag') || '';
      paint(await response.json());
    }
    if (response.ok || response.status === 304) say('');
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    say(words.offline);
  }
  timer = setTimeout(ask, EVERY);
}

document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : ask()));
document.addEventListener('ed:refresh', ask);
timer = setTimeout(ask, 1_000);
