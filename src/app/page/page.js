// Watches the daemon: one status a second as an event stream. When it goes away, says so and tries again.
const SILENCE_MS = 6000;       // without an event: the connection is dead
const POLL_MS = 5000;          // where the daemon has no stream left for this page
const RETRY_MS = [1000, 2000, 4000, 8000];
const AUDIT_MS = 5000;
const graph = new Graph($('graph'));

let watching = new AbortController();
let latest = null;
let failures = 0;

let wakeUp = () => {};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// The same, but a new token ends it.
const rest = (ms) => Promise.race([pause(ms), new Promise((resolve) => { wakeUp = resolve; })]);

function say(state, name, summary) {
  setText($('state'), state);
  setClass($('state'), `chip ${name}`);
  setText($('summary'), summary);
  document.body.classList.toggle('stale', name === 'bad' && state !== 'trouble');
}

function showTokenForm() {
  $('token-form').hidden = false;
}

// Only what changes seldom: a screen reader reads it out.
function summarize(status) {
  const bad = status.sinks.filter((sink) => level(sink) !== 'good');
  const disks = status.streams.filter((stream) => !stream.well);
  if (status.phase !== 'running') return say(status.phase, 'warn', `The daemon is ${status.phase}.`);
  if (bad.length === 0 && disks.length === 0) {
    const sinks = status.sinks.length;
    return say('running', 'good', sinks === 1 ? 'The sink takes records.' : `All ${sinks} sinks take records.`);
  }
  const troubles = bad.map((sink) => {
    const trouble = sink.state === 'healthy' ? 'holds records for too long' : `is ${sink.state}`;
    return `${sink.id} ${trouble}${sink.cause ? ` (${sink.cause})` : ''}`;
  });
  troubles.push(...disks.map((stream) => `the disk of ${stream.id} takes nothing`));
  say('trouble', bad.some((sink) => level(sink) === 'bad') ? 'bad' : 'warn', `${troubles.join('; ')}.`);
}

function show(status) {
  latest = status;
  failures = 0;
  past.begin(status.uptime_seconds);
  showFacts(status);
  showTables(status);
  showGraph(status);
  showSinks(status);
  showLedger(status);
  showTailPlaces(status);
  past.end();
  summarize(status);
}

async function streamStatus(signal) {
  let silence = null;
  const wake = () => {
    clearTimeout(silence);
    silence = setTimeout(() => watching.abort(new Error('silence')), SILENCE_MS);
  };
  wake();
  try {
    await events('status', signal, wake, (name, data) => { wake(); if (name === 'message') show(JSON.parse(data)); });
  } finally {
    clearTimeout(silence);
  }
}

function explain(error) {
  if (error.status === 401) {
    showTokenForm();
    return say('token needed', 'bad', token() ? 'The daemon doesn\'t take this token.'
      : 'The daemon wants the admin token (its setting admin.token).');
  }
  if (error.status) return say('refused', 'bad', `The daemon says: ${error.message}`);
  const wait = RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] / 1000;
  const then = latest ? `; this is how it was at ${latest.time.slice(11, 19)} UTC` : '';
  say('no connection', 'bad', `The daemon doesn't answer${then}. Trying again every ${wait} s.`);
}

async function watch() {
  for (;;) {
    watching = new AbortController();
    try {
      await streamStatus(watching.signal);
    } catch (error) {
      if (error.status === 503) {
        await poll();
        continue;
      }
      if (watching.signal.reason === 'token') continue;
      ++failures;
      explain(error);
      await rest(RETRY_MS[Math.min(failures, RETRY_MS.length) - 1]);
      continue;
    }
    if (++failures > 1) await rest(RETRY_MS[0]);
  }
}

// All streams are taken by other pages: this one asks now and then.
async function poll() {
  try {
    show(await askJson('status'));
    setText($('state'), 'every 5 s');
    await pause(POLL_MS);
  } catch (error) {
    ++failures;
    explain(error);
    await pause(RETRY_MS[0]);
  }
}

async function watchAudit() {
  for (;;) {
    try {
      if (latest && failures === 0) showAudit((await askJson('audit')).redactions);
    } catch { /* the status says it */ }
    await pause(failures || !latest ? RETRY_MS[0] : AUDIT_MS);
  }
}

function useToken(value) {
  if (value) sessionStorage.setItem(TOKEN, value);
  else sessionStorage.removeItem(TOKEN);
  $('token').value = '';
  $('token').placeholder = value ? 'kept in this tab' : '';
  failures = 0;
  watching.abort('token');
  wakeUp();
}
$('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  useToken($('token').value.trim());
});
$('token-forget').addEventListener('click', () => useToken(''));
if (token()) { showTokenForm(); $('token').placeholder = 'kept in this tab'; }

addEventListener('resize', () => { if (latest) showGraph(latest); });
watch();
watchAudit();
