import { describe, expect, it } from 'vitest';
import { findLaunchToken, launchToken, parseTaskRef } from '../../../src/run/task-ref.ts';

const REF = { run: '20261122-181530-412k7x', task: 'audit-routes' };
const TOKEN = `swarm:${REF.run}/${REF.task}`;

describe('the launch token', () => {
  it('is parsed as it is written', () => {
    expect(launchToken(REF)).toBe(TOKEN);
    expect(findLaunchToken(TOKEN)).toEqual({ ref: REF });
  });

  it.each([`  ${TOKEN}`, `\n${TOKEN}\n`, `${TOKEN}\nand the brief`, `${TOKEN} and more`])(
    'is found in %j',
    (prompt) => {
      expect(findLaunchToken(prompt)).toEqual({ ref: REF });
    },
  );

  it.each(['', 'Audit', `Do ${TOKEN}`, `First.\n${TOKEN}`, `/${TOKEN}`, 'swarm: go', 'Swarm:x/y'])(
    'is not found in %j',
    (prompt) => {
      expect(findLaunchToken(prompt)).toBeNull();
    },
  );

  it.each([
    'x',
    REF.run,
    `${REF.run}/`,
    `${REF.run}/A`,
    `${REF.run}/a/b`,
    `../${REF.run}/a`,
    `${REF.run}/../x`,
    `20261122/${REF.task}`,
    `${REF.run}/a\u0000`,
  ])('is malformed with swarm:%j', (name) => {
    expect(findLaunchToken(`swarm:${name}`)).toEqual({ malformed: name });
    expect(parseTaskRef(name)).toBeNull();
  });
});
