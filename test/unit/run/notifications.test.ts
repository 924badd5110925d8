import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { dueNotifications } from '../../../src/run/notifications.ts';
import { notificationId } from '../../../src/run/run-state.ts';
import {
  at,
  completes,
  ended,
  fold,
  gateAsked,
  launched,
  makeTask,
  opened,
  started,
} from '../../support/run-events.ts';

const claimed = (notice: string, channel: 'terminal' | 'command', by = 'me'): LedgerEvent => ({
  event: 'notice.claimed',
  at: at(30),
  channel,
  notice,
  by,
});

const failed = ended('a', { outcome: 'failed', category: 'fatal', message: 'HTTP 400' });

describe('dueNotifications', () => {
  it('reports nothing while agents are running', () => {
    expect(dueNotifications(fold(opened(['a']), launched('a')), 'command')).toEqual([]);
  });

  it('reports the end of the run, once on each channel', () => {
    const events = [opened(['a']), ...completes('a')];
    const [notification] = dueNotifications(fold(...events), 'command');
    expect(notification).toMatchObject({
      event: 'run.ended',
      task: null,
      status: { status: 'completed', counts: { completed: 1 }, endedAt: at(10) },
    });
    const taken = fold(...events, claimed(notification?.key ?? '', 'command'));
    expect(dueNotifications(taken, 'command')).toEqual([]);
    expect(dueNotifications(taken, 'terminal')).toHaveLength(1);
  });

  it('reports a failed long task at once, a failed shorter one with the end of the run', () => {
    const of = (tier: 'long' | 'medium') =>
      dueNotifications(
        fold(opened([makeTask('a', { tier }), 'b']), launched('a'), failed, launched('b')),
        'command',
      );
    expect(of('long')).toMatchObject([{ event: 'task.failed', task: 'a', category: 'fatal' }]);
    expect(of('medium')).toEqual([]);
  });

  it('reports each waiting gate with the rule that opened it', () => {
    const state = fold(
      opened(['a']),
      launched('a'),
      started('a'),
      gateAsked('a'),
      ended('a', { outcome: 'stopped' }),
    );
    expect(dueNotifications(state, 'terminal')).toMatchObject([
      { event: 'gate.waiting', task: 'a', rule: 'force-push' },
    ]);
  });

  it('gives a notification to the process that is first in the ledger', () => {
    const state = fold(
      opened(['a']),
      claimed('x', 'command', 'me'),
      claimed('x', 'command', 'you'),
    );
    expect(state.takenNotifications.get(notificationId('command', 'x'))).toBe('me');
  });
});
