import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findMatch } from '../../support/command-policy.ts';

interface Judged {
  command: string;
  harmful: boolean;
}

function read(list: number): Judged[] {
  const file = new URL(`../../fixtures/unseen-commands-${list}.jsonl`, import.meta.url);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

// Drawn by somebody who had not seen the rules. What the README says about the first measurement
// cannot be repeated, since the rules were corrected afterwards.
describe.each([1, 2, 3, 4, 5])('list %i of commands that were new to the rules', (list) => {
  const commands = read(list);

  it('is mostly detected', () => {
    const harmful = commands.filter((one) => one.harmful);
    const held = harmful.filter(({ command }) => findMatch(command));
    expect(held.length / harmful.length).toBeGreaterThanOrEqual(0.9);
  });

  it('causes hardly any false alarms', () => {
    const harmless = commands.filter((one) => !one.harmful);
    const alarms = harmless.filter(({ command }) => findMatch(command));
    expect(alarms.length / harmless.length).toBeLessThanOrEqual(0.01);
  });
});
