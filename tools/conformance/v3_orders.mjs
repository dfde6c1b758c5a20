/// Orders by REST with ccxt's V3 class, each seen in the simulator's own account of things.

import { equal, eventually, expect, refused, same_number } from './harness.mjs';
import { btc, eth } from './v3_market_data.mjs';

/// A price on the tick, as many basis points below (above) the best bid (ask).
export async function quotes(sim, bps) {
  const { bid, ask } = await sim.market('BTCUSDT');
  return { below: Math.round(bid.price * (10_000 - bps) / 1000) / 10,
           above: Math.round(ask.price * (10_000 + bps) / 1000) / 10 };
}

export async function order_in_truth(sim, account, id) {
  const found = (await sim.account(account)).orders.find((o) => String(o.order_id) === id);
  expect(found !== undefined, `the simulator knows no order ${id}`);
  return found;
}

export async function run(context) {
  const { sim } = context;
  context.truth = (id) => order_in_truth(sim, 'own_key', id);
  await placing(context);
  await querying(context);
  await refusals(context);
}

async function placing({ sim, results, client, exchange: ex, truth }) {
  const check = (call, body, bug) => results.check(client, call, body, bug);

  await check('createOrder limit, fetchOrder, cancelOrder', async () => {
    const { below } = await quotes(sim, 100);
    const made = await ex.createOrder(btc, 'limit', 'buy', 0.002, below,
      { clientOrderId: 'my:id/1.A_b-c' });
    let real = await truth(made.id);
    equal(real.client_id, 'my:id/1.A_b-c', 'client id');
    equal(`${real.market} ${real.side} ${real.type} ${real.state}`, 'BTCUSDT buy limit open',
      'order');
    equal(made.clientOrderId, real.client_id, 'client id told');
    same_number(real.price, below, 'price');
    same_number(real.size, 0.002, 'size');
    const fetched = await ex.fetchOrder(made.id, btc);
    equal(`${fetched.status} ${fetched.side} ${fetched.type}`, 'open buy limit', 'fetchOrder');
    same_number(fetched.price, below, 'price in fetchOrder');
    same_number(fetched.remaining, 0.002, 'remaining in fetchOrder');
    const cancelled = await ex.cancelOrder(made.id, btc);
    equal(cancelled.status, 'canceled', 'answer to the cancel');
    real = await truth(made.id);
    equal(real.state, 'cancelled', 'state');
    equal((await ex.fetchOrder(made.id, btc)).status, 'canceled', 'fetchOrder after the cancel');
  });

  await check('createOrder post-only', async () => {
    const { above } = await quotes(sim, 100);
    const made = await ex.createOrder(btc, 'limit', 'sell', 0.002, above, { postOnly: true });
    const real = await truth(made.id);
    equal(`${real.side} ${real.state} ${real.post_only}`, 'sell open true', 'order');
    equal(made.info.timeInForce, 'GTX', 'time in force');
    await ex.cancelOrder(made.id, btc);
  });

  await check('createOrder post-only that would cross', async () => {
    const { above } = await quotes(sim, 20);
    const made = await ex.createOrder(btc, 'limit', 'buy', 0.002, above, { postOnly: true });
    const real = await truth(made.id);
    equal(`${real.state} ${real.filled}`, 'expired 0', 'order');
    equal((await ex.fetchOrder(made.id, btc)).status, 'canceled', 'fetchOrder');
  });

  await check('createOrder market', async () => {
    const made = await ex.createOrder(btc, 'market', 'buy', 0.012);
    const real = await truth(made.id);
    equal(`${real.type} ${real.state}`, 'market filled', 'order');
    const fetched = await ex.fetchOrder(made.id, btc);
    equal(fetched.status, 'closed', 'status');
    same_number(fetched.filled, 0.012, 'filled');
    expect(Math.abs(fetched.average - real.average_price) < 0.01, 'average price');
    same_number(fetched.cost, real.filled_notional, 'cost');
  });

  await check('createOrder market reduce-only', async () => {
    const made = await ex.createOrder(btc, 'market', 'sell', 0.004, undefined,
      { reduceOnly: true });
    const real = await truth(made.id);
    equal(`${real.state} ${real.reduce_only}`, 'filled true', 'order');
    const position = (await sim.account('own_key')).positions[0];
    same_number(position.size, 0.008, 'position');
    equal((await ex.fetchOrder(made.id, btc)).reduceOnly, true, 'fetchOrder');
  });

  await check('createOrder IOC, taken', async () => {
    const { above } = await quotes(sim, 50);
    const made = await ex.createOrder(btc, 'limit', 'buy', 0.003, above, { timeInForce: 'IOC' });
    const real = await truth(made.id);
    equal(`${real.state} ${real.filled}`, 'filled 0.003', 'order');
    expect(Number(real.average_price) <= above, 'worse than its limit');
  });

  await check('createOrder IOC and FOK, not taken', async () => {
    const { below } = await quotes(sim, 100);
    for (const timeInForce of ['IOC', 'FOK']) {
      const made = await ex.createOrder(btc, 'limit', 'buy', 0.003, below, { timeInForce });
      const real = await truth(made.id);
      equal(`${real.state} ${real.filled}`, 'expired 0', timeInForce);
      equal((await ex.fetchOrder(made.id, btc)).status, 'canceled', `fetchOrder ${timeInForce}`);
    }
  });

  await check('createOrder with builder fee', async () => {
    const { below } = await quotes(sim, 100);
    ex.options.builderFee = true;
    try {
      const made = await ex.createOrder(btc, 'limit', 'buy', 0.002, below);
      equal((await truth(made.id)).state, 'open', 'order');
      const sent = (await sim.requests()).filter((r) => r.target.startsWith('/fapi/v3/order'));
      expect(sent.at(-1).body.includes(`builder=${ex.options.builder}`), 'no builder was sent');
      await ex.cancelOrder(made.id, btc);
    } finally {
      ex.options.builderFee = false;
    }
  });
}

