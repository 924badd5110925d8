import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandWrapper,
  keepsHarm,
  keepsHarmless,
  WRAPPERS,
} from '../../fixtures/command-wrappers.ts';
import { HARMLESS, IRREVERSIBLE } from '../../fixtures/commands.ts';
import { findMatch, ruleOf } from '../../support/command-policy.ts';

// Text that is not valid shell syntax may become valid inside another command.
const READABLE = Object.values(IRREVERSIBLE)
  .flat()
  .filter((command) => ruleOf(command) !== 'unreadable');

type Keeps = (wrapper: CommandWrapper, command: string) => boolean;

/** A wrapper with a command that it can wrap; the soak test tries all of them. */
const wrapped = (commands: readonly string[], keeps: Keeps) =>
  fc
    .tuple(fc.constantFrom(...WRAPPERS), fc.constantFrom(...commands))
    .filter(([wrapper, command]) => keeps(wrapper, command))
    .map(([wrapper, command]) => wrapper.wrap(command));

// One more argument may change what a wrapped command does.
const OUTER = WRAPPERS.filter((wrapper) => !wrapper.addsArgument);

/** The same with two wrappers, one inside the other. */
const wrappedTwice = (commands: readonly string[], keeps: Keeps) =>
  fc
    .tuple(fc.constantFrom(...OUTER), fc.constantFrom(...WRAPPERS), fc.constantFrom(...commands))
    .filter(([outer, inner, command]) => keeps(inner, command) && keeps(outer, inner.wrap(command)))
    .map(([outer, inner, command]) => outer.wrap(inner.wrap(command)));

// A failure prints the seed and the path, which `fc.assert` takes to repeat it.
describe('wrapping a command', () => {
  it.each([
    ['one wrapper', wrapped(READABLE, keepsHarm)],
    ['two wrappers', wrappedTwice(READABLE, keepsHarm)],
  ])('in %s hides nothing irreversible', (_, commands) => {
    fc.assert(
      fc.property(commands, (command) => findMatch(command) !== null),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['one wrapper', wrapped(HARMLESS, keepsHarmless)],
    ['two wrappers', wrappedTwice(HARMLESS, keepsHarmless)],
  ])('in %s makes nothing harmless irreversible', (_, commands) => {
    fc.assert(
      fc.property(commands, (command) => findMatch(command) === null),
      { numRuns: 1_000 },
    );
  });

  it('covers every wrapper with many commands', () => {
    const rarely = WRAPPERS.filter(
      (wrapper) => READABLE.filter((command) => keepsHarm(wrapper, command)).length <= 150,
    );
    expect(rarely).toEqual([]);
  });
});
