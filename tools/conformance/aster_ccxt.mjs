/// aster_ccxt.mjs PORT ADMIN_PORT [all|v3|v1]: ccxt's class `aster` in two versions against a running
/// simulator. The authority's certificate must be in NODE_EXTRA_CA_CERTS; see run.sh.

import { readFileSync } from 'node:fs';

import { simulator, table } from './harness.mjs';

const [port, admin_port, suite = 'all'] = process.argv.slice(2);
const sim = new simulator(port, admin_port);
const results = new table();
const pinned = JSON.parse(readFileSync(new URL('package.json', import.meta.url))).dependencies;
/// The package's own constant lags behind by one.
const version_of = (name) => pinned[name].replace('npm:ccxt@', '');

/// Points an exchange object at the simulator. The class takes a stream for spot unless its URL has
/// the text `fstream`, and the path is the venue's own: so the text goes where a user name would.
function redirect(exchange) {
  const api = exchange.urls.api;
  api.fapiPublic = api.fapiPrivate = `https://localhost:${port}/fapi`;
  api.sapiPublic = api.sapiPrivate = `https://localhost:${port}/api`;
  api.ws.public.swap = `wss://fstream@localhost:${port}/stream`;
  api.ws.private.swap = `wss://fstream@localhost:${port}/ws`;
  return exchange;
}

async function run(name, body) {
  if (suite !== 'all' && suite !== name) return;
  await body();
}

await run('v3', async () => {
  const { default: ccxt } = await import('ccxt');
  const make = (key_number) => redirect(new ccxt.pro.aster({
    privateKey: '0x' + key_number.toString(16).padStart(64, '0'),
    enableRateLimit: false,
    options: {
      builderFee: false, defaultType: 'swap', fetchOpenOrders: { warnIfNoSymbol: false },
    },
  }));
  const client = `ccxt ${version_of('ccxt')}`;
  const market_data = await import('./v3_market_data.mjs');
  const orders = await import('./v3_orders.mjs');
  const account = await import('./v3_account.mjs');
  const streams = await import('./v3_streams.mjs');
  const context = { sim, results, client, make, exchange: make(1) };
  await market_data.run(context);
  await orders.run(context);
  await account.run(context);
  await streams.run(context);
});

await run('v1', async () => {
  const { default: ccxt } = await import('ccxt-v1');
  const make = (credentials) => redirect(new ccxt.pro.aster({
    ...credentials, enableRateLimit: false, options: { defaultType: 'swap' },
  }));
  const v1 = await import('./v1.mjs');
  await v1.run({ sim, results, client: `ccxt ${version_of('ccxt-v1')}`, make });
});

process.exit(results.finish());
