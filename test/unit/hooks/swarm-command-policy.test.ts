import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_RIGHTS, type CommandRights } from '../../../src/commands/command-rights.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

/** The commands that the agent of task `a` may call, compared with the table of commands. */

let harness: Harness;

beforeAll(async () => {
  harness = await openHarness({ a: [], b: [] });
  harness.launch('a');
  harness.link('a');
});
afterAll(() => harness[Symbol.asyncDispose]());

/** The reason for which a command of the agent is denied; null if it is not. */
function denialOf(command: string): string | null {
  const output = harness.send({
    ...harness.session.subagentStop('aa', ''),
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_use_id: 'toolu_1',
    tool_input: { command },
  });
  const decision = JSON.stringify(output ?? {});
  const [, reason = null] = /"permissionDecision":"deny".*?Reason":"([^"]*)"/.exec(decision) ?? [];
  return reason;
}

const ROWS: readonly CommandRights[] = COMMAND_RIGHTS;
const rowsThat = (...changes: CommandRights['changes'][]) =>
  ROWS.filter((row) => changes.includes(row.changes));

describe('an agent of a run', () => {
  it.each(rowsThat('run', 'gate'))('may not call `swarm $name`', ({ name }) => {
    const target = `${harness.paths.run}/b`;
    for (const call of [`swarm ${name} ${target}`, `cd x && swarm ${name} ${target} > out`]) {
      expect(denialOf(call), call).toMatch(/No agent may do it/);
    }
  });

  it.each(rowsThat('nothing'))('may call `swarm $name`', ({ name }) => {
    expect(denialOf(`swarm ${name}`)).toBeNull();
  });

  it.each(rowsThat('task'))('may call `swarm $name` only for its own task', ({ name }) => {
    expect(denialOf(`swarm ${name} ${harness.paths.run}/a 40 x`)).toBeNull();
    expect(denialOf(`swarm ${name} ${harness.paths.run}/b 40 x`)).toMatch(/No agent may do it/);
  });
});
