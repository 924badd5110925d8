import { expect, it } from 'vitest';
import { describeIssue } from '../../../src/errors/validation-issue.ts';
import { parsePlan } from '../../../src/plan/parse-plan.ts';

/** The findings of a plan with this front matter, each in a line. */
function findingsOf(front: string, heading = 'a'): string[] {
  const { findings } = parsePlan(`---\n${front}\n---\n## ${heading}\nDo it.\n`);
  return findings.map((issue) => describeIssue('plan.md', issue));
}

const taskWith = (field: string) => `goal: g\ntasks:\n  - id: a\n    title: t\n    ${field}`;

it.each([
  ['a goal', 'goal: Close issue #3041\ntasks:\n  - id: a\n    title: t', 2, 'Close issue #3041'],
  ['a title', 'goal: g\ntasks:\n  - id: a\n    title: Case #12 of it', 5, 'Case #12 of it'],
  ['a first field', 'goal: g\ntasks:\n  - title: Port C #4\n    id: a', 4, 'Port C #4'],
  ['a glob', taskWith('writes:\n      - a #b'), 7, 'a #b'],
])('finds %s that would be cut at its " #"', (_, front, line, text) => {
  const [finding = ''] = findingsOf(front);
  expect(finding).toContain(`plan.md:${line}: expected quotes around a text that contains " #"`);
  expect(finding).toContain(text);
});

it('leaves comments and quoted texts alone', () => {
  const front = [
    'goal: g # what is wanted',
    '#a line',
    'tasks: # all',
    '  - id: a     # kebab-case, unique',
    '    title: "Case #12"   # 3 to 8 words',
    "    writes: ['a #1', b#2] #",
    '    tier: quick ## short',
  ].join('\n');
  expect(findingsOf(front)).toEqual([]);
});

it.each([
  ...['/docs/**', '~/docs/**', '$PWD/docs', '%CD%/docs', 'C:/docs', '../docs'],
  ...['docs/../../x', '$HOME', 'docs\\\\a.md'],
])('finds the path %s in writes, which can match no file of the repository', (glob) => {
  const [finding = ''] = findingsOf(taskWith(`writes: ["${glob}"]`));
  expect(finding).toMatch(/^plan\.md:6: tasks\[0\]\.writes\[0\]: expected (?:a path|slashes)/);
});

it.each(['docs', './docs', 'docs/', 'src/[slug]/\\\\[id\\\\].ts', 'app/$id.tsx', '.', 'a..b'])(
  'accepts the path %s',
  (glob) => {
    expect(findingsOf(taskWith(`writes: ["${glob}"]`))).toEqual([]);
  },
);

it.each([
  ['docs', 'docs/a.md'],
  ['docs', 'docs/**'],
  ['.', 'docs/a.md'],
])('takes %s for everything below it, which overlaps %s', (one, other) => {
  const tasks = [one, other].map((glob, at) => `  - {id: t${at}, title: t, writes: ["${glob}"]}`);
  const findings = findingsOf(`goal: g\ntasks:\n${tasks.join('\n')}`, 't0\nx\n\n## t1');
  expect(findings[0]).toContain('expected no overlap');
});

it.each([
  ['a zero-width space', 'goal: g\ntasks:\n  - id: a\u200b\n    title: t', '"a\\u200b"'],
  ['a soft hyphen', 'goal: g\ntasks:\n  - id: a\u00adb\n    title: t', '"a\\u00adb"'],
  ['a tag', 'goal: g\ntasks:\n  - id: a\u{e0041}\n    title: t', '"a\\u{e0041}"'],
  [
    'a no-break space as indentation',
    'goal: g\ntasks:\n\u00a0\u00a0- id: a',
    'plan.md:4: expected indentation with plain spaces, found "\\u00a0\\u00a0- id: a"',
  ],
])('shows %s', (_, front, shown) => {
  expect(findingsOf(front).join('\n')).toContain(shown);
});

it('accepts several byte order marks', () => {
  const text = '\ufeff\ufeff---\ngoal: g\ntasks:\n  - id: a\n    title: t\n---\n## a\nDo it.\n';
  expect(parsePlan(text).findings).toEqual([]);
});

it.each([
  ['an open quote', 'goal: "g\ntasks:\n  - id: a', 2, 'expected a closing "'],
  ['an open list', taskWith('needs: [b, c\n    tier: quick'), 6, 'expected a closing ]'],
  ['an open mapping', 'goal: g\ntasks:\n  - {id: a\n  - {id: b}', 4, 'expected a closing }'],
])('names the line on which %s begins', (_, front, line, expected) => {
  expect(findingsOf(front)[0]).toContain(`plan.md:${line}: ${expected}`);
});

it.each([
  ['quorum: 0', 'a number of tasks from 1'],
  ['budgetUsd: 0', 'expected more than 0'],
  ['title: 2024', 'expected text, in quotes, found 2024'],
  ['id: 7', 'expected a kebab-case id'],
])('says what is expected instead of %s', (field, expected) => {
  const isOfTask = !field.startsWith('quorum');
  const own = ['id: a', 'title: t'].filter((line) => line.split(':')[0] !== field.split(':')[0]);
  const task = [...own, ...(isOfTask ? [field] : [])].join('\n    ');
  const front = `goal: g\n${isOfTask ? '' : `${field}\n`}tasks:\n  - ${task}`;
  expect(findingsOf(front).join('\n')).toContain(expected);
});
