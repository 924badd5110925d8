import type { HereDoc, Redirection } from 'unbash';
import { expandParts, expandText, type WordContext } from './expand-word.ts';
import type { Frame, Interpretation } from './interpretation.ts';
import { UNKNOWN } from './placeholders.ts';
import { forkScope, readFile, writeFile } from './scope.ts';
import type { StreamContent } from './stream-content.ts';
import { createWordContext } from './word-context.ts';

/**
 * Follows the redirections of a command, and checks the files that it writes.
 * @returns the input that they give it; undefined if they give none
 */
export function followRedirections(
  redirections: readonly Redirection[],
  frame: Frame,
  interpretation: Interpretation,
): StreamContent | undefined {
  if (redirections.length === 0) return undefined;
  const { rules, findings } = interpretation;
  const context = createWordContext(frame, interpretation);
  let input: StreamContent | undefined;
  for (const item of redirections) {
    if (item.type === 'HereDoc') {
      input = linesOf(item, context);
    } else if (item.target) {
      const [target = ''] = expandText(item.target, context);
      if (item.type === 'HereString') input = target.split('\n');
      else if (item.operator === '<') input = readFile(frame.scope, target);
      else {
        const verdict = rules.checkTarget(target, {
          ...frame.scope,
          isAppended: item.operator === '>>' || item.operator === '<>',
        });
        findings.add(verdict, frame.source.slice(item.pos, item.end));
      }
    }
  }
  return input;
}

function linesOf({ body }: HereDoc, context: WordContext): string[] {
  const texts = body.parts ? expandParts(body.parts, context) : [body.text];
  return texts.flatMap((text) => text.replace(/\n$/, '').split('\n'));
}

const REDIRECTS_OUTPUT = /^(?:>|>>|>\||&>)$/;

/**
 * Stores output in the files that it is redirected to, since the same command may run them later.
 * @returns the output that is left for what reads the output of the command
 */
export function storeOutput(
  output: StreamContent,
  redirections: readonly Redirection[],
  frame: Frame,
  interpretation: Interpretation,
): StreamContent {
  const { rules, findings, budget } = interpretation;
  let rest = output;
  for (const item of redirections) {
    if (item.type !== 'Redirect' || !item.target || !redirectsOutput(item)) continue;
    const [target = ''] = expandText(item.target, createWordContext(frame, interpretation));
    budget.spend(output.length);
    writeFile(frame.scope, target, output);
    runLater(target, output, frame, interpretation);
    if (output === 'nothing' && item.operator !== '>>') {
      const verdict = rules.checkEmptied(target, frame.scope.cwd);
      findings.add(verdict, frame.source.slice(item.pos, item.end));
    }
    rest = 'nothing';
  }
  return rest;
}

/** Follows what a file will run that shells or git run by themselves. */
export function runLater(
  path: string,
  content: StreamContent,
  { scope }: Frame,
  interpretation: Interpretation,
): void {
  if (!interpretation.programs.runsLater(path) || !isKnown(content)) return;
  const inner = forkScope(scope, interpretation.budget);
  interpretation.runText(content.join('\n'), inner, 'nothing', `${path} runs it`);
}

function isKnown(content: StreamContent): content is readonly string[] {
  return typeof content !== 'string' && !content.includes(UNKNOWN);
}

function redirectsOutput({ operator, descriptor }: Redirection): boolean {
  const isOutput = descriptor?.type !== 'FileDescriptor' || descriptor.value === 1;
  return isOutput && REDIRECTS_OUTPUT.test(operator);
}