async function querying({ sim, results, client, exchange: ex, truth }) {
  const check = (call, body, bug) => results.check(client, call, body, bug);
  const open_ids = async () => (await sim.account('own_key')).orders
    .filter((o) => o.state === 'open').map((o) => String(o.order_id)).sort();
  let ids = [];

  await check('createOrders, fetchOpenOrders', async () => {
    const list = [];
    for (const bps of [60, 80, 100]) {
      const { below } = await quotes(sim, bps);
      list.push({ symbol: btc, type: 'limit', side: 'buy', amount: 0.002, price: below,
        params: { clientOrderId: `batch-${bps}` } });
    }
    const made = await ex.createOrders(list);
    ids = made.map((o) => o.id);
    equal(new Set(ids).size, 3, 'orders');
    for (let i = 0; i < 3; ++i) {
      const real = await truth(ids[i]);
      equal(`${real.state} ${real.client_id}`, `open ${list[i].params.clientOrderId}`, 'order');
      same_number(real.price, list[i].price, 'price');
    }
    const open = await ex.fetchOpenOrders(btc);
    equal(open.map((o) => o.id).sort().join(), (await open_ids()).join(), 'open orders');
    equal((await ex.fetchOpenOrders()).length, 3, 'open orders of all markets');
    equal((await ex.fetchOpenOrder(ids[0], btc)).id, ids[0], 'fetchOpenOrder');
  });

  await check('createOrders, one of them refused', async () => {
    const { below } = await quotes(sim, 90);
    const order = { type: 'limit', side: 'buy', amount: 0.001 };
    const made = await ex.createOrders([{ ...order, symbol: btc, price: below },
      { ...order, symbol: eth, price: (await sim.market('ETHUSDT')).bid.price }]);
    ids.push(made[0].id);
    equal((await truth(made[0].id)).state, 'open', 'the good one');
    equal(made[1].info.code, -4164, 'code of the refused one');
    equal(made[1].id, undefined, 'id of the refused one');
  });

  await check('cancelOrders', async () => {
    await ex.cancelOrders(ids.slice(0, 2), btc);
    for (const id of ids.slice(0, 2)) equal((await truth(id)).state, 'cancelled', id);
    equal((await open_ids()).join(), ids.slice(2).sort().join(), 'what is left');
  });

  await check('cancelOrder by client id', async () => {
    await ex.cancelOrder(undefined, btc, { clientOrderId: 'batch-100' });
    equal((await truth(ids[2])).state, 'cancelled', 'state');
  });

  await check('cancelAllOrders', async () => {
    const { above } = await quotes(sim, 100);
    await ex.createOrder(btc, 'limit', 'sell', 0.002, above);
    equal((await open_ids()).length, 2, 'open orders before');
    await ex.cancelAllOrders(btc);
    equal((await open_ids()).length, 0, 'open orders after');
    equal((await ex.fetchOpenOrders(btc)).length, 0, 'fetchOpenOrders');
  });

  await check('fetchOrders', async () => {
    const words = { filled: 'closed', cancelled: 'canceled', expired: 'canceled' };
    const real = (await sim.account('own_key')).orders;
    const found = await ex.fetchOrders(btc, undefined, 500);
    equal(found.length, real.length, 'orders');
    for (const one of found) {
      const match = real.find((o) => String(o.order_id) === one.id);
      equal(one.status, words[match.state], `status of ${one.id}`);
      same_number(one.filled, match.filled, `filled of ${one.id}`);
    }
  });

  await check('fetchClosedOrders', async () => {
    const real = (await sim.account('own_key')).orders.filter((o) => o.state === 'filled');
    const found = await ex.fetchClosedOrders(btc, undefined, 500);
    equal(found.map((o) => o.id).sort().join(), real.map((o) => String(o.order_id)).sort().join(),
      'filled orders');
  });
}

