// What of a status is shown where. One function for each part of the page; all are called once a second.
const past = new Past();
const tables = {
  sources: new Table('sources', [['source'], ['type'], ['records', true], [''], ['bytes', true], ['received', true],
    ['connections', true], ['not JSON', false, true], ['dropped', false, true]], 'No sources.'),
  transforms: new Table('transforms', [['transform'], ['in', true], ['out', true], ['filtered by', false, true],
    ['values left as they were by', false, true]], 'No transforms.'),
  streams: new Table('streams', [['stream'], ['kept'], ['appended', true], ['in memory', true], ['on disk', true],
    ['']], 'No streams.'),
  ledger: new Table('ledger', [['sink'], ['received', true], ['delivered', true], ['diverted', true], ['held', true],
    ['dead letters', true], ['dropped', true], ['filtered', true], ['balance', true]], 'No sinks.'),
  audit: new Table('audit', [['field'], ['kind'], ['transform'], ['count', true], ['last']],
    'Nothing was redacted yet.', 3),
};
const AUDIT_ROWS_MAX = 100;
const LEVELS = {healthy: 'good', retrying: 'warn', refused: 'bad'};
const level = (sink) => (sink.failing ? 'bad' : LEVELS[sink.state] || 'warn');

const facts = new Map();

function fact(title, text, part) {
  if (!facts.has(title)) {
    const [value, bar] = [el('span'), el('div')];
    facts.set(title, {value, bar});
    $('facts').append(el('div', {}, el('dt', {}, title), el('dd', {}, value, bar)));
  }
  setText(facts.get(title).value, text);
  if (part !== undefined) facts.get(title).bar.replaceChildren(gauge(part));
}

function showFacts(status) {
  setText($('version'), status.version);
  const cpu = past.rate('cpu', status.cpu_seconds);
  const read = status.sources.map((source) => past.rate(`in ${source.id}`, source.received_records));
  const taken = (sink) => sink.delivered_records + sink.diverted_records;
  const delivered = status.sinks.map((sink) => past.rate(`out ${sink.id}`, taken(sink)));
  const all = (rates) => (rates.includes(null) ? null : rates.reduce((a, b) => a + b, 0));
  fact('records in', rate(all(read)));
  fact('records delivered', rate(all(delivered)));
  fact('held', count(status.sinks.reduce((held, sink) => held + sink.held_records, 0)));
  fact('memory budget', share(status.memory_used_bytes, status.memory_limit_bytes),
    status.memory_used_bytes / status.memory_limit_bytes);
  fact('resident', bytes(status.resident_bytes));
  fact('CPU', cpu === null ? '–' : `${(cpu * 100).toFixed(1)} % of a core`);
  fact('up for', duration(status.uptime_seconds));
}

function showGraph(status) {
  const of = (key) => past.newest(key);
  const nodes = [
    ...status.sources.map((source) => ({id: source.id, group: 'source', kind: source.type, state: '',
      text: rate(of(`in ${source.id}`)), flow: of(`in ${source.id}`)})),
    ...status.transforms.map((transform) => ({id: transform.id, group: 'transform', state: '',
      kind: transform.steps.map((step) => step.name.replace(/^\d+_/, '')).join(', ').slice(0, 22) || 'no steps',
      text: `${rate(of(`to ${transform.id}`))} → ${rate(of(`from ${transform.id}`))}`,
      flow: of(`from ${transform.id}`)})),
    ...status.sinks.map((sink) => ({id: sink.id, group: 'sink', kind: `${sink.type}, ${sink.state}`, state: level(sink),
      text: rate(of(`out ${sink.id}`)) + (sink.held_records ? `, ${short.format(sink.held_records)} held` : ''),
      flow: null})),
  ];
  graph.show(nodes, status.edges);
}

const cards = new Map();

function makeCard(sink) {
  const card = {root: el('article', {class: 'card'}), chip: el('span', {class: 'chip'}), curve: el('div'), values: {},
    error: el('p', {class: 'error'}), lost: el('p', {class: 'lost'}), numbers: el('dl')};
  for (const title of ['delivered', 'held', 'oldest held', 'in flight', 'dead letters', 'sent']) {
    card.values[title] = el('dd');
    card.numbers.append(el('div', {}, el('dt', {}, title), card.values[title]));
  }
  const head = el('header', {}, el('h3', {}, sink.id), el('span', {class: 'muted'}, sink.type), card.chip);
  card.root.append(head, card.curve, card.numbers, card.lost, card.error);
  return card;
}

function stateOf(sink) {
  if (sink.diverting_to) return `${sink.state}, its records go to ${sink.diverting_to}`;
  if (sink.retry_in_seconds !== null) return `${sink.state}, next try in ${duration(Math.ceil(sink.retry_in_seconds))}`;
  return sink.state;
}

