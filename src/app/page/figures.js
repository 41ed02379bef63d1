// Numbers for people, and rates out of counters that are seen again and again.
const POINTS_MAX = 300;  // of a curve: five minutes, a point a second

const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1});

const count = (number) => (number < 1e7 ? whole.format(number) : short.format(number));
const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);

function bytes(number) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; number >= 1023.5 && unit < units.length - 1; number /= 1024) ++unit;
  return `${number >= 100 ? Math.round(number) : Math.round(number * 10) / 10} ${units[unit]}`;
}

function duration(seconds) {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

// null: not known yet.
function rate(value, unit = '') {
  if (value === null) return '–';
  const number = value === 0 ? '0' : value < 10 ? value.toFixed(1) : count(Math.round(value));
  return `${number}${unit}/s`;
}
const byteRate = (value) => (value === null ? '–' : `${bytes(value)}/s`);

// "5.4 of 32 MiB"
function share(used, limit) {
  const [part, all] = [bytes(used), bytes(limit)];
  return part.split(' ')[1] === all.split(' ')[1] ? `${part.split(' ')[0]} of ${all}` : `${part} of ${all}`;
}

// "too_long (3), not_object (1)", the most frequent first.
function reasons(counts) {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.map(([reason, number]) => `${reason} (${count(number)})`).join(', ');
}

// What is remembered of each counter: its last value and the rates of the last minutes. Bounded by POINTS_MAX and by
// the number of components.
class Past {
  constructor() { this.series = new Map(); this.uptime = null; this.elapsed = 0; }

  // Begins a look at a new status; a daemon that was started again is a new one.
  begin(uptime) {
    if (this.uptime !== null && uptime < this.uptime) this.series.clear();
    this.elapsed = this.uptime === null || this.series.size === 0 ? 0 : uptime - this.uptime;
    this.uptime = uptime;
    for (const series of this.series.values()) series.seen = false;
  }
  end() {
    for (const [key, series] of this.series) if (!series.seen) this.series.delete(key);
  }

  // The rate of a counter since the last look.
  rate(key, value) {
    const series = this.series.get(key);
    const now = !series || this.elapsed <= 0 ? null : Math.max(0, value - series.last) / this.elapsed;
    this.keep(key, value, now);
    return now;
  }
  // A value that is remembered as it is.
  level(key, value) { this.keep(key, value, value); return value; }

  keep(key, last, point) {
    const series = this.series.get(key) || {points: []};
    if (point !== null) series.points.push(point);
    if (series.points.length > POINTS_MAX) series.points.shift();
    this.series.set(key, Object.assign(series, {last, seen: true}));
  }

  // The newest rate or level; null: not known yet.
  newest(key) { return this.series.get(key)?.points.at(-1) ?? null; }

  curve(key) { return sparkline(this.series.get(key)?.points || []); }
}
