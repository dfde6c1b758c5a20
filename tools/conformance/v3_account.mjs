/// The account by REST with ccxt's V3 class.

import { equal, expect, refused, same_number, to_the_cent } from './harness.mjs';
import { btc, eth } from './v3_market_data.mjs';

/// Makes the client sign for the other wallet of sim.toml, whose agent its key is.
export async function act_as_agent(ex) {
  await ex.fetchBalance(); // computes and keeps the address of the key
  ex.options.signerAddress = ex.options.cachedWalletAddress;
  ex.options.cachedWalletAddress = '0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF';
}

export async function run({ sim, results, client, make, exchange: ex }) {
  const check = (call, body, bug) => results.check(client, call, body, bug);

  await check('fetchBalance after fills', () => sim.held(async () => {
    await ex.createOrder(btc, 'market', 'buy', 0.005);
    const { summary, positions } = await sim.account('own_key');
    const balance = await ex.fetchBalance();
    expect(Number(summary.wallet) < 100_000, 'no fee was paid');
    to_the_cent(balance.USDT.total, summary.wallet, 'total');
    to_the_cent(balance.USDT.free, summary.available, 'free');
    to_the_cent(balance.USDT.used, summary.wallet - summary.available, 'used');
    to_the_cent(balance.info[0].crossUnPnl, summary.unrealised, 'unrealised');
    same_number(positions[0].size, 0.016, 'position');
  }));

  await check('fetchPositions', () => sim.held(async () => {
    const real = (await sim.account('own_key')).positions[0];
    const [position, ...others] = await ex.fetchPositions([btc]);
    equal(others.length, 0, 'other positions');
    same_number(position.contracts, real.size, 'size');
    expect(Math.abs(position.entryPrice - real.entry_price) < 0.1, 'entry price');
    same_number(position.markPrice, real.mark_price, 'mark price');
    to_the_cent(position.unrealizedPnl, real.unrealised, 'unrealised');
    same_number(position.leverage, real.leverage, 'leverage');
    equal(position.marginMode, 'cross', 'margin mode');
  }));

  await check('fetchPositions: side, notional', async () => {
    const [position] = await ex.fetchPositions([btc]);
    equal(position.side, 'long', 'side');
  }, { error: /^Error: side: expected "long"/,
    why: 'reads `notional`, which the documented positionRisk has not' });

  await check('fetchAccountPositions', () => sim.held(async () => {
    const real = (await sim.account('own_key')).positions[0];
    const [position] = await ex.fetchAccountPositions([btc]);
    same_number(position.contracts, real.size, 'size');
  }), { error: /^AuthenticationError: .*-2014/,
    why: 'asks /fapi/v4/account, a V1 path, with a V3 signature' });

  await check('fetchMyTrades', async () => {
    const fills = (await sim.account('own_key')).fills;
    const trades = await ex.fetchMyTrades(btc, undefined, 500);
    equal(trades.length, fills.length, 'trades');
    for (const fill of fills) {
      const trade = trades.find((t) => t.id === String(fill.trade_id));
      expect(trade !== undefined, `no trade ${fill.trade_id}`);
      equal(trade.order, String(fill.order_id), 'order');
      equal(`${trade.side} ${trade.takerOrMaker}`, `${fill.side} ${fill.maker ? 'maker' : 'taker'}`,
        'side and role');
      same_number(trade.price, fill.price, 'price');
      same_number(trade.amount, fill.size, 'size');
      expect(Math.abs(trade.fee.cost - fill.fee) < 1e-7, `fee ${trade.fee.cost}, not ${fill.fee}`);
      equal(trade.fee.currency, 'USDT', 'currency of the fee');
    }
  });

  await check('fetchLedger', async () => {
    const { income, summary } = await sim.account('own_key');
    const lines = await ex.fetchLedger('USDT', undefined, 1000);
    equal(lines.length, income.length, 'lines');
    const total = lines.reduce((sum, line) =>
      sum + (line.direction === 'in' ? line.amount : -Math.abs(line.amount)), 0);
    to_the_cent(total, summary.wallet, 'sum of all lines');
    expect(lines.some((line) => line.type === 'commission'), 'no commission');
    expect(lines.some((line) => line.type === 'trade'), 'no realised profit');
  });

  await check('fetchTradingFee', async () => {
    const fee = await ex.fetchTradingFee(btc);
    same_number(fee.maker, 0.0001, 'maker');
    same_number(fee.taker, 0.00035, 'taker');
  });

  await check('setLeverage', async () => {
    const answer = await ex.setLeverage(7, btc);
    equal(String(answer.leverage), '7', 'answer');
    equal((await sim.account('own_key')).positions[0].leverage, 7, 'leverage');
    const all = await ex.fetchLeverages([btc]);
    same_number(all[btc].longLeverage, 7, 'fetchLeverages');
    await refused(() => ex.fapiPrivatePostV3Leverage({ symbol: 'BTCUSDT', leverage: 1000 }),
      'BadRequest', -4028);
  });

  await check('setMarginMode', async () => {
    // The exchange core has cross margin only and says so.
    await refused(() => ex.setMarginMode('isolated', eth), 'NotSupported', -1020);
    await refused(() => ex.setMarginMode('cross', eth), 'NoChange', -4046);
    await refused(() => ex.setMarginMode('isolated', btc), 'OperationRejected', -4048);
  });

  await check('fetchPositionMode, setPositionMode', async () => {
    equal((await ex.fetchPositionMode()).hedged, false, 'hedged');
    await refused(() => ex.setPositionMode(false), 'NoChange', -4059);
  });

  await check('an agent that signs for another wallet', async () => {
    const agent = make(1);
    await act_as_agent(agent);
    const balance = await agent.fetchBalance();
    const { summary } = await sim.account('agent');
    same_number(balance.USDT.total, summary.wallet, 'total');
    same_number(summary.wallet, 5000, 'wallet');
  });
}
