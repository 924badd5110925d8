import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash } from '../support/orchestrator.ts';
import { makePlan, outcomes, playSession } from '../support/swarm-session.ts';
import type { TempDir } from '../support/temp-dir.ts';

/** Runs in a project with hooks of its own, and agents that end their turn before their work. */

const TIMEOUT_MS = 300_000;

/** Adds a hook to the project's settings. @param code has the event in `event` */
function withHook(event: string, matcher: string, code: string): (repo: TempDir) => void {
  return ({ path }) => {
    const script = join(path, '.claude', 'hook.cjs');
    mkdirSync(join(path, '.claude'), { recursive: true });
    writeFileSync(
      script,
      `const event = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n${code}\n`,
    );
    const hooks = [{ type: 'command', command: 'node', args: [script] }];
    const settings = { hooks: { [event]: [{ matcher, hooks }] } };
    writeFileSync(join(path, '.claude', 'settings.json'), JSON.stringify(settings));
  };
}

test('an agent whose prompt another hook replaced gets its brief and does its task', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  const code = `const prompt = event.tool_input.prompt + '\\n\\nHOUSE RULES: be brief.';
    const updatedInput = { ...event.tool_input, prompt };
    const decision = { hookEventName: 'PreToolUse', permissionDecision: 'allow', updatedInput };
    setTimeout(() => console.log(JSON.stringify({ hookSpecificOutput: decision })), 2_000);`;
  await using session = await playSession({
    plan: makePlan([{ id: 'one' }]),
    prepare: withHook('PreToolUse', 'Agent|Task', code),
    agents: {
      one: ({ raw }) => ({
        text: JSON.stringify(raw).includes('Do one.') ? 'The report.' : 'I see no task.',
      }),
    },
  });

  expect(session.run.read('results/one.md')).toBe('The report.');
  expect(session.run.ledger.map(({ event }) => event)).toContain('brief.replaced');
  expect(session.run.errors).toBe('');
});

test('an agent that another hook sends back, or that waits for its command, reports once it has ended', {
  timeout: TIMEOUT_MS,
}, async () => {
  const code = `if (/^First word/.test(event.last_assistant_message))
    console.log(JSON.stringify({ decision: 'block', reason: 'CHECK FIRST' }));`;
  const order: string[] = [];
  const report = (text: string) => {
    order.push(text);
    return { text };
  };
  await using session = await playSession({
    plan: makePlan([{ id: 'sent' }, { id: 'waits' }, { id: 'last', needs: ['sent', 'waits'] }]),
    prepare: withHook('SubagentStop', '', code),
    agents: {
      sent: ({ raw, step }) => {
        if (!JSON.stringify(raw).includes('CHECK FIRST')) return { text: 'First word.' };
        return step === 1 ? bash('node -e "setTimeout(() => {}, 3000)"') : report('Checked.');
      },
      waits: ({ step }) => {
        const command = 'node -e "setTimeout(() => {}, 3000)"';
        if (step === 0) return bash(command, { run_in_background: true });
        return step === 1 ? { text: 'It runs, and I wait.' } : report('It ran.');
      },
      last: () => report('Both are done.'),
    },
    args: ['--allowedTools', 'Bash(node *)'],
  });

  const { run } = session;
  expect(outcomes(run.status)).toEqual({
    sent: 'completed',
    waits: 'completed',
    last: 'completed',
  });
  expect(order.at(-1)).toBe('Both are done.');
  expect(run.read('results/sent.md')).toBe('Checked.');
  expect(run.read('results/waits.md')).toBe('It ran.');
  expect(run.status.tasks.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  expect(run.errors).toBe('');
});
