// Records as they pass, from GET /tap. The lines that are kept, and the length of one, are bounded.
const TAIL_LINES_MAX = 300;
const TAIL_LINE_MAX = 4000;
let tail = null;

function addLine(text, name) {
  const box = $('tail');
  const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  box.append(el('div', {class: name}, text.length > TAIL_LINE_MAX ? `${text.slice(0, TAIL_LINE_MAX)} …` : text));
  while (box.childElementCount > TAIL_LINES_MAX) box.firstChild.remove();
  if (follows) box.scrollTop = box.scrollHeight;
}

function levelOf(record) {
  const found = /"(?:level|severity|levelname|log\.level)":\s*"(\w+)"/i.exec(record.slice(0, TAIL_LINE_MAX));
  if (!found) return '';
  if (/^(err|crit|fatal|alert|emerg|panic)/i.test(found[1])) return 'level-error';
  return /^warn/i.test(found[1]) ? 'level-warn' : '';
}

function takeTapped(name, data) {
  if (name === 'message') return addLine(data, levelOf(data));
  const note = (() => { try { return JSON.parse(data); } catch { return {}; } })();
  addLine(note.skipped ? `${count(note.skipped)} records were skipped here` : data, 'note');
}

function stopTail(why) {
  tail?.abort();
  tail = null;
  setText($('tail-toggle'), 'Start');
  setText($('tail-note'), why);
}

async function startTail() {
  const mine = tail = new AbortController();
  setText($('tail-toggle'), 'Stop');
  setText($('tail-note'), 'Asking for records.');
  const query = new URLSearchParams();
  for (const name of ['at', 'filter']) {
    const value = $(`tail-${name}`).value.trim();
    if (value) query.set(name, value);
  }
  const opened = () => setText($('tail-note'), 'Records are shown as they pass.');
  try {
    await events(`tap${query.size ? `?${query}` : ''}`, mine.signal, opened, takeTapped);
    if (tail === mine) stopTail('The daemon has ended the tail.');
  } catch (error) {
    if (tail !== mine) return;
    const needsToken = error.status === 401;
    if (needsToken) showTokenForm();
    stopTail(needsToken
      ? 'The live tail needs the admin token: admin.token, or the one that the daemon made at its start (docs/tap.md).'
      : error.status ? `The daemon says: ${error.message}` : 'The daemon can\'t be reached.');
  }
}

function showTailPlaces(status) {
  const ids = [...status.sinks, ...status.transforms, ...status.sources].map((component) => component.id);
  const select = $('tail-at');
  if ([...select.options].slice(1).map((option) => option.value).join('\n') === ids.join('\n')) return;
  const chosen = select.value;
  select.replaceChildren(select.options[0], ...ids.map((id) => el('option', {value: id}, id)));
  select.value = ids.includes(chosen) ? chosen : '';
}

$('tail-form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (tail) stopTail('Stopped.');
  else startTail();
});
$('tail-filter').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !tail) return;
  event.preventDefault();  // a new filter begins at once
  stopTail('');
  startTail();
});
$('tail-clear').addEventListener('click', () => $('tail').replaceChildren());
