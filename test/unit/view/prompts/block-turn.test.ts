import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import { reasonToBlockTurn } from '../../../../src/view/prompts/block-turn.ts';
import {
  at,
  completes,
  fold,
  launched,
  makeTask,
  opened,
  RUN,
  started,
} from '../../../support/run-events.ts';

const held = { event: 'turn.held', at: at(50), session: 'session-1' } as const;
const asked = { event: 'cancel.requested', at: at(50), task: null } as const;
const read = { event: 'summary.read', at: at(60), session: 'session-1' } as const;
const reasonOf = (events: LedgerEvent[], commands: string[] | null = null) =>
  reasonToBlockTurn(fold(...events), true, commands);

describe('the orchestrator’s turn', () => {
  const ready = [opened(['a', makeTask('b', { needs: ['a'] })]), ...completes('a')];
  const over = [opened(['a']), ...completes('a')];

  it('is blocked while a task is ready, at most three times in a row', () => {
    expect(reasonOf(ready)).toContain('Launch now');
    expect(reasonOf([...ready, held, held])).toContain('Launch now');
    expect(reasonOf([...ready, held, held, held])).toBeNull();
    const again = [...ready, held, held, held, launched('b'), ...completes('b')];
    expect(reasonOf(again)).toContain('swarm summary');
  });

  it('is blocked until the summary of an ended run has been read', () => {
    expect(reasonOf(over)).toContain(`swarm summary ${RUN}`);
    expect(reasonOf([...over, read])).toBeNull();
  });

  it('is blocked after a cancellation only for the summary', () => {
    expect(reasonOf([...ready, asked])).toContain('swarm summary');
    expect(reasonOf([...ready, asked])).not.toContain('Launch now');
  });

  it('is not blocked before the first launch of more tasks than start without asking', () => {
    const ids = Array.from({ length: 9 }, (_, index) => `t${index}`);
    expect(reasonOf([opened(ids)])).toBeNull();
    expect(reasonOf([opened(ids), launched('t0')])).toContain('Launch now');
    expect(reasonOf([opened(ids.slice(1))])).toContain('Launch now');
  });

  it('is blocked once when no watch enforces the deadlines of running agents', () => {
    const working = [opened(['a']), launched('a'), started('a')];
    expect(reasonOf(working, [])).toContain(`"swarm watch ${RUN} --until-needed"`);
    expect(reasonOf(working, ['npm test'])).toContain('no `swarm watch` enforces');
    expect(reasonOf(working, [`swarm watch ${RUN} --until-needed`])).toBeNull();
    expect(reasonOf(working)).toBeNull();
    expect(reasonOf([...working, held], [])).toBeNull();
  });
});
