/// Public REST calls of ccxt's V3 class.

import { equal, expect, same_number } from './harness.mjs';

export const btc = 'BTC/USDT:USDT';
export const eth = 'ETH/USDT:USDT';

export async function run({ sim, results, client, exchange: ex }) {
  const check = (call, body, bug) => results.check(client, call, body, bug);

  await check('loadMarkets', async () => {
    const markets = await ex.loadMarkets();
    equal(markets[btc].id, 'BTCUSDT', 'id');
    equal(markets[btc].swap && markets[btc].linear && markets[btc].active, true, 'kind');
    same_number(markets[btc].precision.price, 0.1, 'tick');
    same_number(markets[btc].precision.amount, 0.001, 'lot');
    same_number(markets[btc].limits.cost.min, 5, 'least notional');
    same_number(markets[btc].contractSize, 1, 'contract size');
    equal(markets['1000PEPE/USDT:USDT'].id, '1000PEPEUSDT', 'prefixed coin');
  });

  await check('fetchTime', async () => {
    const before = Date.now();
    const time = await ex.fetchTime();
    expect(time >= before - 50 && time <= Date.now() + 50, `${time} is not the time of day`);
  });

  await check('fetchOrderBook', () => sim.held(async () => {
    const book = await ex.fetchOrderBook(btc, 5);
    const { bid, ask } = await sim.market('BTCUSDT');
    equal(book.bids.length, 5, 'levels');
    same_number(book.bids[0][0], bid.price, 'best bid');
    same_number(book.bids[0][1], bid.size, 'size of the best bid');
    same_number(book.asks[0][0], ask.price, 'best ask');
    same_number(book.asks[0][1], ask.size, 'size of the best ask');
    for (let i = 1; i < 5; ++i)
      expect(book.bids[i][0] < book.bids[i - 1][0] && book.asks[i][0] > book.asks[i - 1][0],
        'levels are not in order');
  }));

  await check('fetchBidsAsks', () => sim.held(async () => {
    const quotes = await ex.fetchBidsAsks([btc, eth]);
    for (const [symbol, id] of [[btc, 'BTCUSDT'], [eth, 'ETHUSDT']]) {
      const { bid, ask } = await sim.market(id);
      same_number(quotes[symbol].bid, bid.price, `${id} bid`);
      same_number(quotes[symbol].ask, ask.price, `${id} ask`);
      same_number(quotes[symbol].bidVolume, bid.size, `${id} bid size`);
    }
  }));

  await check('fetchTrades', () => sim.held(async () => {
    const trades = await ex.fetchTrades(btc, undefined, 50);
    expect(trades.length > 0, 'no trades');
    for (let i = 1; i < trades.length; ++i)
      expect(trades[i].timestamp >= trades[i - 1].timestamp
        && BigInt(trades[i].id) > BigInt(trades[i - 1].id), 'trades are not in order');
    const last = trades.at(-1);
    expect(last.amount > 0 && ['buy', 'sell'].includes(last.side), 'amount or side');
    same_number(last.cost, last.price * last.amount, 'cost');
  }));

  await check('fetchTicker, fetchTickers', () => sim.held(async () => {
    const trades = await ex.fetchTrades(btc, undefined, 1);
    const ticker = await ex.fetchTicker(btc);
    same_number(ticker.last, trades[0].price, 'last price');
    expect(ticker.low <= ticker.last && ticker.last <= ticker.high, 'last is not in low to high');
    expect(ticker.baseVolume > 0 && ticker.quoteVolume > 0, 'volume');
    const all = await ex.fetchTickers();
    same_number(all[btc].last, ticker.last, 'last price in fetchTickers');
    expect(all[eth].last > 0, 'second market');
  }));

  await check('fetchLastPrices', () => sim.held(async () => {
    const trades = await ex.fetchTrades(btc, undefined, 1);
    const prices = await ex.fetchLastPrices([btc]);
    same_number(prices[btc].price, trades[0].price, 'last price');
  }));

  await check('fetchOHLCV', () => sim.held(async () => {
    const trades = await ex.fetchTrades(btc, undefined, 1);
    const candles = await ex.fetchOHLCV(btc, '1m', undefined, 5);
    const [time, open, high, low, close, volume] = candles.at(-1);
    equal(time % 60_000, 0, 'start of the minute');
    same_number(close, trades[0].price, 'close');
    expect(low <= Math.min(open, close) && high >= Math.max(open, close) && volume > 0, 'shape');
  }));

  await check('fetchFundingRate, fetchFundingRates', () => sim.held(async () => {
    const truth = await sim.market('BTCUSDT');
    const one = await ex.fetchFundingRate(btc);
    same_number(one.fundingRate, truth.funding_rate, 'rate');
    same_number(one.markPrice, truth.mark_price, 'mark price');
    same_number(one.indexPrice, truth.index_price, 'index price');
    equal(one.nextFundingTimestamp, Math.round(truth.next_funding_ns / 1e6), 'next funding');
    const all = await ex.fetchFundingRates();
    same_number(all[btc].fundingRate, truth.funding_rate, 'rate in fetchFundingRates');
  }));

  await check('fetchFundingIntervals', async () => {
    const all = await ex.fetchFundingIntervals([btc]);
    equal(all[btc].interval, '8h', 'interval');
  });
}
