import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowOwnCommand } from '../../../src/app/hooks/allow-own-command.ts';
import type { HookOutput } from '../../../src/app/hooks/hook-context.ts';
import { preBashEvent } from '../../../src/schema/hook-event.ts';
import { type Harness, openHarness, treeOf } from '../../support/hook-harness.ts';

function ask(harness: Harness, command: string, agentId?: string): HookOutput {
  return allowOwnCommand(
    preBashEvent.parse(harness.session.bash(command, agentId)),
    harness.context,
  );
}

const ANYWHERE = ['checkpoint', 'result', 'status', 'summary', 'list'];
const BY_ORCHESTRATOR = ['plan', 'watch', 'cancel', 'retry', 'resume', 'doctor', 'help'];
const BY_PERSON = ['install', 'uninstall', 'prune', 'run', 'mcp', '--help', 'x'];

const ALLOWED = { hookSpecificOutput: { permissionDecision: 'allow' } };

describe('a swarm command in Bash', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await openHarness({ a: [] });
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  it.each(ANYWHERE)('%s is allowed in the conversation and in agents', (name) => {
    expect(ask(harness, `swarm ${name} x`)).toMatchObject(ALLOWED);
    expect(ask(harness, `swarm ${name} x`, 'aa')).toMatchObject(ALLOWED);
  });

  it.each(BY_ORCHESTRATOR)('%s is allowed in the conversation alone', (name) => {
    expect(ask(harness, `swarm ${name} x`)).toMatchObject(ALLOWED);
    expect(ask(harness, `swarm ${name} x`, 'aa')).toBeNull();
  });

  it.each(BY_PERSON)('%s is left to the permissions of the session', (name) => {
    expect(ask(harness, `swarm ${name} x`)).toBeNull();
    expect(ask(harness, `swarm ${name} x`, 'aa')).toBeNull();
  });

  it.each(['approve', 'deny'])('%s asks the person, whatever the session allows', (name) => {
    expect(ask(harness, `swarm ${name} x`)).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'ask' },
    });
    expect(ask(harness, `swarm ${name} x`, 'aa')).toBeNull();
  });

  it.each([
    'swarm status && ls',
    'swarm status > f',
    'swarm status $(ls)',
    'ls',
    'A=1 swarm status',
  ])('is not alone in %j, which is left to the permissions of the session', (command) => {
    expect(ask(harness, command)).toBeNull();
  });
});

describe('a report in a here-document', () => {
  const command = (ref: string, text: string) => `swarm result ${ref} - <<'EOF'\n${text}EOF\n`;
  const long = `${'über 🙂 $(x) \\ `y`\n'.repeat(6_000)}`;

  async function working(): Promise<Harness & { ref: string }> {
    const harness = await openHarness({ a: [] });
    harness.launch('a');
    harness.link('a');
    return Object.assign(harness, { ref: `${harness.paths.run}/a` });
  }

  it('that fits a command line is stored by that command', async () => {
    await using harness = await working();
    const output = ask(harness, command(harness.ref, 'short\n'), 'aa');
    expect(output).toMatchObject(ALLOWED);
    expect(output).not.toHaveProperty('hookSpecificOutput.updatedInput');
    expect(existsSync(join(harness.paths.results, 'a.md'))).toBe(false);
  });

  it('that does not fit is stored from the hook, and the command only confirms it', async () => {
    await using harness = await working();
    expect(ask(harness, command(harness.ref, long), 'aa')).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: 'allow',
        updatedInput: { command: `swarm result ${harness.ref} --stored`, description: 'run it' },
      },
    });
    expect(readFileSync(join(harness.paths.results, 'a.md'), 'utf8')).toBe(long);
    harness.send(harness.session.subagentStop('aa', 'Abstract.'));
    expect(harness.report('a')).toBe(long);
  });

  it.each(['x', '../a', '20200101-000000-000aaa/A'])('of %s is not stored', async (ref) => {
    await using harness = await working();
    const before = treeOf(harness.root);
    expect(ask(harness, command(ref, long), 'aa')).not.toHaveProperty(
      'hookSpecificOutput.updatedInput',
    );
    expect(treeOf(harness.root)).toEqual(before);
  });

  it('that would not be alone is not stored', async () => {
    await using harness = await working();
    const before = treeOf(harness.root);
    expect(ask(harness, `${command(harness.ref, long)}\nls`, 'aa')).toBeNull();
    expect(treeOf(harness.root)).toEqual(before);
  });
});
