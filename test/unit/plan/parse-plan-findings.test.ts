import { describe, expect, it } from 'vitest';
import { describeIssue, type ValidationIssue } from '../../../src/errors/validation-issue.ts';
import { parsePlan } from '../../../src/plan/parse-plan.ts';

/** A plan of two tasks, `a` on line 4 and `b` on line 8, in which each part can be replaced. */
function source({
  goal = 'goal: Reach it',
  a = '  - id: a\n    title: Do a\n    tier: quick\n    needs: []',
  b = '  - id: b\n    title: Do b\n    tier: long\n    needs: [a]',
  rest = 'quorum: all',
  body = 'Shared.\n\n## a\nBrief a.\n\n## b\nBrief b.\n',
} = {}): string {
  return `---\n${goal}\ntasks:\n${a}\n${b}\n${rest}\n---\n${body}`;
}

function findings(text: string): ValidationIssue[] {
  const { plan, findings } = parsePlan(text);
  expect(plan === null).toBe(findings.length > 0);
  return findings;
}

function places(text: string): string[] {
  return findings(text).map(({ code, line, path }) => `${line} ${code} ${path}`.trim());
}

const A = '  - id: a\n    title: Do a';
const B = '  - id: b\n    title: Do b';

const CASES: { name: string; text: string; found: string[] }[] = [
  { name: 'nothing', text: '', found: ['1 no-front-matter'] },
  { name: 'no front matter', text: '# A plan\n\n## a\n', found: ['1 no-front-matter'] },
  { name: 'a rule before it', text: `\n${source()}`, found: ['1 no-front-matter'] },
  { name: 'no end of it', text: '---\ngoal: g\n', found: ['1 no-front-matter'] },
  { name: 'another end of it', text: '---\ngoal: g\n----\nx\n---\n', found: ['1 no-front-matter'] },
  { name: 'empty front matter', text: '---\n---\n', found: ['1 invalid-field'] },
  { name: 'a list as front matter', text: '---\n- a\n---\n', found: ['1 invalid-field'] },
  { name: 'bad YAML', text: source({ goal: 'goal: a: b' }), found: ['2 bad-yaml'] },
  { name: 'a key twice', text: source({ rest: 'goal: again' }), found: ['12 bad-yaml'] },
  {
    name: 'a tab as indentation',
    text: source({ rest: 'quorum:\n\t- x' }),
    found: ['13 bad-yaml'],
  },
  {
    name: 'a glob without quotes',
    text: source({ a: `${A}\n    writes: [*.md]` }),
    found: ['6 bad-yaml'],
  },
  {
    name: 'two globs without quotes',
    text: source({ a: `${A}\n    writes:\n      - **/*.md\n      - *.ts` }),
    found: ['7 bad-yaml', '8 bad-yaml'],
  },
  {
    name: 'no goal',
    text: source({ goal: 'quorum: 1', rest: '' }),
    found: ['1 missing-field goal'],
  },
  { name: 'an empty goal', text: source({ goal: 'goal: ""' }), found: ['2 invalid-field goal'] },
  {
    name: 'a goal of lines',
    text: source({ goal: 'goal: "a\\nb"' }),
    found: ['2 invalid-field goal'],
  },
  {
    name: 'a field too many',
    text: source({ rest: 'model: x' }),
    found: ['12 unknown-field model'],
  },
  {
    name: 'a field of a task too many',
    text: source({ b: `${B}\n    timeout: 3s` }),
    found: ['10 unknown-field tasks[1].timeout'],
  },
  {
    name: 'no title',
    text: source({ b: '  - id: b' }),
    found: ['8 missing-field tasks[1].title'],
  },
  {
    name: 'a title that clears the screen',
    text: source({ b: '  - id: b\n    title: "\\e[2J"' }),
    found: ['9 invalid-field tasks[1].title'],
  },
  {
    name: 'an unknown tier',
    text: source({ b: `${B}\n    tier: fast` }),
    found: ['10 invalid-field tasks[1].tier'],
  },
  {
    name: 'needs that are no list',
    text: source({ b: `${B}\n    needs: a` }),
    found: ['10 invalid-field tasks[1].needs'],
  },
  {
    name: 'an agent that is no agent type',
    text: source({ b: `${B}\n    agent: "rm -rf"` }),
    found: ['10 invalid-field tasks[1].agent'],
  },
  {
    name: 'an id that is not kebab-case',
    text: source({ b: '  - id: Be_ta\n    title: t', body: '## a\nx\n\n## Be_ta\ny\n' }),
    found: ['8 invalid-field tasks[1].id'],
  },
  {
    name: 'an id that leaves the directory',
    text: source({ b: '  - id: ../b\n    title: t', body: '## a\nx\n\n## ../b\ny\n' }),
    found: ['8 invalid-field tasks[1].id'],
  },
  {
    name: 'a quorum of none',
    text: source({ rest: 'quorum: 0' }),
    found: ['12 invalid-field quorum'],
  },
  {
    name: 'a quorum of words',
    text: source({ rest: 'quorum: most' }),
    found: ['12 invalid-field quorum'],
  },
  {
    name: 'a quorum over 100%',
    text: source({ rest: 'quorum: 101%' }),
    found: ['12 invalid-field quorum'],
  },
  {
    name: 'a quorum over the tasks',
    text: source({ rest: 'quorum: 3' }),
    found: ['12 quorum quorum'],
  },
  {
    name: 'no tasks',
    text: '---\ngoal: g\ntasks: []\n---\n',
    found: ['3 invalid-field tasks'],
  },
  {
    name: 'an id twice',
    text: source({ b: '  - id: a\n    title: Do it again', body: '## a\nx\n' }),
    found: ['8 duplicate-id tasks[1].id'],
  },
  {
    name: 'a need that is no task',
    text: source({ b: `${B}\n    needs: [a, c]` }),
    found: ['10 unknown-task tasks[1].needs'],
  },
  {
    name: 'a task that needs itself',
    text: source({ b: `${B}\n    needs: [b]` }),
    found: ['10 cycle tasks[1].needs'],
  },
  {
    name: 'globs of tasks side by side that overlap',
    text: source({ a: `${A}\n    writes: ["docs/**"]`, b: `${B}\n    writes: ["x", "docs/b.md"]` }),
    found: ['9 overlapping-writes tasks[1].writes[1]'],
  },
  {
    name: 'a section of no task',
    text: source({ body: '## a\nx\n\n## c\ny\n\n## b\nz\n' }),
    found: ['17 unknown-section'],
  },
  {
    name: 'a heading in a brief',
    text: source({ body: '## a\nx\n\n## What to do\ny\n\n## b\nz\n' }),
    found: ['17 unknown-section'],
  },
  {
    name: 'a section of no task behind text of many lines',
    text: source({ body: 'Shared\nof two.\n\n## a\nx\ny\n\n- 1\n- 2\n\n\n## b\nz\n\n## c\n' }),
    found: ['28 unknown-section'],
  },
  {
    name: 'a section twice',
    text: source({ body: '## a\nx\n\n## b\ny\n\n## a\nz\n' }),
    found: ['20 duplicate-section'],
  },
  { name: 'no brief', text: source({ body: '## a\nx\n' }), found: ['8 missing-brief tasks[1]'] },
  {
    name: 'an empty brief',
    text: source({ body: '## b\n\n## a\nx\n' }),
    found: ['8 missing-brief tasks[1]'],
  },
];

