import { readFileSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  HOOKS,
  type InstallTarget,
  makeInstallTarget,
  names,
  STATUS_LINE,
} from '../../support/install-target.ts';

let target: InstallTarget;

beforeEach(async () => {
  target = await makeInstallTarget();
});
afterEach(() => target.remove());

/** The JSON text of a value, with arbitrary space between tokens. */
function layOut(value: unknown, space: () => string): string {
  const gap = (text: string): string => space() + text + space();
  if (Array.isArray(value)) {
    return gap(`[${value.map((item) => layOut(item, space)).join(',') || space()}]`);
  }
  if (typeof value === 'object' && value !== null) {
    const properties = Object.entries(value).map(
      ([key, item]) => `${gap(JSON.stringify(key))}:${layOut(item, space)}`,
    );
    return gap(`{${properties.join(',') || space()}}`);
  }
  return gap(JSON.stringify(value));
}

const theirHandler = fc.record({
  type: fc.constant('command'),
  command: fc.string(),
  args: fc.array(fc.string(), { maxLength: 2 }),
});
const theirGroup = fc.record(
  { matcher: fc.string(), hooks: fc.array(theirHandler, { maxLength: 2 }) },
  { requiredKeys: ['hooks'] },
);
const theirHooks = fc.dictionary(
  fc.constantFrom('PreToolUse', 'SubagentStop', 'SessionStart', 'Stop', 'Notification'),
  fc.array(theirGroup, { maxLength: 3 }),
);
const settings = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }),
    fc.option(theirHooks, { nil: undefined }),
    fc.boolean(),
  )
  .map(([others, hooks, isFirst]) => {
    const { hooks: _, ...rest } = others;
    if (hooks === undefined) return rest;
    return isFirst ? { hooks, ...rest } : { ...rest, hooks };
  });
const spaces = fc.infiniteStream(fc.constantFrom('', '', '', ' ', '\n', '\r\n', '\t', '\n    '));
const ending = fc.constantFrom('', '\n', '\r\n', '\n\n');

describe('any settings.json', () => {
  it('is the same, byte for byte, after install and uninstall', () => {
    fc.assert(
      fc.property(settings, spaces, ending, fc.boolean(), (value, stream, end, hasMark) => {
        const text = layOut(value, () => stream.next().value as string) + end;
        const bytes = Buffer.from((hasMark ? '\ufeff' : '') + text);
        target.write('settings.json', bytes);
        target.install();
        expect(readFileSync(target.path('settings.json')).equals(bytes)).toBe(false);
        expect(target.install().outcome).toBe('unchanged');
        target.uninstall();
        expect(readFileSync(target.path('settings.json')).equals(bytes)).toBe(true);
        expect(names(target.root)).toEqual(['.claude', '.claude/settings.json']);
      }),
      { numRuns: 100 },
    );
  });

  it('has the same meaning after install and uninstall without the kept copy', () => {
    fc.assert(
      fc.property(settings, spaces, (value, stream) => {
        const text = layOut(value, () => stream.next().value as string);
        target.write('settings.json', text);
        target.install();
        const { hooks: installed, ...rest } = JSON.parse(target.read('settings.json'));
        const { subagentStatusLine, ...others } = rest;
        expect(subagentStatusLine).toEqual(STATUS_LINE);
        const { hooks: before = {}, ...othersBefore } = JSON.parse(text);
        expect(others).toEqual(othersBefore);
        for (const [event, groups] of Object.entries<unknown[]>(HOOKS)) {
          expect(installed[event]).toEqual([...(before[event] ?? []), ...groups]);
        }
        rmSync(target.path('swarm-parallel/settings.before.json'));
        target.uninstall();
        const { hooks: after = {}, ...othersAfter } = JSON.parse(target.read('settings.json'));
        expect(othersAfter).toEqual(othersBefore);
        // A list that was empty is removed together with our entries.
        for (const event of Object.keys(HOOKS))
          if (before[event]?.length === 0) delete before[event];
        expect(after).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it.each([2, 4, '\t'])(
    'is restored byte for byte without the kept copy if indented by %j',
    (indent) => {
      const theirs = { hooks: { SubagentStop: [{ hooks: [{ type: 'command', command: 'x' }] }] } };
      for (const value of [{ a: 1, b: [] }, { ...theirs, z: null }, theirs]) {
        const text = `${JSON.stringify(value, null, indent)}\n`;
        target.write('settings.json', text);
        target.install();
        expect(target.read('settings.json')).toBe(
          `${JSON.stringify(JSON.parse(target.read('settings.json')), null, indent)}\n`,
        );
        rmSync(target.path('swarm-parallel/settings.before.json'));
        target.uninstall();
        expect(target.read('settings.json')).toBe(text);
      }
    },
  );
});
