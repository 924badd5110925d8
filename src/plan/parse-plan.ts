import matter from 'gray-matter';
import { Lexer, type Token } from 'marked';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { explainYamlError } from '../errors/explain-yaml-error.ts';
import { quote, toValidationIssues, type ValidationIssue } from '../errors/validation-issue.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { globsOverlap, readGlob } from './glob-overlap.ts';
import {
  MAX_TASKS,
  type Plan,
  type PlanFrontMatter,
  planFrontMatter,
  taskId,
} from './plan-schema.ts';
import { planWaves } from './waves.ts';

export type ParsedPlan = { plan: Plan; findings: [] } | { plan: null; findings: ValidationIssue[] };

const MAX_PLAN_CHARACTERS = 2_000_000;

/**
 * Reads a plan. Every finding is reported at once.
 * @param text Markdown with YAML front matter
 */
export function parsePlan(text: string): ParsedPlan {
  if (text.length > MAX_PLAN_CHARACTERS) {
    return rejected(
      finding('too-large', null, '', `at most ${MAX_PLAN_CHARACTERS} characters`, `${text.length}`),
    );
  }
  const source = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const nul = source.indexOf('\0');
  if (nul !== -1) {
    const found = 'a NUL, as in a binary file or in UTF-16';
    return rejected(
      finding('no-text', 1 + countLines(source.slice(0, nul)), '', 'text in UTF-8', found),
    );
  }
  const front = readFrontMatter(source);
  if ('findings' in front) return rejected(...front.findings);

  const body = readBody(front.body, front.bodyLine);
  if ('findings' in body) return rejected(...body.findings);
  const parsed = planFrontMatter.safeParse(front.data);
  const outline = outlineOf(front.data);
  const findings = [
    ...(parsed.success
      ? []
      : toValidationIssues(parsed.error.issues, planFrontMatter, front.data, front.lineOf)),
    ...(parsed.success ? checkQuorum(parsed.data, front.lineOf) : []),
    // These take time that grows with the square of the number of tasks.
    ...(outline.length > MAX_TASKS ? [] : checkAcross(outline, body, front.lineOf)),
  ];
  if (!parsed.success || findings.length > 0) return rejected(...findings);

  const briefs = new Map(body.sections.map((section) => [section.heading, section.text]));
  const { goal, quorum, tasks } = parsed.data;
  return {
    plan: {
      goal,
      quorum,
      context: body.context,
      tasks: tasks.map((task) => ({ ...task, brief: briefs.get(task.id) ?? '' })),
    },
    findings: [],
  };
}

