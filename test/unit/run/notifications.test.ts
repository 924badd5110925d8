import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { dueNotifications, toTerminalSequence } from '../../../src/run/notifications.ts';
import {
  at,
  completes,
  ended,
  fold,
  launched,
  makeTask,
  opened,
} from '../../support/run-events.ts';

const claimed = (notice: string, channel: 'terminal' | 'command', by = 'me'): LedgerEvent => ({
  event: 'notice.claimed',
  at: at(30),
  channel,
  notice,
  by,
});

const failed = ended('a', { outcome: 'failed', category: 'fatal', message: 'HTTP 400' });

describe('what people are told of', () => {
  it('is nothing while agents work', () => {
    expect(dueNotifications(fold(opened(['a']), launched('a')), 'command')).toEqual([]);
  });

  it('is the end of the run, on each channel once', () => {
    const events = [opened(['a']), ...completes('a')];
    const [notice] = dueNotifications(fold(...events), 'command');
    expect(notice).toMatchObject({
      event: 'run.ended',
      task: null,
      message: 'run completed, 1 of 1 task completed, in 10ms',
    });
    const told = fold(...events, claimed(notice?.key ?? '', 'command'));
    expect(dueNotifications(told, 'command')).toEqual([]);
    expect(dueNotifications(told, 'terminal')).toHaveLength(1);
  });

  it('is the failure of a long task at once, of a short one with the run', () => {
    const of = (tier: 'long' | 'medium') =>
      dueNotifications(
        fold(opened([makeTask('a', { tier }), 'b']), launched('a'), failed, launched('b')),
        'command',
      );
    expect(of('long')).toMatchObject([
      { event: 'task.failed', task: 'a', message: 'task a failed (fatal)' },
    ]);
    expect(of('medium')).toEqual([]);
  });

  it('belongs to whom the ledger has first', () => {
    const state = fold(
      opened(['a']),
      claimed('x', 'command', 'me'),
      claimed('x', 'command', 'you'),
    );
    expect(state.notices.get('command x')).toBe('me');
  });

  it('is one line for a terminal', () => {
    const notices = dueNotifications(fold(opened(['a']), ...completes('a')), 'terminal');
    expect(toTerminalSequence(notices)).toBe(
      '\u001b]9;swarm: run completed, 1 of 1 task completed, in 10ms\u0007',
    );
  });
});
