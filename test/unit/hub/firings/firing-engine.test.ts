import { describe, expect, it } from 'vitest';
import { viewOfFiring } from '../../../../src/hub/store/firing-view.ts';
import { describeWait } from '../../../../src/view/triggers/firing-reasons.ts';
import { makeTestHub } from '../../../support/hub.ts';

const HOUR = 60 * 60_000;
const daily = (more: object = {}) => ({
  schedules: { review: { cron: '0 9 * * *', timezone: 'UTC', plan: 'plans/review.md', ...more } },
});

/** What became of each firing: its time or origin, and its outcome. */
function outcomes(firings: readonly { id: string; outcome: string; reason: string | null }[]) {
  return firings.map(({ id, outcome, reason }) => [id, reason ?? outcome]);
}

describe('a schedule', () => {
  it('starts nothing for times before a hub has seen it', async () => {
    await using hub = await makeTestHub('2026-11-23T10:00:00Z', daily());
    await hub.evaluate();
    expect(hub.firings()).toEqual([]);
    expect(hub.nextAt()).toBe(Date.parse('2026-11-24T09:00:00Z'));
  });

  it('starts a run at its time, with the options of its configuration', async () => {
    await using hub = await makeTestHub(
      '2026-11-23T08:00:00Z',
      daily({ run: { budgetUsd: 2, allowedTools: ['Bash(npm test)', 'Read'] } }),
    );
    await hub.evaluate();
    hub.setTime('2026-11-23T09:00:00.020Z');
    await hub.evaluate();
    const [firing] = hub.firings();
    expect(firing).toMatchObject({
      id: 'review@2026-11-23T09:00:00.000Z',
      origin: 'scheduled',
      outcome: 'started',
    });
    expect(hub.supervised).toMatchObject([
      {
        run: firing?.run,
        args: ['--allowed-tools=Bash(npm test),Read', '--budget-usd=2', '--fresh'],
      },
    ]);
    await hub.evaluate();
    expect(hub.supervised).toHaveLength(1);
  });

  it('reads the plan when it fires, and fails with its findings', async () => {
    await using hub = await makeTestHub('2026-11-23T08:00:00Z', daily());
    await hub.evaluate();
    hub.writePlan('plans/review.md', '---\ngoal: x\ntasks: []\n---\n');
    hub.setTime('2026-11-23T09:00:00Z');
    await hub.evaluate();
    expect(hub.firings()).toMatchObject([
      {
        outcome: 'failed',
        failure: { category: 'plan', message: expect.stringContaining('plans/review.md') },
      },
    ]);
    expect(hub.supervised).toEqual([]);
  });

  it('runs no check of a plan that the configuration does not name', async () => {
    await using hub = await makeTestHub('2026-11-23T08:00:00Z', daily());
    await hub.evaluate();
    hub.writePlan(
      'plans/review.md',
      '---\ngoal: x\ntasks:\n  - {id: a, title: Do it now, check: "node x.js"}\n---\n\n## a\nDo it.\n',
    );
    hub.setTime('2026-11-23T09:00:00Z');
    await hub.evaluate();
    expect(hub.firings()).toMatchObject([{ outcome: 'failed', failure: { category: 'plan' } }]);
  });

  it('refuses a plan that a link leads to outside of the repository', async () => {
    await using hub = await makeTestHub('2026-11-23T08:00:00Z', daily({ plan: 'plans/link.md' }));
    const { symlinkSync } = await import('node:fs');
    symlinkSync('/etc/hostname', `${hub.root}/plans/link.md`);
    await hub.evaluate();
    hub.setTime('2026-11-23T09:00:00Z');
    await hub.evaluate();
    expect(hub.firings()).toMatchObject([
      { failure: { category: 'plan', message: expect.stringContaining('inside the repository') } },
    ]);
  });

  it('fires each missed time within the catch-up window once, after a sleep of three days', async () => {
    const config = daily({ cron: '0 9,18 * * *', catchupWindow: '30h', overlap: 'allow_all' });
    await using hub = await makeTestHub('2026-11-23T19:00:00Z', config);
    await hub.evaluate();
    hub.setTime('2026-11-26T12:00:00Z');
    await hub.evaluate();
    hub.restart();
    await hub.evaluate();
    expect(hub.context.history.state.passed).toMatchObject([
      { why: 'missed', from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T18:00:00.000Z', count: 2 },
    ]);
    expect(hub.firings().map(({ id, origin }) => [id, origin])).toEqual([
      ['review@2026-11-25T09:00:00.000Z', 'caught_up'],
      ['review@2026-11-25T18:00:00.000Z', 'caught_up'],
      ['review@2026-11-26T09:00:00.000Z', 'caught_up'],
    ]);
    expect(hub.supervised).toHaveLength(3);
    expect(hub.nextAt()).toBe(Date.parse('2026-11-26T18:00:00Z'));
  });

  it('does not fire a time again when the clock is set back', async () => {
    await using hub = await makeTestHub('2026-11-23T08:00:00Z', daily());
    await hub.evaluate();
    hub.setTime('2026-11-23T09:00:01Z');
    await hub.evaluate();
    hub.setTime('2026-11-23T08:30:00Z');
    await hub.evaluate();
    hub.setTime('2026-11-23T09:00:01Z');
    await hub.evaluate();
    expect(hub.firings()).toHaveLength(1);
  });

  it('continues after a clock that was years ahead was corrected', async () => {
    await using hub = await makeTestHub('2031-11-23T08:00:00Z', daily({ overlap: 'allow_all' }));
    await hub.evaluate();
    hub.setTime('2026-11-23T08:00:00Z');
    await hub.evaluate();
    expect(hub.nextAt()).toBe(Date.parse('2026-11-23T09:00:00Z'));
    hub.setTime('2026-11-23T09:00:00Z');
    await hub.evaluate();
    expect(hub.firings()).toHaveLength(1);
  });

  it('delays a firing by its jitter, always by the same', async () => {
    await using hub = await makeTestHub('2026-11-23T08:00:00Z', daily({ jitter: '30m' }));
    await hub.evaluate();
    const at = hub.nextAt() ?? 0;
    expect(at - Date.parse('2026-11-23T09:00:00Z')).toBeGreaterThan(0);
    expect(at - Date.parse('2026-11-23T09:00:00Z')).toBeLessThan(HOUR / 2);
    hub.restart();
    await hub.evaluate();
    expect(hub.nextAt()).toBe(at);
    hub.setTime(new Date(at - 1).toISOString());
    await hub.evaluate();
    expect(hub.firings()).toEqual([]);
    hub.setTime(new Date(at).toISOString());
    await hub.evaluate();
    expect(hub.firings()).toHaveLength(1);
  });

  it('counts the times of a changed expression from the change on', async () => {
    await using hub = await makeTestHub('2026-11-23T08:00:00Z', daily());
    await hub.evaluate();
    hub.setTime('2026-11-23T08:30:00Z');
    hub.configure(daily({ cron: '15 8 * * *' }));
    await hub.evaluate();
    expect(hub.firings()).toEqual([]);
    expect(hub.nextAt()).toBe(Date.parse('2026-11-24T08:15:00Z'));
  });

  it('is paused after a failed run, with pauseOnFailure', async () => {
    await using hub = await makeTestHub(
      '2026-11-23T08:00:00Z',
      daily({ pauseOnFailure: true, plan: 'plans/none.md' }),
    );
    await hub.evaluate();
    hub.setTime('2026-11-23T09:00:00Z');
    await hub.evaluate();
    expect(hub.context.history.state.schedules.get('review')?.paused).toMatchObject({
      by: 'swarm',
    });
    expect(hub.context.history.state.schedules.get('review')?.paused?.note).toContain(
      'could not be started',
    );
    await hub.evaluate();
    expect(hub.nextAt()).toBeNull();
  });
});

describe('overlapping firings', () => {
  async function twoTimes(overlap: string) {
    const hub = await makeTestHub('2026-11-23T08:00:00Z', daily({ cron: '0 * * * *', overlap }));
    await hub.evaluate();
    for (const hour of ['09', '10', '11']) {
      hub.setTime(`2026-11-23T${hour}:00:00Z`);
      await hub.evaluate();
    }
    return hub;
  }

  it.each([
    ['skip', ['started', 'overlap', 'overlap']],
    ['buffer_one', ['started', 'waiting', 'buffer_full']],
    ['buffer_all', ['started', 'waiting', 'waiting']],
    ['allow_all', ['started', 'started', 'started']],
    ['cancel_other', ['started', 'started', 'started']],
  ])('become with %s', async (overlap, expected) => {
    await using hub = await twoTimes(overlap);
    expect(outcomes(hub.firings()).map(([, outcome]) => outcome)).toEqual(expected);
  });

  it('say that they wait for the earlier run', async () => {
    await using hub = await twoTimes('buffer_one');
    const [, waiting] = hub.firings();
    expect(waiting && viewOfFiring(waiting, () => null).reason).toBe(describeWait(true));
  });

  it('start a waiting one when the run has ended', async () => {
    await using hub = await twoTimes('buffer_all');
    hub.complete(hub.firings()[0]?.run ?? '');
    await hub.evaluate();
    expect(outcomes(hub.firings()).map(([, outcome]) => outcome)).toEqual([
      'started',
      'started',
      'waiting',
    ]);
    expect(hub.firings()[0]?.end).toMatchObject({ status: 'completed', nothingDone: false });
  });

  it('cancel the earlier run with cancel_other', async () => {
    await using hub = await twoTimes('cancel_other');
    expect(hub.firings().map(({ end }) => end?.status ?? null)).toEqual([
      'cancelled',
      'cancelled',
      null,
    ]);
  });
});

describe('a run of a firing', () => {
  async function started() {
    const hub = await makeTestHub('2026-11-23T08:00:00Z', daily());
    await hub.evaluate();
    hub.setTime('2026-11-23T09:00:00Z');
    await hub.evaluate();
    return hub;
  }

  it('is started again when its process was killed, at most three times', async () => {
    await using hub = await started();
    for (let start = 1; start <= 3; start++) {
      expect(hub.supervised).toHaveLength(start);
      hub.supervised.at(-1)?.exit({ code: null, output: 'killed' });
      await hub.evaluate();
    }
    expect(hub.supervised).toHaveLength(3);
    expect(hub.firings()).toMatchObject([{ outcome: 'failed', failure: { category: 'lost' } }]);
  });

  it('is started again whenever a person has decided, however often', async () => {
    await using hub = await started();
    for (let hour = 10; hour < 16; hour++) {
      hub.setTime(`2026-11-23T${hour}:00:00Z`);
      hub.supervised.at(-1)?.exit({ code: 4, output: '' });
      await hub.evaluate();
    }
    expect(hub.supervised).toHaveLength(7);
    expect(hub.firings()).toMatchObject([{ outcome: 'started' }]);
  });

  it('has failed if its process refuses to start', async () => {
    await using hub = await started();
    hub.supervised[0]?.exit({ code: 2, output: 'swarm: no client' });
    await hub.evaluate();
    expect(hub.firings()).toMatchObject([
      { outcome: 'failed', failure: { category: 'start', message: 'swarm: no client' } },
    ]);
  });

  it('is started by the next hub if the machine was restarted', async () => {
    await using hub = await started();
    hub.reboot();
    hub.setTime('2026-11-23T09:10:00Z');
    await hub.evaluate();
    expect(hub.supervised.map(({ run }) => run)).toEqual([
      hub.firings()[0]?.run,
      hub.firings()[0]?.run,
    ]);
  });

  it('has failed as lost if it was removed', async () => {
    await using hub = await started();
    const { rmSync } = await import('node:fs');
    rmSync(`${hub.root}/.swarm/runs/${hub.firings()[0]?.run}`, { recursive: true });
    await hub.evaluate();
    expect(hub.firings()).toMatchObject([{ outcome: 'failed', failure: { category: 'lost' } }]);
  });
});