describe('the findings of a plan', () => {
  it('are empty for a valid plan', () => {
    expect(findings(source())).toEqual([]);
  });

  it.each(CASES)('$name', ({ text, found }) => {
    expect(places(text)).toEqual(found);
  });

  it('have the line numbers of the file, even with CRLF, a byte order mark and comments', () => {
    const text = source({ goal: '# first\ngoal: g # said\n', rest: 'model: x' });
    expect(places(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toEqual(['14 unknown-field model']);
  });

  it('are reported all at once, in the order of the file', () => {
    const text = source({
      goal: 'gaol: g',
      a: '  - id: a\n    tier: fast\n    needs: [z]\n    writes: ["**"]',
      b: '  - id: b\n    title: ""\n    needs: [b]\n    writes: ["x"]',
      rest: 'quorum: lots',
      body: '## a\nx\n\n## a\ny\n\n## q\nz\n',
    });
    expect(places(text)).toEqual([
      '1 missing-field goal',
      '2 unknown-field gaol',
      '4 missing-field tasks[0].title',
      '5 invalid-field tasks[0].tier',
      '6 unknown-task tasks[0].needs',
      '8 missing-brief tasks[1]',
      '9 invalid-field tasks[1].title',
      '10 cycle tasks[1].needs',
      '11 overlapping-writes tasks[1].writes[0]',
      '12 invalid-field quorum',
      '17 duplicate-section',
      '20 unknown-section',
    ]);
  });

  it('show what was expected and what was found', () => {
    const [finding] = findings(source({ b: `${B}\n    tier: fast` }));
    expect(finding).toMatchObject({ expected: 'quick, medium or long', found: '"fast"' });
  });

  it('list the known fields and suggest the intended field or id', () => {
    const text = source({
      a: '  - id: audit-routes\n    titel: Do it',
      b: `${B}\n    needs: [audit_route, none]`,
      rest: 'model: x',
      body: '## audit-rutes\nx\n\n## b\ny\n',
    });
    const expected = findings(text).map(({ line, expected, found }) => [line, expected, found]);
    const fields =
      'one of the fields id, title, agent, tier, needs, writes, budgetUsd, model, effort, pool, check';
    expect(expected).toContainEqual([5, `${fields} (did you mean title?)`, '"titel"']);
    expect(expected).toContainEqual([
      9,
      'one of the fields goal, tasks, quorum, budgetUsd, budgetTokens, check',
      '"model"',
    ]);
    const ids = 'ids of tasks of this plan';
    expect(expected).toContainEqual([8, `${ids} (did you mean audit-routes?)`, '"audit_route"']);
    expect(expected).toContainEqual([8, ids, '"none"']);
    const heading = 'the id of a task of this plan after "## " (did you mean audit-routes?)';
    expect(expected).toContainEqual([11, heading, '"audit-rutes"']);
  });

  it.each([
    ['goal: Fix: it', 'quotes around a text that contains ": "', '"goal: Fix: it"'],
    ['goal: !important x', 'quotes around a text that begins with "!"', '"goal: !important x"'],
    ['\tgoal: x', 'indentation with spaces, not tabs', '"\\tgoal: x"'],
    ['goal: @x', 'quotes around a text that begins with this character', '"goal: @x"'],
    ["goal: 'it's'", 'valid YAML', "\"goal: 'it's'\" (Unexpected scalar at node end)"],
  ])('explain invalid YAML in plain words: %s', (goal, expected, found) => {
    const [first] = findings(source({ goal }));
    expect(first).toMatchObject({ code: 'bad-yaml', line: 2, expected, found });
  });

  it.each([
    ['', 'nothing'],
    ['\n---\n', 'an empty line'],
    ['```\n---\n', '"```"'],
  ])('show the first line where no front matter begins: %j', (text, found) => {
    expect(findings(text)).toMatchObject([{ code: 'no-front-matter', line: 1, found }]);
  });

  it('report only the first NUL of a binary file, with its line', () => {
    expect(places(source({ body: '## a\n\0' }))).toEqual(['15 no-text']);
  });

  it('are printed without control characters, and shortened', () => {
    const key = `"\\e[31mkey\\u009b2J${'x'.repeat(900)}": 1`;
    const lines = findings(source({ rest: key })).map((one) => describeIssue('plan.md', one));
    expect(lines).toEqual([expect.stringMatching(/^plan\.md:12: keyx+…$/)]);
  });

  it('suggest ids for only the first misspelt ones, since each is compared with all tasks', () => {
    const id = (index: number) => `t${String(index).padStart(63, '0')}`;
    const ids = Array.from({ length: 500 }, (_, index) => id(index));
    const needs = Array.from({ length: 4 }, (_, index) => `x${id(index).slice(1)}`).join(', ');
    const tasks = ids.map((one) => `  - {id: ${one}, title: t, needs: [${needs}]}`);
    const found = findings(`---\ngoal: g\ntasks:\n${tasks.join('\n')}\n---\n`);
    expect(found).toHaveLength(2_500);
    expect(found.filter(({ expected }) => expected.includes('did you mean'))).toHaveLength(20);
  });

  it('allow ordered tasks to write the same files', () => {
    const writes = '\n    writes: ["docs/**"]';
    expect(findings(source({ a: A + writes, b: `${B}\n    needs: [a]${writes}` }))).toEqual([]);
  });
});

describe('cycles', () => {
  const plan = (needs: Record<string, string[]>): string => {
    const ids = Object.keys(needs);
    const tasks = ids.map((id) => `  - {id: ${id}, title: t, needs: [${needs[id]?.join(', ')}]}`);
    const body = ids.map((id) => `## ${id}\nBrief.\n`);
    return `---\ngoal: g\ntasks:\n${tasks.join('\n')}\n---\n${body.join('\n')}`;
  };
  const cycles = (needs: Record<string, string[]>): string[] =>
    findings(plan(needs)).map(({ code, line, found }) => `${code} ${line} ${found}`);

  it('are reported with the tasks on them', () => {
    expect(cycles({ a: ['c'], b: ['a'], c: ['b'] })).toEqual(['cycle 4 a → c → b → a']);
  });

  it('are reported once each, without the tasks behind them', () => {
    const needs = {
      start: ['a', 'x'],
      a: ['b'],
      b: ['a'],
      x: ['y'],
      y: ['x'],
      end: ['start'],
      ok: [],
    };
    expect(cycles(needs)).toEqual(['cycle 5 a → b → a', 'cycle 7 x → y → x']);
  });

  it('are found behind another cycle', () => {
    expect(cycles({ a: ['b'], b: ['a', 'x'], x: ['x'] })).toHaveLength(2);
  });

  it('do not hide an unknown need', () => {
    expect(cycles({ a: ['b', 'zz'], b: ['a'] })).toEqual([
      'unknown-task 4 "zz"',
      'cycle 4 a → b → a',
    ]);
  });
});

describe('the number of tasks', () => {
  const plan = (count: number): string => {
    const ids = Array.from({ length: count }, (_, index) => `t${index}`);
    const tasks = ids.map((id) => `  - {id: ${id}, title: Do ${id}, writes: ["${id}/*"]}`);
    const body = ids.map((id) => `## ${id}\nBrief.\n`);
    return `---\ngoal: g\ntasks:\n${tasks.join('\n')}\n---\n${body.join('\n')}`;
  };

  it('can be 500', () => {
    expect(parsePlan(plan(500)).plan?.tasks).toHaveLength(500);
  });

  it('cannot be 501', () => {
    expect(findings(plan(501))).toMatchObject([
      { code: 'invalid-field', line: 3, path: 'tasks', expected: 'at most 500 items' },
    ]);
  });

  it('is the only finding if there are far more', () => {
    const tasks = Array.from({ length: 2_000 }, (_, index) => `- {id: a, needs: [t${index}]}`);
    const text = `---\ngoal: g\ntasks:\n${tasks.join('\n')}\n---\n`;
    expect(places(text).filter((place) => !place.includes('missing-field'))).toEqual([
      '3 invalid-field tasks',
    ]);
  });
});

it.each([
  ['model', 'gpt', /^sonnet, opus, haiku, fable, .*or a full name such as "claude-/],
  ['effort', 'huge', /low.*medium.*high.*xhigh.*max/],
])('names the known values of %s', (field, value, known) => {
  const [finding, ...others] = findings(source({ a: `${A}\n    ${field}: ${value}` }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    path: `tasks[0].${field}`,
    expected: expect.stringMatching(known),
    found: `"${value}"`,
  });
});
