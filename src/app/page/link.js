// The way to the daemon. The admin token, where there is one, is kept in this tab and goes into a header: never into an
// address, a cookie or another site.
const TOKEN = 'towline-admin-token';
const EVENT_BYTES_MAX = 8 << 20;  // of what has come of an event; more is not an answer of towline

const token = () => sessionStorage.getItem(TOKEN) || '';

function ask(path, accept, signal) {
  const headers = {Accept: accept};
  if (token()) headers.Authorization = `Bearer ${token()}`;
  return fetch(path, {headers, signal, cache: 'no-store', credentials: 'omit', redirect: 'error'});
}

// What the daemon said instead of an answer, in words.
class Refusal extends Error {
  constructor(status, text) {
    super(text.trim().slice(0, 500) || `it answered ${status}`);
    this.status = status;
  }
}
const checked = async (reply) => {
  if (!reply.ok) throw new Refusal(reply.status, await reply.text());
  return reply;
};

const askJson = async (path, signal) => (await checked(await ask(path, 'application/json', signal))).json();

// Reads a stream of events until it ends: take(event name, data). EventSource could not send the token.
async function events(path, signal, opened, take) {
  const reply = await checked(await ask(path, 'text/event-stream', signal));
  opened();
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; ;) {
    const {value, done} = await reader.read();
    if (done) return;
    const parts = (text + value).split('\n\n');
    text = parts.pop();
    if (text.length > EVENT_BYTES_MAX) throw new Error('the answer has no end');
    for (const part of parts) takeEvent(part, take);
  }
}

function takeEvent(text, take) {
  let name = 'message';
  const data = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('event:')) name = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
  }
  if (data.length) take(name, data.join('\n'));
}
