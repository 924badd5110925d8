import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../../src/run/run-state.ts';
import { describeWatchEnd } from '../../../../src/view/terminal/describe-watch-end.ts';
import { completes, ended, fold, launched, opened, RUN } from '../../../support/run-events.ts';

const IN_SESSION = { isPlugin: true, isInSession: true };

const completed = fold(opened(['a']), ...completes('a'));
const failed = fold(
  opened(['a']),
  launched('a'),
  ended('a', { outcome: 'failed', category: 'fatal' }),
);
const cancelled = fold(opened(['a']), launched('a'), ended('a', { outcome: 'stopped' }));
const ready = fold(opened(['a']));

describe('the exit code of a watch', () => {
  it.each<['ended' | 'idle' | 'aborted', string, RunState, number]>([
    ['ended', 'completed', completed, 0],
    ['ended', 'failed', failed, 1],
    ['ended', 'cancelled', cancelled, 1],
    ['idle', 'working', ready, 1],
    ['aborted', 'working', ready, 130],
    ['aborted', 'completed', completed, 130],
  ])('after %s of a run that is %s is %#', (end, _, state, exitCode) => {
    expect(describeWatchEnd(end, state, IN_SESSION).exitCode).toBe(exitCode);
  });

  it.each(['ended', 'idle', 'waiting', 'needed'] as const)(
    'is 0 with --until-needed after %s: the watch ended as planned',
    (end) => {
      const options = { ...IN_SESSION, untilNeeded: true };
      expect(describeWatchEnd(end, failed, options).exitCode).toBe(0);
      expect(describeWatchEnd(end, failed, options).message).toBe(
        describeWatchEnd(end, failed, IN_SESSION).message,
      );
    },
  );

  it('of an interrupted watch is 130 all the same', () => {
    const options = { ...IN_SESSION, untilNeeded: true };
    expect(describeWatchEnd('aborted', ready, options).exitCode).toBe(130);
  });

  it('comes with the next step, if there is one', () => {
    expect(describeWatchEnd('ended', completed, IN_SESSION).message).toBeNull();
    expect(describeWatchEnd('aborted', ready, IN_SESSION).message).toContain(`swarm watch ${RUN}`);
    const onTerminal = { isPlugin: true, isInSession: false };
    expect(describeWatchEnd('aborted', ready, onTerminal).message).toMatch(
      /^run \S+ is inactive\. /,
    );
    const working = fold(opened(['a']), launched('a'));
    expect(describeWatchEnd('aborted', working, onTerminal).message).toMatch(
      /^run \S+ continues\. /,
    );
    expect(describeWatchEnd('idle', ready, IN_SESSION).message).toContain(`swarm:${RUN}/a`);
    expect(describeWatchEnd('idle', ready, onTerminal).message).toContain(`swarm run ${RUN}`);
    expect(describeWatchEnd('idle', ready, onTerminal).message).not.toContain('Agent(');
  });
});
