import { expect, it } from 'vitest';
import { recordMeasurement } from '../../../src/operations/record-measurement.ts';
import { commit } from '../../../src/store/commit.ts';
import { nextStepPrompt } from '../../../src/view/prompts/next-step.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

const measure = ({ context }: Harness, more: object) =>
  recordMeasurement({ agents: [], limits: [], ...more }, context);

const price = (harness: Harness, usd: number) =>
  measure(harness, {
    agents: [
      { id: 'aa', usd },
      { id: 'other', usd: 9 },
    ],
  });

/** A task that runs, and one that is ready. */
async function open(plan: object, config = {}): Promise<Harness> {
  const harness = await openHarness({ a: [], b: [] }, config, { plan });
  harness.launch('a');
  harness.link('a');
  return harness;
}

const inTwoMinutes = ({ context }: Harness) =>
  new Date(Date.parse(context.now()) + 120_000).toISOString();

it('adds what an agent has cost in every session of its client', async () => {
  await using harness = await open({});
  for (const usd of [0.25, 0.5, 0.5, 0.125, 0.25]) price(harness, usd);

  expect(harness.task('a').usage?.costUsd).toBe(0.75);
  expect(harness.load().state.attempts.get('toolu_a')?.cost).toEqual({ before: 0.5, latest: 0.25 });
});

it('ends a run whose budget in dollars is spent', async () => {
  await using harness = await open({ budgetUsd: 2 });
  price(harness, 1.9);
  expect(harness.status()).toMatchObject({ status: 'working', budget: { usd: 2, spent: null } });
  price(harness, 2);

  expect(harness.status()).toMatchObject({
    budget: { spent: 'usd' },
    tasks: [{ status: 'working' }, { status: 'failed', error: { category: 'fatal' } }],
  });
  const call = harness.session.toolCall('aa', 'toolu_read', 'Read', {});
  expect(harness.send(call)).toMatchObject({
    continue: false,
    stopReason: "the run's budget of $2.00 is spent",
  });
});

it.each([
  [[{ percentUsed: 94.9 }], false],
  [[{ percentUsed: 95 }], true],
  [[{ percentUsed: 10 }, { percentUsed: 120 }], true],
])(
  'pauses the run until the reset of a limit that is nearly used up: %j',
  async (limits, isPaused) => {
    await using harness = await open({});
    const resetsAt = inTwoMinutes(harness);
    measure(harness, { limits: limits.map((limit) => ({ ...limit, resetsAt })) });

    expect(harness.status().pausedUntil).toBe(isPaused ? resetsAt : null);
    const told = nextStepPrompt(harness.load().state, true);
    expect(told.includes('Agent(')).toBe(!isPaused);
    const launch = JSON.stringify(harness.launch('b'));
    expect(launch.includes('"deny"')).toBe(isPaused);
    if (!isPaused) return;
    expect(told).toContain('launch nothing before');
    expect(launch).toContain(resetsAt);
    harness.context.sleep(120_000);
    // Nothing was spent on the attempt before the reset.
    expect(
      JSON.stringify(harness.send(harness.session.preAgent('toolu_b2', harness.token('b')))),
    ).toContain('"allow"');
    expect(harness.task('b')).toMatchObject({ status: 'working', attempts: 1 });
  },
);

it('stops earlier where the configuration says so, and assumes an hour without a reset time', async () => {
  await using harness = await open({}, { usageLimit: { stopAt: '50%' } });
  measure(harness, { limits: [{ percentUsed: 60 }] });

  const { pausedUntil } = harness.status();
  const left = Date.parse(pausedUntil ?? '') - Date.parse(harness.context.now());
  expect(left).toBeGreaterThan(3_500_000);
});

it('pauses the runs of a conversation whose own turn ends at a usage limit', async () => {
  await using harness = await open({});
  const text = "You've hit your session limit · resets 7:30pm";
  harness.send(harness.session.stopFailure(null, 'rate_limit', text));

  expect(harness.status().pausedUntil).not.toBeNull();
  expect(harness.task('a')).toMatchObject({ status: 'working', attempts: 1 });
});

it('takes the cost of the last agent even after the summary was read', async () => {
  await using harness = await openHarness({ a: [] });
  harness.launch('a');
  harness.link('a');
  harness.send(harness.session.subagentStop('aa', 'Done.'));
  const { context, session } = harness;
  const read = { event: 'summary.read', at: context.now(), session: session.id } as const;
  commit(harness.load(), [read], context);
  price(harness, 0.5);

  expect(harness.task('a').usage?.costUsd).toBe(0.5);
});
