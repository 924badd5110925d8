import { describe, expect, it } from 'vitest';
import { keepsHarm, keepsHarmless, WRAPPERS } from '../fixtures/command-wrappers.ts';
import { HARMLESS, IRREVERSIBLE } from '../fixtures/commands.ts';
import { findMatch, ruleOf } from '../support/command-policy.ts';

const TIMEOUT_MS = 600_000;

// Text that is not valid shell syntax may become valid inside another command.
const READABLE = Object.values(IRREVERSIBLE)
  .flat()
  .filter((command) => ruleOf(command) !== 'unreadable');

// One more argument may change what a wrapped command does.
const OUTER = WRAPPERS.filter((wrapper) => !wrapper.addsArgument);

// Every command in one wrapper and in every pair of wrappers; the unit test takes samples.
describe.each(WRAPPERS)('in $name', { timeout: TIMEOUT_MS }, (inner) => {
  const harmful = READABLE.filter((command) => keepsHarm(inner, command)).map(inner.wrap);
  const harmless = HARMLESS.filter((command) => keepsHarmless(inner, command)).map(inner.wrap);

  it('alone, every command keeps its classification', () => {
    expect(harmful.filter((command) => !findMatch(command))).toEqual([]);
    expect(harmless.filter((command) => findMatch(command))).toEqual([]);
  });

  it.each(OUTER)('in $name, every command keeps its classification', (outer) => {
    const harmfulTwice = harmful.filter((command) => keepsHarm(outer, command)).map(outer.wrap);
    expect(harmfulTwice.filter((command) => !findMatch(command))).toEqual([]);
    const harmlessTwice = harmless
      .filter((command) => keepsHarmless(outer, command))
      .map(outer.wrap);
    expect(harmlessTwice.filter((command) => findMatch(command))).toEqual([]);
  });
});
