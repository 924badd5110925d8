import type {
  AndOr,
  ArithmeticFor,
  Case,
  CommandNode,
  CompoundList,
  For,
  If,
  Pipeline,
  PipelineNode,
  Select,
  While,
} from 'unbash';
import { expandWord } from './expand-word.ts';
import type { Frame, Interpretation } from './interpretation.ts';
import { BREAK, UNKNOWN } from './placeholders.ts';
import { forkScope, joinScopes, type Scope, setVariable } from './scope.ts';
import { concatenate, type StreamContent } from './stream-content.ts';
import { createWordContext } from './word-context.ts';

export function runAndOr(
  { commands, operators }: AndOr,
  frame: Frame,
  interpretation: Interpretation,
): StreamContent {
  const { scope } = frame;
  const { budget } = interpretation;
  const [first] = commands;
  const before = first && isTest(first) ? forkScope(scope, budget) : undefined;
  const output = commands.reduce<StreamContent>((sum, command, index) => {
    if (operators[index - 1] !== '||') {
      return concatenate([sum, interpretation.runNode(command, frame)], budget);
    }
    // The right side of `||` runs after a failure, usually to end the script.
    const other = interpretation.runNode(command, { ...frame, scope: forkScope(scope, budget) });
    return sum === 'unknown' || sum === 'nothing' ? other : sum;
  }, 'nothing');
  if (before) {
    const { cwd } = scope;
    joinScopes(scope, [before, forkScope(scope, budget)], budget);
    scope.cwd = cwd;
  }
  return output;
}

function isTest(node: PipelineNode): boolean {
  if (node.type === 'TestCommand') return true;
  return node.type === 'Command' && /^(?:\[|test)$/.test(node.name?.text ?? '');
}

export function runPipeline(
  { commands, operators, pos, end }: Pipeline,
  frame: Frame,
  interpretation: Interpretation,
): StreamContent {
  if (operators.length === 0) {
    return commands.reduce<StreamContent>(
      (_, command) => interpretation.runNode(command, frame),
      'nothing',
    );
  }
  return commands.reduce<StreamContent>((output, command: CommandNode, index) => {
    // A pipe is there to carry something, so output that seems to be nothing counts as unknown.
    const input = index > 0 && output === 'nothing' ? 'unknown' : output;
    const isShown = index > 0 && command.type === 'Command';
    const pipeline = isShown ? frame.source.slice(pos, end) : undefined;
    const scope = forkScope(frame.scope, interpretation.budget);
    return interpretation.runNode(command, { ...frame, scope, input, pipeline });
  }, frame.input);
}

export function runIf(node: If, frame: Frame, interpretation: Interpretation): StreamContent {
  interpretation.runNode(node.clause, frame);
  const bodies = [node.then, ...node.elif.map((elif) => elif.then)];
  for (const { clause } of node.elif) interpretation.runNode(clause, frame);
  return runBranches([...bodies, node.else], frame, interpretation);
}

export function runCase(node: Case, frame: Frame, interpretation: Interpretation): StreamContent {
  const patterns = node.items.flatMap((item) => item.pattern);
  for (const word of [node.word, ...patterns]) interpretation.visit(word, frame);
  const hasDefault = patterns.some(({ text }) => text === '*');
  const bodies = node.items.map(({ body }) => body);
  return runBranches(hasDefault ? bodies : [...bodies, undefined], frame, interpretation);
}

/** Runs each branch in a scope of its own; `undefined` stands for a branch that does nothing. */
function runBranches(
  bodies: readonly (CompoundList | undefined)[],
  frame: Frame,
  interpretation: Interpretation,
): StreamContent {
  const outputs: StreamContent[] = [];
  const scopes = bodies.map((body) => {
    const scope = forkScope(frame.scope, interpretation.budget);
    if (body) outputs.push(interpretation.runNode(body, { ...frame, scope }));
    return scope;
  });
  joinScopes(frame.scope, scopes, interpretation.budget);
  return outputs.some((output) => output !== 'nothing') ? 'unknown' : 'nothing';
}

export function runFor(
  { name, wordlist, body }: For | Select,
  frame: Frame,
  interpretation: Interpretation,
): StreamContent {
  const context = createWordContext(frame, interpretation);
  const values = wordlist
    ? wordlist.flatMap((word) => expandWord(word, context).flat())
    : context.lookUp('@').flatMap((value) => value.split(BREAK));
  setVariable(frame.scope, name.value, values.length > 0 ? values : [UNKNOWN]);
  return runLoop([body], frame, interpretation, name.value);
}

export function runWhile(
  { clause, body }: While,
  frame: Frame,
  interpretation: Interpretation,
): StreamContent {
  return runLoop([clause, body], frame, interpretation);
}

export function runArithmeticFor(
  { initialize, test, update, body }: ArithmeticFor,
  frame: Frame,
  interpretation: Interpretation,
): StreamContent {
  for (const part of [initialize, test, update]) if (part) interpretation.visit(part, frame);
  return runLoop([body], frame, interpretation);
}

/**
 * Runs a loop twice, since what the first round sets takes effect in the second.
 * @param variable the variable of the loop, which takes all its values in each round
 */
function runLoop(
  bodies: readonly CompoundList[],
  frame: Frame,
  interpretation: Interpretation,
  variable?: string,
): StreamContent {
  const { scope: outer } = frame;
  const values = variable === undefined ? [] : (outer.variables.get(variable) ?? []);
  let output: StreamContent = 'nothing';
  for (const round of [1, 2]) {
    const before = forkScope(outer, interpretation.budget);
    const scope = forkScope(outer, interpretation.budget);
    const outputs = bodies.map((body) => interpretation.runNode(body, { ...frame, scope }));
    output = concatenate(outputs, interpretation.budget);
    joinScopes(outer, [before, scope], interpretation.budget);
    if (variable !== undefined) setVariable(outer, variable, values);
    if (round === 2 || isSame(before, outer)) break;
    outer.cwd = scope.cwd === UNKNOWN ? before.cwd : scope.cwd;
  }
  return output;
}

function isSame(before: Scope, after: Scope): boolean {
  if (before.cwd !== after.cwd || before.variables.size !== after.variables.size) return false;
  return [...after.variables].every(([name, values]) => {
    const known = before.variables.get(name);
    return known?.length === values.length && values.every((value, at) => value === known[at]);
  });
}
