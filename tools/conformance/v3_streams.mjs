/// The streams with ccxt's V3 class.

import { equal, eventually, expect, same_number, to_the_cent, within } from './harness.mjs';
import { act_as_agent } from './v3_account.mjs';
import { btc, eth } from './v3_market_data.mjs';
import { order_in_truth, quotes } from './v3_orders.mjs';

/// Follows a watch method until `stop`: every result goes through `seen`.
function follow(watch, seen) {
  const state = { stopped: false, error: undefined };
  const loop = async () => {
    while (!state.stopped) seen(await watch());
  };
  loop().catch((error) => { state.error = error; });
  return state;
}

export async function run(context) {
  const { exchange: ex } = context;
  try {
    await public_streams(context);
    await private_streams(context);
  } finally {
    await ex.close();
  }
}

async function public_streams({ sim, results, client, make, exchange: ex }) {
  const check = (call, body, bug) => results.check(client, call, body, bug);

  await check('watchBidsAsks', async () => {
    const first = await ex.watchBidsAsks([btc, eth]);
    expect(Object.values(first)[0].bid > 0, 'bid');
    for (const symbol of [btc, eth])
      await eventually(() => ex.bidsasks[symbol], `a quote of ${symbol}`);
    await sim.held(async () => {
      const { bid, ask } = await sim.market('BTCUSDT');
      await eventually(() => {
        const quote = ex.bidsasks[btc];
        return quote.bid === Number(bid.price) && quote.ask === Number(ask.price)
          && quote.bidVolume === Number(bid.size) && quote.askVolume === Number(ask.size);
      }, 'the quote of the simulator');
    });
  });

  await check('watchOrderBook', async () => {
    await ex.watchOrderBook(btc);
    await sim.held(async () => {
      const book = await ex.fetchOrderBook(btc, 20);
      await eventually(() => {
        const seen = ex.orderbooks[btc];
        return JSON.stringify([seen.bids, seen.asks]) === JSON.stringify([book.bids, book.asks]);
      }, 'the same 20 levels as fetchOrderBook');
    });
  });

  await check('watchTrades', async () => {
    const seen = [];
    const feed = follow(() => ex.watchTrades(btc), (trades) => seen.push(...trades));
    await eventually(() => seen.length > 0 || feed.error, 'a trade');
    await sim.held(async () => {
      const made = await ex.createOrder(btc, 'market', 'sell', 0.003);
      const real = await order_in_truth(sim, 'own_key', made.id);
      const mine = await eventually(() => seen.find((t) => t.amount === 0.003
        && t.price === Number(real.average_price)), 'the own trade');
      equal(mine.side, 'sell', 'side of the own trade');
      const listed = await ex.fetchTrades(btc, undefined, 1000);
      for (const trade of seen) {
        const parts = listed.filter((t) => Number(t.id) >= trade.info.f
          && Number(t.id) <= trade.info.l);
        same_number(parts.reduce((sum, t) => sum + t.amount, 0), trade.amount,
          `amount of ${trade.id} in fetchTrades`);
        for (const part of parts) same_number(part.price, trade.price, 'price');
      }
    });
    feed.stopped = true;
  });

  await check('watchTicker', async () => {
    const ticker = await within(ex.watchTicker(btc), 'a ticker');
    expect(ticker.low <= ticker.last && ticker.last <= ticker.high, 'last is not in low to high');
    equal(ticker.symbol, btc, 'symbol');
  });

  await check('watchMarkPrice', async () => {
    const other = make(1); // one object takes tickers for mark prices and the other way round
    try {
      await other.watchMarkPrice(btc);
      await sim.held(async () => {
        const { mark_price, index_price } = await sim.market('BTCUSDT');
        await eventually(() => other.tickers[btc].markPrice === Number(mark_price)
          && other.tickers[btc].indexPrice === Number(index_price), 'the mark price');
      });
    } finally {
      await other.close();
    }
  });

  await check('watchOHLCV', async () => {
    const candles = await within(ex.watchOHLCV(btc, '1m'), 'a candle');
    const [time, open, high, low, close] = candles.at(-1);
    equal(time % 60_000, 0, 'start of the minute');
    expect(low <= Math.min(open, close) && high >= Math.max(open, close), 'shape');
  });

  await check('unWatchBidsAsks', async () => {
    await within(ex.unWatchBidsAsks([btc, eth]), 'the end of the subscription', 2000);
  }, { error: /the end of the subscription/,
    why: 'its handler drops the answer to UNSUBSCRIBE that it waits for' });
}

