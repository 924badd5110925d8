import { forEachChild, type ParsedScript, parse, type Statement, type SyntaxNode } from 'unbash';
import {
  runAndOr,
  runArithmeticFor,
  runCase,
  runFor,
  runIf,
  runPipeline,
  runWhile,
} from './control-flow.ts';
import { type Finding, Findings } from './findings.ts';
import type { Environment, Frame, Interpretation, Node, Surroundings } from './interpretation.ts';
import { UNKNOWN } from './placeholders.ts';
import type { Programs } from './programs.ts';
import { followRedirections, storeOutput } from './redirections.ts';
import type { Obstacle, RuleSet } from './rule-set.ts';
import { runCommand } from './run-command.ts';
import {
  createScope,
  forgetPositional,
  forkScope,
  type Scope,
  type ShellFunction,
} from './scope.ts';
import { concatenate, type StreamContent } from './stream-content.ts';
import { WorkBudget } from './work-budget.ts';

/**
 * Goes through a command as a shell would, without running anything. It follows directories,
 * variables, pipes and files as far as the text tells, and asks the rules about every program. It
 * takes every branch of a condition, and assumes that every `cd` succeeds.
 * @returns the worst that the rules found: the first that is forbidden, or else the first of all
 */
export function interpret(command: string, surroundings: Surroundings): Finding | null {
  return new Interpreter(surroundings, command).run();
}

/** The parser takes time in proportion to the square of the here-documents of a line. */
const MAX_HERE_DOCUMENTS = 100;

/** @throws {RangeError} if a line starts more here-documents than the parser can read in time */
function limitHereDocuments(text: string): void {
  const lines = text.includes('<<') ? text.replaceAll('\\\n', '').split('\n') : [];
  if (lines.some((line) => line.split('<<').length > MAX_HERE_DOCUMENTS)) {
    throw new RangeError('too many here-documents');
  }
}

/** The work of parsing a text, in addition to that of its characters. */
const WORK_OF_SCRIPT = 50;

class Interpreter implements Interpretation {
  readonly environment: Environment;
  readonly programs: Programs;
  readonly rules: RuleSet;
  readonly budget: WorkBudget;
  readonly findings = new Findings();
  readonly called = new Set<ShellFunction['body']>();
  readonly running = new Set<ShellFunction['body']>();
  readonly atExit: (() => void)[] = [];
  readonly #command: string;
  readonly #unreadable = new Set<string>();

  constructor({ environment, programs, rules }: Surroundings, command: string) {
    this.environment = environment;
    this.programs = programs;
    this.rules = rules;
    this.budget = new WorkBudget(command.length);
    this.#command = command;
  }

  run(): Finding | null {
    try {
      this.#runAsShell();
    } catch (error) {
      // A command that the interpreter fails on must not pass as harmless.
      const obstacle: Obstacle = error instanceof RangeError ? 'too large' : 'internal error';
      this.findings.add(this.rules.obstacles[obstacle], this.#command);
    }
    return this.findings.worst;
  }

  /** Runs the command, then its traps, then the functions that it defines but never calls. */
  #runAsShell(): void {
    const scope = createScope(this.environment.cwd);
    this.runText(this.#command, scope, 'nothing', this.#command);
    for (const run of this.atExit) run();
    for (const { body, source } of scope.functions.values()) {
      forgetPositional(scope);
      if (!this.called.has(body)) this.runNode(body, { source, scope, input: 'nothing' });
    }
  }

  runText(text: string, scope: Scope, input: StreamContent, shown: string): StreamContent {
    if (text.trim() === UNKNOWN) {
      this.findings.add(this.rules.obstacles['unknown script'], shown);
      return 'unknown';
    }
    this.budget.spend(WORK_OF_SCRIPT + text.length);
    limitHereDocuments(text);
    return this.runScript(parse(text), { source: text, scope, input });
  }

  runScript(script: ParsedScript, outer: Frame): StreamContent {
    this.budget.spend(script.end - script.pos);
    const frame = { ...outer, source: script.source ?? outer.source, pipeline: undefined };
    const output = this.#runAll(script.commands, frame);
    if (script.errors?.length) {
      this.#checkUnreadable(frame.source);
    }
    return output;
  }

  /** Checks each text once, even if many of its substitutions are not valid. */
  #checkUnreadable(source: string): void {
    if (this.#unreadable.has(source)) return;
    this.#unreadable.add(source);
    this.budget.spendOn([source]);
    this.findings.add(this.rules.checkUnreadable(source), source);
  }

  #runAll(statements: readonly Statement[], frame: Frame): StreamContent {
    const outputs = statements.map(({ command, background }) => {
      const inner = background ? { ...frame, scope: forkScope(frame.scope, this.budget) } : frame;
      return this.runNode(command, inner);
    });
    return concatenate(outputs, this.budget);
  }

  runNode(node: Node, frame: Frame): StreamContent {
    return this.budget.nest(() => this.#runKind(node, frame));
  }

  #runKind(node: Node, frame: Frame): StreamContent {
    switch (node.type) {
      case 'Command':
        return runCommand(node, frame, this);
      case 'Pipeline':
        return runPipeline(node, frame, this);
      case 'AndOr':
        return runAndOr(node, frame, this);
      case 'CompoundList':
        return this.#runAll(node.commands, frame);
      case 'BraceGroup':
        return this.runNode(node.body, frame);
      case 'Subshell':
      case 'Coproc':
        return this.runNode(node.body, { ...frame, scope: forkScope(frame.scope, this.budget) });
      case 'Redirected': {
        const input = followRedirections(node.redirects, frame, this) ?? frame.input;
        const output = this.runNode(node.command, { ...frame, input });
        return storeOutput(output, node.redirects, frame, this);
      }
      case 'If':
        return runIf(node, frame, this);
      case 'For':
      case 'Select':
        return runFor(node, frame, this);
      case 'While':
        return runWhile(node, frame, this);
      case 'ArithmeticFor':
        return runArithmeticFor(node, frame, this);
      case 'Case':
        return runCase(node, frame, this);
      case 'Function':
        frame.scope.functions.set(node.name.value, { body: node.body, source: frame.source });
        return 'nothing';
      case 'TestCommand':
      case 'ArithmeticCommand':
        this.visit(node, frame);
        return 'nothing';
    }
  }

  visit(node: SyntaxNode, frame: Frame): void {
    this.budget.spend(node.end - node.pos);
    this.budget.nest(() =>
      forEachChild(node, (child) => {
        if (child.type !== 'Script') return this.visit(child, frame);
        this.runScript(child, { ...frame, scope: forkScope(frame.scope, this.budget) });
      }),
    );
  }
}
