import { describe, expect, it } from 'vitest';
import { gateForm, readForm } from '../../../src/mcp/elicitation-forms.ts';
import type { PendingGate } from '../../../src/run/pending-gates.ts';

function waiting(command: string, reason = 'It replaces what others pushed.'): PendingGate {
  const gate = {
    id: 'toolu_g',
    at: '2026-11-22T18:15:30.000Z',
    rule: 'force-push',
    reason,
    command,
    sha256: '0'.repeat(64),
    directory: '',
    where: 'command-line',
    status: 'asked',
    decidedAt: null,
    decidedBy: null,
    usedBy: null,
  } as const;
  return { name: '20261122-181530-412abc/release', task: 'release', gate };
}

const choices = (command: string) =>
  gateForm(waiting(command)).params.requestedSchema.properties.decision?.oneOf.map(
    (choice) => choice.const,
  );
const message = (command: string) => gateForm(waiting(command)).params.message;

describe('the form of a gate', () => {
  it('has the whole command within the three lines that the client shows', () => {
    const command = `git push --force origin ${'x'.repeat(60)}`;
    const [, ...lines] = message(command).split('\n');
    expect(lines.slice(0, 2).join('').replaceAll('  ', '')).toBe(command);
    for (const line of message(command).split('\n').slice(0, 3))
      expect(line.length).toBeLessThan(80);
    expect(choices(command)).toEqual(['approve', 'deny']);
  });

  it.each([
    ['has too many lines', 'echo 1\necho 2\ngit push --force'],
    ['has too many empty lines', 'echo 1\n\n\ngit push --force'],
    ['is too long', `git push --force origin ${'x'.repeat(200)}`],
  ])('lets nobody approve a command that %s', (_, command) => {
    expect(choices(command)).toEqual(['later', 'deny']);
    expect(message(command)).toContain('swarm approve 20261122-181530-412abc/release');
  });

  it('shows what would hide a part of the command', () => {
    const shown = message('echo harmless\r\u001b[2Kgit push --force');
    expect(shown.includes('\r') || shown.includes('\u001b')).toBe(false);
    expect(shown).toContain('git push --force');
  });
});

describe('the answer to a form', () => {
  it.each([
    [{ action: 'accept', content: { decision: 'approve' } }, 'approve'],
    [{ action: 'accept', content: { decision: 'deny' } }, 'deny'],
    [{ action: 'accept', content: { decision: ['approve'] } }, null],
    [{ action: 'accept' }, null],
    [{ action: 'decline' }, 'deny'],
    [{ action: 'cancel' }, null],
    [{ content: { decision: 'approve' } }, null],
    [{ action: 'decline', content: { decision: 'approve' } }, 'deny'],
    ['approve', null],
    [null, null],
    [undefined, null],
    [7, null],
  ])('%j is read as %j', (response, choice) => {
    expect(readForm(response)).toBe(choice);
  });
});
