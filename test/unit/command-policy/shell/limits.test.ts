// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are shell commands
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownPrograms } from '../../../../src/command-policy/programs/known-programs.ts';
import { OBSTACLES } from '../../../../src/command-policy/rules/unreadable-rules.ts';
import { interpret } from '../../../../src/command-policy/shell/interpreter.ts';
import { findMatch, ROOT, ruleOf } from '../../../support/command-policy.ts';

const SURROUNDINGS = {
  environment: { cwd: ROOT, home: '/home/dev', variables: new Map() },
  programs: knownPrograms(ROOT),
};
const NO_RULES = {
  obstacles: OBSTACLES,
  checkCall: () => null,
  checkTarget: () => null,
  checkEmptied: () => null,
  checkUnreadable: () => null,
};

describe('the interpreter', () => {
  it('reports a command on which a rule fails', () => {
    const rules = {
      ...NO_RULES,
      checkCall: (): never => {
        throw new TypeError('a fault');
      },
    };
    expect(interpret('ls', { ...SURROUNDINGS, rules })?.rule).toBe('unreadable');
  });

  it('reports commands that are nested too deeply or take too much work', () => {
    const deep = Array.from({ length: 30 }).reduce<string>((text) => `eval ${text}`, 'ls');
    expect(ruleOf(deep)).toBeNull();
    expect(ruleOf('x=\'eval "$x"\'; eval "$x"')).toBe('unreadable');
    expect(ruleOf('f() { g; g; }; g() { h; h; }; h() { f; ls; }; f')).toBeNull();
    expect(ruleOf(`${'('.repeat(5000)}git push -f${')'.repeat(5000)}`)).not.toBeNull();
  });

  it('reads long commands, and gives up if the ways to expand a text grow without bound', () => {
    const loops = (count: number) =>
      'for a in 1 2; do x=$x$a; '.repeat(count) + 'done; '.repeat(count);
    expect(findMatch(loops(7))).toBeNull();
    expect(ruleOf(loops(20))).toBe('unreadable');
    expect(ruleOf('{a,b}'.repeat(30))).toBe('unknown-program');
    expect(findMatch('rm -rf dist\n'.repeat(2000))).toBeNull();
  });

  it.each([
    ['rm -rf .', '*', 'x'],
    ['a=xxxxxxxxxx; ', 'a=$a$a; ', 'echo "$a"'],
    ['a=x; ', 'a=$(echo $a $a); ', 'echo "$a"'],
    ['a=(x); ', 'a=("${a[@]}" "${a[@]}"); ', 'echo "${a[@]}"'],
    ['a=x; ', 'a+=$a; ', 'echo "$a"'],
    ['echo x > f; ', 'cat f >> f; ', 'wc f'],
    ['echo x > f; while read -r l; do ', 'echo "$l$l" >> f; ', 'done < f'],
    ['', 'if a; then x=1$x; else x=2$x; fi; ', 'echo "$x"'],
    ['echo ', '{a,', `b${'}'.repeat(3000)}`],
    ['echo $(basename ', '/', 'a)'],
    ['', 'cd a; ', 'ls'],
    ['', 'sudo -x ', 'ls'],
    ['', 'docker run -v a ', 'ls'],
    ['find ', 'a ', '-exec ls {} ; '.repeat(300)],
    ["psql -c '", '/*', "'"],
    ["psql -c '", 'alter table a drop constraint ', "'"],
    ["python3 -c '", 'run("', "'"],
    ["python3 -c 'run(", 'a', ")'"],
  ])('reads a thousand repetitions without failing: %s%s…%s', (start, part, end) => {
    expect(() => findMatch(start + part.repeat(1000) + end)).not.toThrow();
  });

  const times = (count: number, part: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => part(index)).join('');

  it.each<[string, (depth: number) => string]>([
    ['functions', (depth) => `${times(depth, (i) => `f${i}() { f${i + 1}; f${i + 1}; }; `)}f0`],
    ['loops', (depth) => `${'for a in 1 2; do '.repeat(depth)}ls; ${'done; '.repeat(depth)}`],
    ['options', (depth) => `${'sudo -x env -y '.repeat(depth)}ls`],
    [
      'scripts',
      (depth) => `${times(depth, (i) => `echo 'sh ${i}; sh ${i}' > ${i + 1}; `)}sh ${depth}`,
    ],
  ])('bounds the work for nested %s by the length of the command', (_, grow) => {
    for (const depth of [1, 2, 3, 5, 8, 10, 12, 14, 16, 20, 30, 40]) {
      let calls = 0;
      const rules = {
        ...NO_RULES,
        checkCall: () => {
          calls++;
          return null;
        },
      };
      const command = grow(depth);
      interpret(command, { ...SURROUNDINGS, rules });
      expect(calls).toBeLessThan(6_000 + command.length);
    }
  });

  const ofLength = (length: number, part: string) => part.repeat(Math.ceil(length / part.length));

  it.each([
    ['export ', 'a=b ', '; git push --force'],
    ['', 'a=b ', 'git push --force'],
    ['', 'a=b; ', 'git push --force'],
    ['', 'a+=b; ', 'git push --force'],
  ])('finds a command after 125 kB of assignments: %s%s…', (start, part, end) => {
    expect(ruleOf(start + ofLength(125_000, part) + end)).toBe('force-push');
  });

  // Each took more than ten seconds before work was counted. The limit is far above what they take.
  it.each([
    ['case x in ', 'a) b=1;; ', 'esac'],
    ['cat ', '<<E ', '\nE\n'],
    ["psql -c '", '/*', "'"],
    ["psql -c 'delete from a where", ' ', "'"],
    ["mongosh --eval 'db.a.remove(", ' ', "'"],
    ["python3 - <<'E'\n", 'eval(', '\nE\n'],
    ["python3 - <<'E'\n", 'os.remove(f)\n', 'E\n'],
    ['aws ', '-x a ', 's3 ls'],
    ['env ', '-S a ', 'ls'],
    ['find . ', '-exec a ', ''],
    ['echo ', '$(;) ', ''],
    ['', 'cd aaaaaaaaaaaaaaaaaaaaaaaa; ', 'ls'],
    ['', 'ls | ', 'cat'],
    ['echo ', '$(', ''],
  ])('judges 60 kB in bounded time: %s%s…', { timeout: 5_000 }, (start, part, end) => {
    expect(() => findMatch(start + ofLength(60_000, part) + end)).not.toThrow();
  });

  it.each([
    ['( ', ' )'],
    ['{ ', '; }'],
    ['if ', '; then :; fi'],
    ['echo $((1+$(', ')))'],
    ['echo "$(', ')"'],
    ['echo ${a:-$(', ')}'],
    ['echo ${a[$(', ')]}'],
    ['cat <(', ')'],
    ['a=($(', '))'],
    ['[[ -n $(', ') ]]'],
  ])('finds a command at any depth: %s…%s', (open, close) => {
    const nested = (depth: number) => `${open.repeat(depth)}git push -f${close.repeat(depth)}`;
    const depths = [1, 2, 8, 9, 30, 100, 120, 121, 254, 255, 256, 257, 300, 1000];
    expect(depths.filter((depth) => !findMatch(nested(depth)))).toEqual([]);
  });

  it('finds a command at any depth of braces', () => {
    const nested = (depth: number) =>
      `echo ${'{a,'.repeat(depth)}$(git push -f)${'}'.repeat(depth)}`;
    expect([1, 2, 8, 9, 100].filter((depth) => !findMatch(nested(depth)))).toEqual([]);
  });

  it('never throws, whatever the text', () => {
    const word = fc.constantFrom(
      ...['rm', '-rf', '$x', '"', "'", '$(', ')', '`', '{', '}', '|', '&&', ';', '<<E', '\n', 'E'],
      ...['if', 'then', 'fi', 'do', 'done', 'case', 'esac', 'git', 'xargs', '((', '[[', ']]', '\\'],
      ...[
        '$((',
        '${',
        '}',
        '@(',
        '<(',
        '>',
        '&',
        '\0',
        '\r',
        'alias',
        'a=',
        'eval',
        '{a,',
        '..',
        'sh',
      ],
      ...[
        'docker',
        'run',
        '--',
        '-c',
        'find',
        '-exec',
        ';',
        'python',
        'psql',
        'crontab',
        'tar',
        '\uE000',
      ],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (command) => {
        findMatch(command, [command]);
      }),
      { numRuns: 2000 },
    );
  });
});
