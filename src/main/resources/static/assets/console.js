// All of this is an addition: without it the pages show the same and do the same.

const ASK_AGAIN = 5000;
// A stream that is sound ends only with its age; one that ends sooner has a reason, which a new page tells.
const YOUNG = 60000;
let following = true;

prepare(document);
document.addEventListener('keydown', keys());
follow();

/** Gives what was just drawn its buttons. */
function prepare(root) {
  for (const button of root.querySelectorAll('button.copy')) prepareCopy(button);
}

function prepareCopy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy ?? document.getElementById(button.dataset.copyOf).textContent);
    button.dataset.done = '';
    setTimeout(() => { delete button.dataset.done; }, 1500);
  });
}

/**
 * Keeps a run's page up to date: each event of its stream is a reason to draw it anew; where there is no stream, time is. A stream that
 * ended with its age is opened again where it was: a thousand pages that nothing happens to are not drawn for that.
 */
async function follow() {
  for (let page = live(); page; page = live()) {
    if (!following || document.hidden) {
      await pause(1000);
      continue;
    }
    const begun = Date.now();
    let outdated = true;
    try {
      say('Following: this page updates by itself. Press j to pause.');
      const answer = await fetch(`${page.dataset.live}?after=${page.dataset.after}`, { headers: { Accept: 'text/event-stream' } });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      outdated = await somethingHappens(answer.body.getReader()) || Date.now() - begun < YOUNG;
    } catch {
      say('Checking every few seconds.');
      // All pages of a service that was restarted come back, but not at the same moment.
      await pause(ASK_AGAIN * (0.75 + Math.random() / 2));
    }
    if (following && outdated) await redraw().catch(() => {});
  }
}

function live() {
  return document.querySelector('[data-live]');
}

/** Whether something did before the stream ended. */
async function somethingHappens(reader) {
  const decoder = new TextDecoder();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += decoder.decode(part.value, { stream: true });
    if (/^id:/m.test(text)) {
      // What comes at the same moment is drawn with it.
      await pause(250);
      await reader.cancel();
      return true;
    }
  }
  return false;
}

async function redraw() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html', 'Alloy-By-Itself': 'redraw' } });
  if (answer.redirected) return location.assign(answer.url);
  // What is busy or restarts says nothing about the run.
  if (answer.status >= 500 || answer.status === 429) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#main');
  const main = document.querySelector('#main');
  const open = [...main.querySelectorAll('details')].map(one => one.open);
  prepare(fresh);
  main.replaceChildren(...fresh.childNodes);
  [...main.querySelectorAll('details')].forEach((one, i) => { one.open = open[i] ?? false; });
}

function say(words) {
  const line = document.querySelector('[data-live-state]');
  if (line && line.textContent !== words) line.textContent = words;
}

function pause(millis) {
  return new Promise(done => setTimeout(done, millis));
}

/** g i: inbox, g r: runs, /: search, f: the next failure, j: hold or follow. */
function keys() {
  let before = '';
  return event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
    const key = before + event.key;
    before = event.key === 'g' ? 'g' : '';
    if (key === 'gi') location.assign('/');
    else if (key === 'gr') location.assign('/runs');
    else if (key === 'f') nextFailure();
    else if (key === 'j') {
      following = !following;
      say(following ? 'Following.' : 'Paused: press j to follow again.');
    } else if (key === '/') {
      event.preventDefault();
      document.querySelector('.search input')?.focus();
    }
  };
}

function nextFailure() {
  const all = [...document.querySelectorAll('main .badge.bad')];
  const at = all.indexOf(document.activeElement);
  const next = all[(at + 1) % all.length];
  if (!next) return;
  next.tabIndex = -1;
  next.focus();
}
