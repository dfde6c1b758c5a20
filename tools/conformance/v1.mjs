/// The older ccxt class: V1 paths, HMAC. A smaller list.

import { equal, eventually, expect, refused, same_number, to_the_cent, within } from './harness.mjs';
import { order_in_truth, quotes } from './v3_orders.mjs';

const btc = 'BTC/USDT:USDT';
const credentials = {
  apiKey: 'dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83',
  secret: '2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9',
};

export async function run({ sim, results, client, make }) {
  const check = (call, body, bug) => results.check(client, call, body, bug);
  const truth = (id) => order_in_truth(sim, 'v1', id);
  const ex = make(credentials);

  await check('loadMarkets, fetchTime, fetchOrderBook', () => sim.held(async () => {
    equal((await ex.loadMarkets())[btc].id, 'BTCUSDT', 'id');
    expect(Math.abs(await ex.fetchTime() - Date.now()) < 1000, 'time');
    const book = await ex.fetchOrderBook(btc, 5);
    const { bid, ask } = await sim.market('BTCUSDT');
    same_number(book.bids[0][0], bid.price, 'best bid');
    same_number(book.asks[0][0], ask.price, 'best ask');
  }));

  await check('fetchTicker, fetchTrades, fetchFundingRate', () => sim.held(async () => {
    const trades = await ex.fetchTrades(btc, undefined, 10);
    same_number((await ex.fetchTicker(btc)).last, trades.at(-1).price, 'last price');
    same_number((await ex.fetchFundingRate(btc)).fundingRate,
      (await sim.market('BTCUSDT')).funding_rate, 'funding rate');
  }));

  await check('createOrder limit, fetchOrder, cancelOrder', async () => {
    const { below } = await quotes(sim, 100);
    const made = await ex.createOrder(btc, 'limit', 'buy', 0.002, below,
      { clientOrderId: 'my:id/1.A_b-c' });
    const real = await truth(made.id);
    equal(`${real.client_id} ${real.side} ${real.state}`, 'my:id/1.A_b-c buy open', 'order');
    same_number(real.price, below, 'price');
    equal((await ex.fetchOrder(made.id, btc)).status, 'open', 'fetchOrder');
    equal((await ex.fetchOpenOrders(btc)).map((o) => o.id).join(), made.id, 'fetchOpenOrders');
    await ex.cancelOrder(made.id, btc);
    equal((await truth(made.id)).state, 'cancelled', 'state');
  });

  await check('createOrder post-only', async () => {
    const { above } = await quotes(sim, 100);
    const made = await ex.createOrder(btc, 'limit', 'sell', 0.002, above, { postOnly: true });
    const real = await truth(made.id);
    equal(`${real.side} ${real.state} ${real.post_only}`, 'sell open true', 'order');
    await ex.cancelAllOrders(btc);
    equal((await truth(made.id)).state, 'cancelled', 'cancelAllOrders');
  });

  await check('createOrder market, reduce-only', async () => {
    const bought = await ex.createOrder(btc, 'market', 'buy', 0.01);
    equal((await truth(bought.id)).state, 'filled', 'bought');
    const sold = await ex.createOrder(btc, 'market', 'sell', 0.004, undefined,
      { reduceOnly: true });
    const real = await truth(sold.id);
    equal(`${real.state} ${real.reduce_only}`, 'filled true', 'sold');
    same_number((await sim.account('v1')).positions[0].size, 0.006, 'position');
  });

  await check('createOrders', async () => {
    const { below } = await quotes(sim, 100);
    const order = { symbol: btc, type: 'limit', side: 'buy', amount: 0.002, price: below };
    const made = await ex.createOrders([order, order]);
    for (const one of made) equal((await truth(one.id)).state, 'open', one.id);
    await ex.cancelAllOrders(btc);
  }, { error: /empty list of symbols/, why: 'never fills the list of symbols that it checks' });

  await check('cancelOrders', async () => {
    const { below } = await quotes(sim, 100);
    const made = await ex.createOrder(btc, 'limit', 'buy', 0.002, below);
    try {
      await ex.cancelOrders([made.id], btc);
      equal((await truth(made.id)).state, 'cancelled', 'state');
    } finally {
      await ex.cancelAllOrders(btc);
    }
  }, { error: /^ArgumentsRequired: .*-1102/,
    why: 'sends `orderidlist`; the documented name is `orderIdList`' });

  await check('fetchBalance after fills', () => sim.held(async () => {
    const { summary } = await sim.account('v1');
    const balance = await ex.fetchBalance();
    expect(Number(summary.wallet) < 50_000, 'no fee was paid');
    to_the_cent(balance.info.totalWalletBalance ?? balance.USDT.total, summary.wallet, 'total');
    to_the_cent(balance.USDT.free, summary.available, 'free');
  }));

  await check('fetchPositions, fetchMyTrades', () => sim.held(async () => {
    const real = await sim.account('v1');
    const [position] = await ex.fetchPositions([btc]);
    same_number(position.contracts, real.positions[0].size, 'size');
    const trades = await ex.fetchMyTrades(btc);
    equal(trades.map((t) => t.id).sort().join(),
      real.fills.map((f) => String(f.trade_id)).sort().join(), 'trades');
  }));

  await check('fetchTradingFee, setLeverage, setMarginMode', async () => {
    same_number((await ex.fetchTradingFee(btc)).taker, 0.00035, 'taker fee');
    await ex.setLeverage(9, btc);
    equal((await sim.account('v1')).positions[0].leverage, 9, 'leverage');
    await refused(() => ex.setMarginMode('isolated', btc), 'OperationRejected', -4048);
  });

  await check('refused: secret, key, order', async () => {
    await refused(() => make({ ...credentials, secret: 'wrong' }).fetchBalance(),
      'AuthenticationError', -1022);
    await refused(() => make({ ...credentials, apiKey: '0'.repeat(64) }).fetchBalance(),
      'AuthenticationError', -2015);
    await refused(() => ex.cancelOrder('1', btc), 'OrderNotFound', -2011);
  });

  await check('watchBidsAsks', async () => {
    await ex.watchBidsAsks([btc]);
    await sim.held(async () => {
      const { bid, ask } = await sim.market('BTCUSDT');
      await eventually(() => ex.bidsasks[btc].bid === Number(bid.price)
        && ex.bidsasks[btc].ask === Number(ask.price), 'the quote of the simulator');
    });
  });

  await check('watchOrderBook', async () => {
    const other = make(credentials);
    try {
      await other.watchOrderBook(btc);
      await sim.held(async () => {
        const book = await ex.fetchOrderBook(btc, 20);
        await eventually(() => JSON.stringify([other.orderbooks[btc].bids,
          other.orderbooks[btc].asks]) === JSON.stringify([book.bids, book.asks]), '20 levels');
      });
    } finally {
      await other.close();
    }
  });

  await check('watchOrderBook after watchBidsAsks', async () => {
    await within(ex.watchOrderBook(btc), 'a book', 2000);
  }, { error: /^Error: not within .*a book/,
    why: 'subscribes once per connection: the second stream is never asked for' });

  await check('watchOrders', async () => {
    const next = ex.watchOrders(btc);
    next.catch(() => {});
    await eventually(() => Object.values(ex.clients).some((c) => c.url.includes('/ws/')
      && c.connection?.readyState === 1), 'an open stream');
    const { below } = await quotes(sim, 100);
    const made = await ex.createOrder(btc, 'limit', 'buy', 0.002, below);
    const seen = await next;
    equal(seen.at(-1).id, made.id, 'order');
    await ex.cancelOrder(made.id, btc);
  });

  await ex.close();
}