async function private_streams({ sim, results, client, make, exchange: ex }) {
  const check = (call, body, bug) => results.check(client, call, body, bug);
  const truth = (id) => order_in_truth(sim, 'own_key', id);
  const seen = { orders: [], trades: [], positions: [], balances: [] };
  const feeds = [];
  const last_of = (list, id) => list.filter((one) => one.id === id).at(-1);

  await check('listen key, user stream', async () => {
    feeds.push(
      follow(() => ex.watchOrders(btc), (list) => seen.orders.push(...list.map((o) => ({ ...o })))),
      follow(() => ex.watchMyTrades(btc), (list) => seen.trades.push(...list)),
      follow(() => ex.watchPositions(), (list) => seen.positions.push(...list)),
      follow(() => ex.watchBalance(), (balance) => seen.balances.push(balance)));
    await eventually(() => feeds.some((feed) => feed.error) || Object.values(ex.clients)
      .some((c) => c.url.includes('/ws/') && c.connection?.readyState === 1), 'an open stream');
    for (const feed of feeds) if (feed.error) throw feed.error;
  });

  await check('watchPositions: the snapshot', async () => {
    const real = (await sim.account('own_key')).positions[0];
    const found = await eventually(() => seen.positions.find((p) => p.symbol === btc), 'BTC');
    same_number(found.contracts, real.size, 'size');
  });

  await check('watchOrders: placed, cancelled', async () => {
    const { below } = await quotes(sim, 100);
    const made = await ex.createOrder(btc, 'limit', 'buy', 0.002, below, { postOnly: true });
    await eventually(() => last_of(seen.orders, made.id)?.status === 'open', 'the new order');
    const told = last_of(seen.orders, made.id);
    equal(`${told.timeInForce} ${told.side} ${told.type}`, 'PO buy limit', 'order');
    same_number(told.price, below, 'price');
    await ex.cancelOrder(made.id, btc);
    await eventually(() => last_of(seen.orders, made.id).status === 'canceled', 'the cancel');
  });

  await check('watchOrders, watchMyTrades: a fill', async () => {
    const made = await ex.createOrder(btc, 'market', 'buy', 0.006);
    await eventually(() => last_of(seen.orders, made.id)?.status === 'closed', 'the fill');
    const real = await truth(made.id);
    same_number(last_of(seen.orders, made.id).filled, real.filled, 'filled');
    const fills = (await sim.account('own_key')).fills
      .filter((f) => String(f.order_id) === made.id);
    await eventually(() => seen.trades.filter((t) => t.order === made.id).length >= fills.length,
      'all trades');
    for (const fill of fills) {
      const trade = seen.trades.find((t) => t.id === String(fill.trade_id));
      expect(trade !== undefined, `no trade ${fill.trade_id}`);
      equal(`${trade.side} ${trade.takerOrMaker}`, 'buy taker', 'side and role');
      same_number(trade.price, fill.price, 'price');
      same_number(trade.amount, fill.size, 'size');
      expect(Math.abs(trade.fee.cost - fill.fee) < 1e-7, `fee ${trade.fee.cost}, not ${fill.fee}`);
    }
  });

  await check('watchPositions, watchBalance: a fill', () => sim.held(async () => {
    await ex.createOrder(btc, 'market', 'buy', 0.001);
    const { summary, positions } = await sim.account('own_key');
    const position = await eventually(() => seen.positions.filter((p) => p.symbol === btc)
      .find((p) => p.contracts === Number(positions[0].size)), 'the new position');
    equal(position.side, 'long', 'side');
    expect(Math.abs(position.entryPrice - positions[0].entry_price) < 0.1, 'entry price');
    await eventually(() => Math.abs(seen.balances.at(-1)?.USDT?.total - summary.wallet) < 0.005,
      'the wallet of the simulator, to the cent');
    to_the_cent((await ex.fetchBalance()).USDT.total, summary.wallet, 'fetchBalance');
  }));

  await check('watchOrders, watchMyTrades: taken as maker', async () => {
    const taker = make(1);
    await act_as_agent(taker);
    // Inside the spread, so that nobody's size is ahead of it.
    const id = await eventually(() => sim.held(async () => {
      const { bid, ask } = await sim.market('BTCUSDT');
      if (ask.price - bid.price < 0.15) return undefined;
      const price = Math.round(bid.price * 10 + 1) / 10;
      const made = await ex.createOrder(btc, 'limit', 'buy', 0.001, price, { postOnly: true });
      await taker.createOrder(btc, 'market', 'sell', 0.001);
      return made.id;
    }), 'a spread of two ticks');
    equal((await truth(id)).state, 'filled', 'the resting order');
    const [fill] = (await sim.account('own_key')).fills.filter((f) => String(f.order_id) === id);
    equal(fill.counterparty, 'agent', 'counterparty');
    const trade = await eventually(() => seen.trades.find((t) => t.order === id), 'the trade');
    equal(`${trade.side} ${trade.takerOrMaker}`, 'buy maker', 'side and role');
    same_number(trade.price, fill.price, 'price');
    same_number(trade.fee.cost, fill.fee, 'fee');
    same_number(fill.fee, 0.0001 * fill.price * fill.size, 'the maker fee');
    await eventually(() => last_of(seen.orders, id)?.status === 'closed', 'the end of the order');
  });

  for (const feed of feeds) feed.stopped = true;
}
