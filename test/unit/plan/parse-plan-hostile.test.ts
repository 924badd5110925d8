import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/plan/parse-plan.ts';

const TASKS = 'tasks: [{id: a, title: Do a}]';
const BODY = '## a\nBrief.\n';

const ran: unknown[] = [];
(globalThis as { planRan?: (value: unknown) => void }).planRan = (value) => ran.push(value);

describe('a hostile plan', () => {
  it.each(['js', 'javascript', 'json', ' js', 'coffee', 'yaml', 'toml'])(
    'whose front matter begins with ---%s is not read, and nothing of it runs',
    (language) => {
      const script = 'planRan(1); module.exports = { goal: (planRan(2), "g"), tasks: [] }';
      const { plan, findings } = parsePlan(`---${language}\n${script}\n---\n${BODY}`);
      expect(plan).toBeNull();
      expect(findings).toMatchObject([{ code: 'no-front-matter', line: 1 }]);
      expect(ran).toEqual([]);
    },
  );

  it.each(['!!js/function "planRan(1)"', '!!js/eval "planRan(1)"', '!!python/object "x"'])(
    'whose goal is %s runs nothing',
    (goal) => {
      const { plan } = parsePlan(`---\ngoal: ${goal}\n${TASKS}\n---\n${BODY}`);
      expect(typeof (plan?.goal ?? '')).toBe('string');
      expect(ran).toEqual([]);
    },
  );

  it('cannot grow exponentially by aliases', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const levels = names.map((name, index) => {
      const item = index === 0 ? '"lol"' : `*${names[index - 1]}`;
      return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
    });
    const text = `---\n${levels.join('\n')}\ngoal: *i\n${TASKS}\n---\n${BODY}`;
    expect(parsePlan(text).findings).toMatchObject([{ code: 'bad-yaml' }]);
  });

  it('cannot have an alias inside its own anchor', () => {
    const text = `---\ngoal: &goal [*goal]\n${TASKS}\n---\n${BODY}`;
    expect(parsePlan(text).findings).toMatchObject([{ code: 'bad-yaml' }]);
  });

  it('may have a few aliases', () => {
    const tasks = 'tasks: [{id: a, title: &title Do it}, {id: b, title: *title}]';
    const text = `---\ngoal: g\n${tasks}\n---\n${BODY}\n## b\nBrief.\n`;
    expect(parsePlan(text).plan?.tasks.map((task) => task.title)).toEqual(['Do it', 'Do it']);
  });

  it('cannot reach the prototype of objects', () => {
    const text = `---\n__proto__: {polluted: 1}\nconstructor: 1\ngoal: g\n${TASKS}\n---\n${BODY}`;
    expect(parsePlan(text).findings).toMatchObject([
      { code: 'unknown-field', path: '__proto__', line: 2 },
      { code: 'unknown-field', path: 'constructor', line: 3 },
    ]);
    expect({}).not.toHaveProperty('polluted');
  });

  it('cannot make the parser print warnings', () => {
    const warnings: Error[] = [];
    const collect = (warning: Error): void => void warnings.push(warning);
    process.on('warning', collect);
    parsePlan(`---\n? [a, b]\n: c\n? {d: e}\n: f\ngoal: !x g\n${TASKS}\n---\n${BODY}`);
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        process.off('warning', collect);
        expect(warnings).toEqual([]);
        resolve();
      });
    });
  });

  it('cannot be longer than two million characters', () => {
    expect(parsePlan(`---\n${'x'.repeat(2_000_000)}`).findings).toMatchObject([
      { code: 'too-large', line: null },
    ]);
  });

  it.each(['> '.repeat(6_000), '1. '.repeat(6_000)])('cannot be nested too deeply', (text) => {
    const { findings } = parsePlan(`---\ngoal: g\n${TASKS}\n---\n## a\n${text}x\n`);
    expect(findings).toMatchObject([{ code: 'too-deep', line: 5 }]);
  });

  it.each(['[', '*', '![', '](', '_', '`', '<', '<!--', '<a ', '|', '\\'])(
    'may be full of %s',
    (text) => {
      const brief = `x ${text.repeat(100_000)}y`;
      const { plan } = parsePlan(`---\ngoal: g\n${TASKS}\n---\n## a\n${brief}\n`);
      expect(plan?.tasks[0]?.brief === brief).toBe(true);
    },
  );
});
