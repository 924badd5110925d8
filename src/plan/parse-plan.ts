import { toValidationIssues, type ValidationIssue } from '../errors/validation-issue.ts';
import { checkBriefs } from './check-briefs.ts';
import { checkChecks, type JudgeCheck } from './check-checks.ts';
import { checkNeeds } from './check-needs.ts';
import { checkWrites } from './check-writes.ts';
import {
  MAX_TASKS,
  type Plan,
  type PlanFrontMatter,
  planFrontMatter,
  type Task,
} from './plan-schema.ts';
import { type PlanBody, readBody } from './read-body.ts';
import { countLineBreaks, type LineOf, readFrontMatter } from './read-front-matter.ts';
import { outlineOf } from './task-outline.ts';

export type { JudgeCheck } from './check-checks.ts';

/** A plan, or everything that is wrong with it, in the order of its lines. */
export type ParsedPlan = { plan: Plan; findings: [] } | { plan: null; findings: ValidationIssue[] };

/** The tasks that a run has. */
export interface OpenRun {
  tasks: readonly Pick<Task, 'id' | 'needs' | 'writes'>[];
  /** The ids of those that have ended, beside which no other task runs. */
  ended: ReadonlySet<string>;
}

const NO_RUN: OpenRun = { tasks: [], ended: new Set() };

const MAX_PLAN_CHARACTERS = 2_000_000;

/**
 * Parses a plan and checks it. All findings are reported at once.
 * @param text Markdown with YAML front matter
 * @param judgeCheck what is wrong with one entry of a `check`
 * @param open the run whose tasks it adds to or changes; by default it is a plan of its own
 */
export function parsePlan(
  text: string,
  judgeCheck: JudgeCheck = () => null,
  open: OpenRun = NO_RUN,
): ParsedPlan {
  const source = text.replace(/^\ufeff+/, '').replace(/\r\n?/g, '\n');
  const unreadable = text.length > MAX_PLAN_CHARACTERS ? tooLarge(text) : findNul(source);
  if (unreadable) return rejected(unreadable);
  const front = readFrontMatter(source);
  if ('findings' in front) return rejected(...front.findings);
  const body = readBody(front.body, front.bodyLine);
  if ('findings' in body) return rejected(...body.findings);

  const parsed = planFrontMatter.safeParse(front.data);
  const findings = [
    ...checkTasks(front.data, body, front.lineOf, open),
    ...checkChecks(front.data, front.lineOf, judgeCheck),
  ];
  if (!parsed.success) {
    const { issues } = parsed.error;
    return rejected(
      ...toValidationIssues(issues, planFrontMatter, front.data, front.lineOf),
      ...findings,
    );
  }
  findings.push(...checkQuorum(parsed.data, front.lineOf));
  return findings.length > 0 ? rejected(...findings) : accepted(parsed.data, body);
}

function accepted({ tasks, ...rest }: PlanFrontMatter, body: PlanBody): ParsedPlan {
  const briefs = new Map(body.sections.map(({ heading, text }) => [heading, text]));
  const withBriefs = tasks.map((task) => ({ ...task, brief: briefs.get(task.id) ?? '' }));
  return { plan: { ...rest, context: body.context, tasks: withBriefs }, findings: [] };
}

function rejected(...findings: ValidationIssue[]): ParsedPlan {
  return { plan: null, findings: findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

function tooLarge({ length }: string): ValidationIssue {
  const expected = `at most ${MAX_PLAN_CHARACTERS} characters`;
  return { code: 'too-large', line: null, path: '', expected, found: String(length) };
}

function findNul(source: string): ValidationIssue | null {
  const nul = source.indexOf('\0');
  if (nul === -1) return null;
  const line = 1 + countLineBreaks(source.slice(0, nul));
  const found = 'a NUL, as in a binary file or in UTF-16';
  return { code: 'no-text', line, path: '', expected: 'text in UTF-8', found };
}

/** Checks what concerns several tasks, even if the schema has rejected some of their fields. */
function checkTasks(
  data: unknown,
  body: PlanBody,
  lineOf: LineOf,
  { tasks, ended }: OpenRun,
): ValidationIssue[] {
  const outline = outlineOf(data);
  const named = new Set(outline.map(({ id }) => id));
  const others = tasks.filter(({ id }) => !named.has(id)).map((task) => ({ ...task, index: -1 }));
  // Findings are about the later one of two tasks.
  const all = [...others, ...outline];
  // The time of these checks grows with the square of the number of tasks.
  if (all.length > MAX_TASKS) return others.length > 0 ? [tooMany(all.length)] : [];
  return [
    ...checkNeeds(all, lineOf),
    ...checkWrites(
      all.filter(({ id }) => !ended.has(id)),
      lineOf,
    ),
    ...checkBriefs(outline, body, lineOf),
  ];
}

function tooMany(count: number): ValidationIssue {
  const expected = `at most ${MAX_TASKS} tasks together with those of the run`;
  return { code: 'too-many-tasks', line: null, path: 'tasks', expected, found: String(count) };
}

function checkQuorum({ quorum, tasks }: PlanFrontMatter, lineOf: LineOf): ValidationIssue[] {
  if (typeof quorum !== 'number' || quorum <= tasks.length) return [];
  const expected = `at most ${tasks.length}, the number of tasks`;
  const line = lineOf(['quorum']);
  return [{ code: 'quorum', line, path: 'quorum', expected, found: String(quorum) }];
}
