import { expect, it } from 'vitest';
import { dueNotifications, type RunNotification } from '../../../../src/run/notifications.ts';
import {
  describeNotification,
  toTerminalSequence,
} from '../../../../src/view/terminal/describe-notification.ts';
import { completes, fold, opened } from '../../../support/run-events.ts';

const GATE: RunNotification = { key: 'g', event: 'gate.waiting', task: 'a', rule: 'force-push' };
const FAILED: RunNotification = { key: 'f', event: 'task.failed', task: 'b', category: 'fatal' };

it('describes each notification in one line', () => {
  expect([GATE, FAILED].map(describeNotification)).toEqual([
    'task a is waiting for approval (force-push)',
    'task b failed (fatal)',
  ]);
});

it('joins notifications into one OSC 9 sequence', () => {
  const ended = dueNotifications(fold(opened(['a']), ...completes('a')), 'terminal');
  expect(toTerminalSequence([FAILED, ...ended])).toBe(
    '\u001b]9;swarm: task b failed (fatal); run completed, 1 of 1 task completed (unverified), in 0s\u0007',
  );
});

it('shortens a sequence that is too long for terminals', () => {
  const text = toTerminalSequence(Array.from({ length: 50 }, () => FAILED));
  expect(text.length).toBeLessThan(220);
  expect(text.endsWith('\u0007')).toBe(true);
});