function rejected(...findings: ValidationIssue[]): ParsedPlan {
  return { plan: null, findings: findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

function finding(
  code: string,
  line: number | null,
  path: string,
  expected: string,
  found: string,
): ValidationIssue {
  return { code, line, path, expected, found };
}

type LineOf = (path: readonly PropertyKey[]) => number | null;

interface FrontMatter {
  data: unknown;
  body: string;
  /** Line of the file on which the body begins. */
  bodyLine: number;
  lineOf: LineOf;
}

const NO_OTHER_LANGUAGE = {
  parse(): never {
    throw new Error('only YAML front matter is read');
  },
};

function readFrontMatter(source: string): FrontMatter | { findings: ValidationIssue[] } {
  if (!/^---[ \t]*\n/.test(source)) {
    const [first = ''] = source.split('\n', 1);
    const found =
      source.trim() === '' ? 'nothing' : first.trim() === '' ? 'an empty line' : quote(first);
    const expected = '"---", with which the YAML front matter begins';
    return { findings: [finding('no-front-matter', 1, '', expected, found)] };
  }
  // gray-matter ends the front matter at the first line that begins so, whatever follows.
  const [end, rest] = /\n---(.*)/.exec(source) ?? [];
  if (rest?.trim() !== '') {
    return {
      findings: [
        finding(
          'no-front-matter',
          1,
          '',
          'a second line "---" after the front matter',
          end === undefined ? 'none' : quote(end.trim()),
        ),
      ],
    };
  }
  const lines = new LineCounter();
  let document: Document | undefined;
  const { content } = matter(source, {
    language: 'yaml',
    engines: {
      yaml: {
        parse(text: string) {
          document = parseDocument(text, {
            lineCounter: lines,
            prettyErrors: false,
            logLevel: 'error',
          });
          return {};
        },
      },
      javascript: NO_OTHER_LANGUAGE,
      json: NO_OTHER_LANGUAGE,
    },
  });
  const yaml = document ?? parseDocument('');
  // gray-matter hands over what follows the first "---", line break included.
  const lineAt = (offset: number) => lines.linePos(offset).line;
  // A tag that is not known is no error to the parser, which takes the tag away.
  const mistakes = [...yaml.errors, ...yaml.warnings];
  if (mistakes.length > 0) {
    const text = source.split('\n');
    return {
      findings: mistakes.map((mistake) => {
        const line = lineAt(mistake.pos[0]);
        const { expected, found } = explainYamlError(mistake, text[line - 1] ?? '');
        return finding('bad-yaml', line, '', expected, found);
      }),
    };
  }
  const data = readData(yaml, lineAt);
  if ('findings' in data) return data;
  return {
    data: data.value,
    body: content,
    bodyLine: 1 + countLines(source) - countLines(content),
    lineOf: (path) => lineOfField(yaml, path, lineAt),
  };
}

/** The value of the document, where its aliases can be followed, and not too many of them. */
function readData(
  yaml: Document,
  lineAt: (offset: number) => number,
): { value: unknown } | { findings: ValidationIssue[] } {
  const findings: ValidationIssue[] = [];
  visit(yaml, {
    Alias(_, alias) {
      if (alias.resolve(yaml)) return;
      const line = lineAt(alias.range?.[0] ?? 0);
      findings.push(
        finding(
          'bad-yaml',
          line,
          '',
          'quotes around a text that begins with "*"',
          quote(`*${alias.source}`),
        ),
      );
    },
  });
  if (findings.length > 0) return { findings };
  try {
    const value: unknown = yaml.toJS({ maxAliasCount: 20 });
    // An alias within what it stands for makes a value without end, which cannot be shown.
    JSON.stringify(value);
    return { value };
  } catch (error) {
    const expected = 'few aliases, none within what it stands for';
    const [found] = (error as Error).message.split('\n');
    return { findings: [finding('bad-yaml', 1, '', expected, found ?? '')] };
  }
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

/** The line of a field, or of the closest thing around it that is there. */
function lineOfField(
  document: Document,
  path: readonly PropertyKey[],
  lineAt: (offset: number) => number,
): number | null {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (isScalar(pair?.key) && pair.key.range) return lineAt(pair.key.range[0]);
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lineAt(node.range[0]);
  }
  return 1;
}

interface Section {
  heading: string;
  line: number;
  text: string;
}

interface Body {
  context: string;
  sections: Section[];
}

/** Splits the body at its `## ` headings; those inside code, HTML, lists and quotes are text. */
function readBody(body: string, firstLine: number): Body | { findings: ValidationIssue[] } {
  let blocks: Token[];
  try {
    blocks = new Lexer().blockTokens(body, []);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const expected = 'lists and quotes that nest less deeply';
    return { findings: [finding('too-deep', firstLine, '', expected, error.message)] };
  }
  const sections: Section[] = [];
  let context = '';
  let line = firstLine;
  for (const token of blocks) {
    const section = sections.at(-1);
    if (token.type === 'heading' && token.depth === 2 && token.raw.startsWith('##')) {
      sections.push({ heading: token.text.trim(), line, text: '' });
    } else if (section) section.text += token.raw;
    else context += token.raw;
    line += countLines(token.raw);
  }
  for (const section of sections) section.text = section.text.trim();
  return { context: context.trim(), sections };
}

/** What of a task the checks across tasks look at. */
interface Outline {
  index: number;
  id: string;
  needs: string[];
  writes: string[];
}

/** Reads as much of the tasks as can be read, so that one bad field does not hide other findings. */
function outlineOf(data: unknown): Outline[] {
  const tasks = (data as { tasks?: unknown } | null)?.tasks;
  if (!Array.isArray(tasks)) return [];
  return tasks.flatMap((task: unknown, index) => {
    const { id, needs, writes } = (task ?? {}) as Record<string, unknown>;
    return typeof id === 'string'
      ? { index, id, needs: onlyStrings(needs), writes: onlyStrings(writes) }
      : [];
  });
}

function onlyStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function checkAcross(outline: Outline[], body: Body, lineOf: LineOf): ValidationIssue[] {
  return [
    ...checkIds(outline, lineOf),
    ...findCycles(outline, lineOf),
    ...findOverlaps(outline, lineOf),
    ...checkSections(outline, body, lineOf),
  ];
}

function checkQuorum({ quorum, tasks }: PlanFrontMatter, lineOf: LineOf): ValidationIssue[] {
  if (typeof quorum !== 'number' || quorum <= tasks.length) return [];
  const expected = `at most ${tasks.length}, the number of tasks`;
  return [finding('quorum', lineOf(['quorum']), 'quorum', expected, String(quorum))];
}

function checkIds(outline: Outline[], lineOf: LineOf): ValidationIssue[] {
  const ids = new Set(outline.map((task) => task.id));
  const hint = hintsFrom(ids);
  return outline.flatMap(({ index, id, needs }, position) => {
    const isDuplicate = outline.slice(0, position).some((other) => other.id === id);
    const duplicate = finding(
      'duplicate-id',
      lineOf(['tasks', index, 'id']),
      `tasks[${index}].id`,
      'an id that no other task has',
      quote(id),
    );
    const unknown = needs
      .filter((need) => !ids.has(need))
      .map((need) =>
        finding(
          'unknown-task',
          lineOf(['tasks', index, 'needs']),
          `tasks[${index}].needs`,
          `ids of tasks of this plan${hint(need)}`,
          quote(need),
        ),
      );
    return isDuplicate ? [duplicate, ...unknown] : unknown;
  });
}

/** Of more misspelt ids it is not looked what was meant: that takes time for each task of the plan. */
const MOST_HINTS = 20;

/** What was meant by an id that is none of these, in words; empty when none is near. */
function hintsFrom(ids: ReadonlySet<string>): (id: string) => string {
  let left = MOST_HINTS;
  return (id) => (left-- > 0 ? didYouMean(id, [...ids]) : '');
}

/** The tasks that `planWaves` cannot place; needs that are not in the plan are left out. */
function stuckTasks(outline: Outline[]): Map<string, Outline> {
  const ids = new Set(outline.map((task) => task.id));
  const known = outline.map((task) => ({ ...task, needs: task.needs.filter((id) => ids.has(id)) }));
  const placed = new Set(planWaves(known).flat());
  return new Map(known.filter((task) => !placed.has(task.id)).map((task) => [task.id, task]));
}

function findCycles(outline: Outline[], lineOf: LineOf): ValidationIssue[] {
  const stuck = stuckTasks(outline);
  const findings: ValidationIssue[] = [];
  for (const [start] of stuck) {
    if (!stuck.has(start)) continue;
    // Every stuck task needs another stuck one, so following needs must come round to a cycle.
    const walk: string[] = [];
    let id = start;
    while (!walk.includes(id)) {
      walk.push(id);
      id = stuck.get(id)?.needs.find((need) => stuck.has(need)) ?? id;
    }
    const cycle = walk.slice(walk.indexOf(id));
    const index = stuck.get(id)?.index ?? 0;
    findings.push(
      finding(
        'cycle',
        lineOf(['tasks', index, 'needs']),
        `tasks[${index}].needs`,
        'needs that do not come back to the task',
        [...cycle, id].join(' → '),
      ),
    );
    for (const member of cycle) stuck.delete(member);
    dropFreed(stuck);
  }
  return findings;
}

/** Drops the tasks that were stuck only behind a cycle already reported. */
function dropFreed(stuck: Map<string, Outline>): void {
  const before = stuck.size;
  for (const [id, task] of stuck) if (!task.needs.some((need) => stuck.has(need))) stuck.delete(id);
  if (stuck.size < before) dropFreed(stuck);
}

function findOverlaps(outline: Outline[], lineOf: LineOf): ValidationIssue[] {
  const behind = transitiveNeeds(outline);
  const inOrder = (a: Outline, b: Outline) =>
    a.id === b.id || behind.get(a.id)?.has(b.id) || behind.get(b.id)?.has(a.id);
  const writers = outline
    .filter((task) => task.writes.length > 0)
    .map((task) => ({ ...task, globs: task.writes.map(readGlob) }));
  return writers.flatMap((task, position) =>
    writers.slice(0, position).flatMap((other) => {
      if (inOrder(task, other)) return [];
      return task.globs.flatMap((glob, nth) => {
        const clash = other.globs.findIndex((claimed) => globsOverlap(glob, claimed));
        if (clash === -1) return [];
        return finding(
          'overlapping-writes',
          lineOf(['tasks', task.index, 'writes', nth]),
          `tasks[${task.index}].writes[${nth}]`,
          `no overlap with the writes of "${other.id}", or "${other.id}" among the needs`,
          `${quote(task.writes[nth])}, which overlaps ${quote(other.writes[clash])}`,
        );
      });
    }),
  );
}

function transitiveNeeds(outline: Outline[]): Map<string, Set<string>> {
  const behind = new Map<string, Set<string>>();
  const byId = new Map(outline.map((task) => [task.id, task]));
  const collect = (id: string): Set<string> => {
    const known = behind.get(id);
    if (known) return known;
    const needs = new Set<string>();
    behind.set(id, needs);
    for (const need of byId.get(id)?.needs ?? []) {
      needs.add(need);
      for (const further of collect(need)) needs.add(further);
    }
    return needs;
  };
  for (const id of byId.keys()) collect(id);
  return behind;
}

function checkSections(outline: Outline[], body: Body, lineOf: LineOf): ValidationIssue[] {
  const ids = new Set(outline.map((task) => task.id));
  const hintAt = hintsFrom(ids);
  const strays = body.sections.flatMap(({ heading, line }, position) => {
    if (!ids.has(heading)) {
      const hint = taskId.safeParse(heading).success
        ? hintAt(heading)
        : ' (use "### " for headings in a brief)';
      const expected = `the id of a task of this plan after "## "${hint}`;
      return finding('unknown-section', line, '', expected, quote(heading));
    }
    const isRepeated = body.sections.slice(0, position).some((other) => other.heading === heading);
    return isRepeated
      ? finding('duplicate-section', line, '', 'one section for each task', quote(heading))
      : [];
  });
  const missing = outline.flatMap(({ index, id }) => {
    const text = body.sections.find((section) => section.heading === id)?.text;
    if (text) return [];
    return finding(
      'missing-brief',
      lineOf(['tasks', index, 'id']),
      `tasks[${index}]`,
      `a section "## ${id}" with the task's brief`,
      text === undefined ? 'none' : 'an empty one',
    );
  });
  return [...strays, ...missing];
}
