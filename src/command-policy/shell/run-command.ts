import type { Assignment, Command, Word } from 'unbash';
import { combine, expandText, expandWord } from './expand-word.ts';
import type { Frame, Interpretation } from './interpretation.ts';
import { BREAK, UNKNOWN } from './placeholders.ts';
import { followRedirections, storeOutput } from './redirections.ts';
import { type ProgramRun, runCall } from './run-call.ts';
import { setVariable } from './scope.ts';
import type { StreamContent } from './stream-content.ts';
import { createWordContext } from './word-context.ts';

/** Runs a simple command: assignments, redirections, and a program with its arguments. */
export function runCommand(
  node: Command,
  frame: Frame,
  interpretation: Interpretation,
): StreamContent {
  const { scope, source } = frame;
  const context = createWordContext(frame, interpretation);
  const input = followRedirections(node.redirects, frame, interpretation) ?? frame.input;
  const environment = new Map<string, readonly string[]>();
  for (const item of node.prefix) {
    if (item.type === 'Assignment') {
      environment.set(item.name, assignedValues(item, frame, interpretation));
    }
  }
  if (!node.name) {
    for (const [name, values] of environment) setVariable(scope, name, values);
    return storeOutput('nothing', node.redirects, frame, interpretation);
  }
  const names = withoutUnknownDefault(node.name, expandWord(node.name, context));
  const args = node.args.flatMap((arg) =>
    arg.type === 'Word'
      ? expandWord(arg, context).flat()
      : assignedValues(arg, frame, interpretation).map((value) => `${arg.name}=${value}`),
  );
  const run: ProgramRun = {
    frame: { ...frame, input },
    text: frame.pipeline ?? source.slice(node.pos, node.end),
    environment,
  };
  const outputs = names.map((name) => runCall([...name, ...args], scope.cwd, run, interpretation));
  const output = outputs.length === 1 ? (outputs[0] ?? 'nothing') : 'unknown';
  return storeOutput(output, node.redirects, frame, interpretation);
}

/** Takes a program with a default, as in `${NODE:-node}`, for its default if nothing else is known. */
function withoutUnknownDefault({ text }: Word, names: string[][]): string[][] {
  if (!/\$\{\w+:?[-=]/.test(text)) return names;
  const known = names.filter(([name]) => !name?.includes(UNKNOWN));
  return known.length > 0 ? known : names;
}

function assignedValues(
  { name, value, append: isAppended, index }: Assignment,
  frame: Frame,
  interpretation: Interpretation,
): string[] {
  const context = createWordContext(frame, interpretation);
  if (index) interpretation.visit(index, frame);
  const values =
    value.type === 'Word'
      ? expandText(value, context)
      : [value.elements.flatMap((word) => expandWord(word, context).flat()).join(BREAK)];
  if (!isAppended) return values;
  const separator = value.type === 'Word' ? '' : BREAK;
  const before = frame.scope.variables.get(name) ?? [UNKNOWN];
  return combine(
    before,
    values.map((text) => separator + text),
    context,
  );
}
