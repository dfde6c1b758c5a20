/// What the runs of all clients share: the simulator's own account of things, assertions that name
/// what was expected and found, and the table.

import { setTimeout as delay } from 'node:timers/promises';

const longest_check_ms = 20_000;

/// The simulator's admin interface.
export class simulator {
  constructor(port, admin_port) {
    this.port = port;
    this.admin = `http://127.0.0.1:${admin_port}`;
  }

  async ask(path, body) {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(this.admin + path, sent);
    if (!answer.ok) throw new Error(`admin ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  account(name) { return this.ask(`/truth?account=${name}`); }
  requests() { return this.ask('/requests'); }

  async market(symbol) {
    return (await this.ask('/truth')).markets.find((m) => m.symbol === symbol);
  }

  /// Runs `body` while the markets stand still, so that prices can be compared.
  async held(body) {
    await this.ask('/time', { action: 'hold' });
    try {
      return await body();
    } finally {
      await this.ask('/time', { action: 'release' });
    }
  }
}

/// A limit that a test waits for, never a pause: `body` is asked until it is true.
export async function eventually(body, what, limit_ms = 10_000) {
  const end = Date.now() + limit_ms;
  for (;;) {
    const found = await body();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${limit_ms} ms: ${what}`);
    await delay(20);
  }
}

export function within(promise, what, limit_ms = 10_000) {
  const late = delay(limit_ms, undefined, { ref: false }).then(() => {
    throw new Error(`not within ${limit_ms} ms: ${what}`);
  });
  return Promise.race([promise, late]);
}

export function expect(condition, text) {
  if (!condition) throw new Error(text);
}

export function equal(found, expected, what) {
  expect(found === expected,
    `${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
}

/// Decimals that arrive as text here and as a number there.
export function same_number(found, expected, what) {
  const given = found !== undefined && found !== null && found !== '';
  expect(given && Math.abs(Number(found) - Number(expected)) < 1e-9,
    `${what}: expected ${expected}, found ${found}`);
}

export function to_the_cent(found, expected, what) {
  const given = found !== undefined && found !== null && found !== '';
  expect(given && Math.abs(Number(found) - Number(expected)) < 0.005,
    `${what}: expected ${expected} to the cent, found ${found}`);
}

/// `body` must fail with exactly this class, and with the venue's code in its text.
export async function refused(body, error_class, code) {
  try {
    await body();
  } catch (error) {
    equal(error.constructor.name, error_class, `class of "${error.message}"`);
    if (code !== undefined)
      expect(error.message.includes(`"code":${code}`), `expected ${code} in "${error.message}"`);
    return error;
  }
  throw new Error(`expected ${error_class}, but the call succeeded`);
}

export class table {
  rows = [];

  /// One call of a client. With `bug`, a defect of the client itself in this version, the call must
  /// fail with a text that matches `bug.error`; anything else, success too, is the surprise.
  async check(client, call, body, bug) {
    let problem;
    try {
      await within(Promise.resolve().then(body), 'the whole call', longest_check_ms);
    } catch (error) {
      problem = error instanceof Error ? `${error.constructor.name}: ${error.message}` : `${error}`;
    }
    let result = problem === undefined ? 'pass' : 'FAIL';
    if (bug !== undefined) {
      const known = problem !== undefined && bug.error.test(problem);
      result = known ? 'client bug' : 'FAIL';
      problem = known ? bug.why : `${problem ?? 'passes'}; but was listed as: ${bug.why}`;
    }
    this.rows.push({ client, call, result, note: problem ?? '' });
    console.log(this.line(this.rows.at(-1)));
  }

  line(row) {
    const text = `${row.client.padEnd(16)} ${row.call.padEnd(46)} ${row.result.padEnd(10)}`;
    return `${text} ${row.note}`.trimEnd().slice(0, 500);
  }

  /// The exit code.
  finish() {
    const count = (result) => this.rows.filter((row) => row.result === result).length;
    console.log(`\n${this.rows.length} calls: ${count('pass')} pass, ${count('client bug')} known `
      + `bugs of a client, ${count('FAIL')} failed`);
    return this.rows.length > 0 && count('FAIL') === 0 ? 0 : 1;
  }
}