function heldOf(sink) {
  const size = sink.held_bytes ? ` (${bytes(sink.held_bytes)})` : '';
  return sink.held_records ? count(sink.held_records) + size : '0';
}

function errorOf(sink) {
  if (sink.cause) return `It says: ${sink.cause}`;
  return sink.last_error ? `Last error, ${duration(sink.last_error_age_seconds)} ago: ${sink.last_error}` : '';
}

function showCard(card, sink) {
  setClass(card.root, `card ${level(sink)}`);
  setClass(card.chip, `chip ${level(sink)}`);
  setText(card.chip, stateOf(sink));
  card.curve.replaceChildren(past.curve(`out ${sink.id}`));
  const values = card.values;
  setText(values.delivered, rate(past.newest(`out ${sink.id}`)));
  setText(values.held, heldOf(sink));
  setText(values['oldest held'], sink.held_records ? duration(sink.oldest_held_seconds) : '–');
  setText(values['in flight'], `${sink.in_flight} of ${sink.in_flight_limit}`);
  setText(values['dead letters'], count(sink.dead_lettered_records));
  setText(values.sent, bytes(sink.sent_bytes));
  setText(card.lost, sum(sink.dropped) ? `Dropped: ${reasons(sink.dropped)}` : '');
  setClass(card.error, sink.cause ? 'error' : 'error past');
  setText(card.error, errorOf(sink));
}

function showSinks(status) {
  const ids = status.sinks.map((sink) => sink.id);
  if (ids.join('\n') !== [...cards.keys()].join('\n')) {
    cards.clear();
    for (const sink of status.sinks) cards.set(sink.id, makeCard(sink));
    $('sink-cards').replaceChildren(...[...cards.values()].map((card) => card.root));
  }
  for (const sink of status.sinks) showCard(cards.get(sink.id), sink);
}

function showTables(status) {
  tables.sources.show(status.sources.map((source) => [source.id, source.type,
    rate(past.newest(`in ${source.id}`)), past.curve(`in ${source.id}`),
    byteRate(past.rate(`bytes ${source.id}`, source.received_bytes)), count(source.received_records),
    count(source.connections), reasons(source.invalid), reasons(source.dropped)]));
  const named = (steps, key) =>
    reasons(Object.fromEntries(steps.filter((step) => step[key]).map((step) => [step.name, step[key]])));
  tables.transforms.show(status.transforms.map((transform) => [transform.id,
    rate(past.rate(`to ${transform.id}`, transform.in_records)),
    rate(past.rate(`from ${transform.id}`, transform.out_records)),
    named(transform.steps, 'filtered_records'), named(transform.steps, 'errors')]));
  const note = 'No data_dir: held records live in memory, and are lost if the process dies.';
  setText($('streams-note'), status.in_memory ? note : '');
  const streams = status.streams.filter((stream) => !stream.id.startsWith('replay.') || stream.memory_bytes > 0);
  tables.streams.show(streams.map((stream) => [stream.id,
    !stream.durable ? 'in memory' : stream.well ? 'on disk' : 'on disk, which takes nothing now',
    count(stream.appended_records), bytes(stream.memory_bytes),
    stream.durable ? share(stream.disk_bytes, stream.disk_limit_bytes) : '–',
    stream.durable ? gauge(stream.disk_bytes / stream.disk_limit_bytes) : '']));
}

let unbalanced = 0;

function showLedger(status) {
  const signed = (number) => (number > 0 ? `+${count(number)}` : count(number));
  const balance = (sink) => (sink.difference === 0 ? 'ok' : signed(sink.difference));
  tables.ledger.show(status.ledger.sinks.map((sink) => [sink.sink, count(sink.received), count(sink.delivered),
    count(sink.diverted), count(sink.held), count(sink.dead_lettered), count(sum(sink.dropped)),
    count(sum(sink.filtered)), balance(sink)]));
  unbalanced = status.ledger.balances ? 0 : unbalanced + 1;
  setText($('balance'), unbalanced < 3 ? 'received = delivered + diverted + held + dead letters + dropped + filtered'
    : 'Records are between two counters at the moment; the balance is exact when nothing moves.');
}

function showAudit(redactions) {
  const rows = redactions.sort((a, b) => b.count - a.count).slice(0, AUDIT_ROWS_MAX);
  tables.audit.show(rows.map((row) => [`${row.field}`, row.detector, row.transform, count(row.count),
    new Date(row.last).toLocaleTimeString()]));
  const rest = redactions.length - rows.length;
  const more = rest > 0 ? ` ${rest} more rows: \`towline audit\`.` : '';
  setText($('audit-note'), `What was redacted where. Never what it was.${more}`);
}
