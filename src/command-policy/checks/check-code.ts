import { codeOf } from '../programs/code-of-call.ts';
import {
  CODE_RULES,
  DELETES_FILE,
  DELETES_IF_RECURSIVE,
  DELETES_TREE,
  IS_HERE,
  IS_HOME,
  IS_TEMPORARY,
  REQUESTS_DELETION,
  RUNS_SQL,
} from '../rules/code-rules.ts';
import { DROPS_ALL } from '../rules/database-rules.ts';
import { LOCAL_HOST } from '../rules/local-host.ts';
import { DELETES } from '../rules/request-rules.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Verdict } from '../shell/rule-set.ts';
import type { WorkTree } from '../work-tree.ts';
import { destroysRows } from './check-database.ts';
import { checkDeletion } from './check-files.ts';

/** Checks what code in another language does by itself, as far as the names of its calls tell. */
export function checkCode(call: Call, workTree: WorkTree): Verdict | null {
  const code = codeOf(call);
  if (code === null) return null;
  const found = CODE_RULES.find(
    (rule) => rule.calls.test(code) && (rule.with?.test(code) ?? true) && !rule.unless?.test(code),
  );
  return (
    checkDeletion(deletedPaths(code, workTree), call.cwd, workTree) ??
    (found ? { rule: found.rule, reason: found.reason } : null) ??
    (statementsIn(code).some(destroysRows) ? DROPS_ALL : null) ??
    (requestsDeletion(code) ? DELETES : null)
  );
}

/** Code that deletes in more places is not followed. */
const MAX_DELETIONS = 50;

function deletedPaths(code: string, { home }: WorkTree): string[] {
  const trees = [...code.matchAll(DELETES_TREE), ...code.matchAll(DELETES_IF_RECURSIVE)].map(
    ([, expression = '']) => expression,
  );
  const files = [...code.matchAll(DELETES_FILE)].map(([, first, second]) => first ?? second ?? '');
  const distinct = { trees: new Set(trees), files: new Set(files) };
  if (distinct.trees.size + distinct.files.size > MAX_DELETIONS) return [UNKNOWN];
  const looped = [...distinct.files].flatMap((name) => loopedOver(name, code) ?? []);
  return [...distinct.trees, ...looped].flatMap((expression) => pathOf(expression, code, home));
}

/** What a loop goes through, if a variable is that of a loop. */
function loopedOver(name: string, code: string): string | undefined {
  const loop = new RegExp(
    `\\bfor(?:each)?\\b[^\\n;]{0,40}?\\b${name}\\s*(?:,\\s*\\w+\\s*)?(?:in|of)\\b\\s*([^\\n]{1,200})`,
  ).exec(code);
  if (loop) return loop[1];
  const at = code.search(
    new RegExp(`\\.(?:each|forEach|map)\\s*\\(?\\s*(?:\\{\\s*\\||\\(|do\\s*\\|)?\\s*${name}\\b`),
  );
  return at < 0
    ? undefined
    : code
        .slice(Math.max(0, at - 200), at)
        .split(/[\n;]/)
        .at(-1);
}

/**
 * The path that an expression stands for: its string literals, put together.
 * @returns nothing for a temporary file; `UNKNOWN` if it may be anything
 */
function pathOf(expression: string, code: string, home: string): string[] {
  const text = expression.trim();
  if (text === '' || IS_TEMPORARY.test(text)) return [];
  const literals = [...text.matchAll(/['"`]([^'"`\n]*)['"`]/g)].map(([, literal = '']) => literal);
  const isHome = IS_HOME.test(text.replace(/['"`][^'"`\n]*['"`]/g, ''));
  if (literals.length === 0 && !isHome) {
    return IS_HERE.test(text) ? ['.'] : pathOfVariable(text, code, home);
  }
  const parts = literals
    .filter((literal) => !/^(?:utf-?8|HOME|USERPROFILE)$/i.test(literal))
    .map((part) => part.replace(/[$#]?\{[^{}]*\}/g, UNKNOWN).replace(/^~(?=\/|$)/, home));
  const paths = /^\(?\[/.test(text) ? parts : [parts.join('/')];
  return paths.map((path) => (isHome && !path.startsWith('/') ? `${home}/${path}` : path));
}

/** A variable is what it is set to first, or what a loop gives it. */
function pathOfVariable(name: string, code: string, home: string): string[] {
  if (!/^[\w$.]+$/.test(name)) return [UNKNOWN];
  const plain = name.replace(/[$.]/g, '\\$&');
  const assigned =
    new RegExp(`(?:^|[\\s;(])${plain}\\s*=\\s*([^\\n;]{1,200})`).exec(code)?.[1] ??
    new RegExp(`\\bwith\\s+([^\\n]{1,200})\\s+as\\s+${plain}\\b`).exec(code)?.[1] ??
    loopedOver(plain, code);
  // What it is set to may again be a variable, but not itself.
  return assigned === undefined ? [UNKNOWN] : pathOf(assigned, '', home);
}

function statementsIn(code: string): string[] {
  return [...code.matchAll(RUNS_SQL)].map(([, ...texts]) => texts.find(Boolean) ?? '');
}

function requestsDeletion(code: string): boolean {
  return [...code.matchAll(REQUESTS_DELETION)].some(
    ([, first, second]) => !LOCAL_HOST.test(first ?? second ?? ''),
  );
}