async function refusals({ sim, results, client, make, exchange: ex, truth }) {
  const check = (call, body, bug) => results.check(client, call, body, bug);
  const raw = (price, more = {}) => ex.fapiPrivatePostV3Order({ symbol: 'BTCUSDT', side: 'BUY',
    type: 'LIMIT', timeInForce: 'GTC', quantity: '0.002', price, ...more });

  await check('refused: unknown symbol', async () => {
    await refused(() => ex.fetchTicker('NOSUCH/USDT:USDT'), 'BadSymbol');
    await refused(() => ex.fapiPublicGetV3Depth({ symbol: 'NOSUCHUSDT' }), 'BadSymbol', -1121);
  });
  await check('refused: margin', async () => {
    const { below } = await quotes(sim, 50);
    await refused(() => ex.createOrder(btc, 'limit', 'buy', 900, below), 'InsufficientFunds',
      -2019);
  });
  await check('refused: tiny notional', async () => {
    const { bid } = await sim.market('ETHUSDT');
    await refused(() => ex.createOrder(eth, 'limit', 'buy', 0.001, Number(bid.price)),
      'InvalidOrder', -4164);
  });
  await check('refused: wrong tick, lot, precision', async () => {
    const { bid } = await sim.market('ETHUSDT');
    await refused(() => raw(Math.floor(bid.price) + '.05', { symbol: 'ETHUSDT', quantity: '1' }),
      'InvalidOrder', -4014);
    const { below } = await quotes(sim, 50);
    await refused(() => raw(`${Math.floor(below)}.05`), 'BadRequest', -1111);
    await refused(() => raw(`${below}`, { quantity: '0.0005' }), 'BadRequest', -1111);
    await refused(() => raw(`${below}`, { quantity: '0' }), 'InvalidOrder', -4003);
  });
  await check('refused: price band', async () => {
    const { above } = await quotes(sim, 500);
    await refused(() => raw(`${above}`), 'InvalidOrder', -4016);
  });
  await check('refused: reduce-only without a position', async () => {
    await refused(() => ex.createOrder(eth, 'market', 'sell', 0.1, undefined,
      { reduceOnly: true }), 'OperationRejected', -2022);
  });
  await check('refused: unknown order', async () => {
    await refused(() => ex.cancelOrder('1', btc), 'OrderNotFound', -2011);
    await refused(() => ex.fetchOrder('1', btc), 'OrderNotFound', -2013);
  });
  await check('refused: client id of an open order', async () => {
    const { below } = await quotes(sim, 100);
    const made = await ex.createOrder(btc, 'limit', 'buy', 0.002, below, { clientOrderId: 'twin' });
    await refused(() => ex.createOrder(btc, 'limit', 'buy', 0.002, below,
      { clientOrderId: 'twin' }), 'InvalidOrder', -4015);
    await ex.cancelOrder(made.id, btc);
  });
  await check('refused: missing parameter', () =>
    refused(() => ex.fapiPrivatePostV3Order({ symbol: 'BTCUSDT' }), 'ArgumentsRequired', -1102));
  await check('refused: key of nobody', async () => {
    await refused(() => make(3).fetchBalance(), 'AuthenticationError', -2015);
  });
  await check('refused: clock a minute fast', async () => {
    const late = make(1);
    await late.loadMarkets();
    late.milliseconds = () => Date.now() + 60_000;
    await refused(() => late.fetchBalance(), 'ExchangeError', -4225); // a code ccxt has no class for
  });
  await check('a lost answer: the order is there', async () => {
    await sim.ask('/faults', { kind: 'lose_answer', match: 'POST /fapi/v3/order', count: 1 });
    const { below } = await quotes(sim, 100);
    await refused(() => ex.createOrder(btc, 'limit', 'buy', 0.002, below,
      { clientOrderId: 'lost-answer' }), 'NetworkError');
    const found = await eventually(async () => (await ex.fetchOpenOrders(btc))
      .find((o) => o.clientOrderId === 'lost-answer'), 'the order in fetchOpenOrders');
    equal((await truth(found.id)).state, 'open', 'state');
    await ex.cancelOrder(found.id, btc);
  });
  await check('a 503 of a gateway', async () => {
    await sim.ask('/faults', { kind: 'status', match: 'GET /fapi/v3/balance', count: 1 });
    await refused(() => ex.fetchBalance(), 'ExchangeNotAvailable');
  });
}
