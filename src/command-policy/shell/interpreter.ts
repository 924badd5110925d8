import {
  type AndOr,
  type Assignment,
  type Case,
  type Command,
  type CommandNode,
  type CompoundList,
  type For,
  forEachChild,
  type HereDoc,
  type If,
  type ParsedScript,
  type Pipeline,
  type PipelineNode,
  parse,
  type Redirection,
  type Script,
  type Select,
  type Statement,
  type SyntaxNode,
  type While,
  type Word,
} from 'unbash';
import { BUILTINS, type Shell } from './builtins.ts';
import { type Call, type Flow, readCall, STDIN, UNKNOWN, type Verdict } from './call.ts';
import {
  BREAK,
  combine,
  expandParts,
  expandText,
  expandWord,
  type WordContext,
} from './expand-word.ts';
import { CUSTOMARY_PROGRAMS, downloadsOf, outputOf } from './output.ts';
import type { Place } from './place.ts';
import {
  childScope,
  createScope,
  forgetPositional,
  forkScope,
  joinScopes,
  positionalOf,
  readFile,
  type Scope,
  type ShellFunction,
  setPositional,
  setVariable,
  writeFile,
} from './scope.ts';
import { findNested } from './wrappers.ts';

/** What the interpreter asks of the rules. */
export interface Judge {
  /** @param isBehind whether it is taken for what another program runs, as in `sudo program` */
  judgeCall(call: Call, isBehind: boolean): Verdict | null;
  /** Judges a file that output goes to, as in `> target`. */
  judgeTarget(target: string, cwd: string): Verdict | null;
  /** Judges a file that is emptied, as in `> target` without a program. */
  judgeEmptied(target: string, cwd: string): Verdict | null;
  /** Judges a text that is no shell command. */
  judgeUnreadable(text: string): Verdict | null;
}

/** A verdict on the part of the command that it is about. */
export interface Found extends Verdict {
  command: string;
}

/** Where a node is read. */
interface Frame {
  /** The text that positions are in. */
  source: string;
  scope: Scope;
  input: Flow;
  /** The pipeline that a command is read from, which says more than the command alone. */
  pipeline?: string;
}

/** A program that is about to run. */
interface Run {
  frame: Frame;
  /** The command as written. */
  text: string;
  /** The variables set for this program alone. */
  environment: ReadonlyMap<string, readonly string[]>;
  isBehind?: boolean;
}

const MAX_DEPTH = 120;
/**
 * How much work a command may make: what each of its characters is worth, and as much as scripts
 * need that repeat things. A character that is read counts 1, a program {@link WORK_OF_CALL}.
 */
const WORK_OF_CHARACTER = 12;
const LEAST_WORK = 200_000;
const WORK_OF_CALL = 40;
const TOO_LARGE: Verdict = {
  rule: 'unreadable',
  reason: 'It is too long or nested too deeply to be read.',
};
const NOT_READ: Verdict = { rule: 'unreadable', reason: 'It could not be read.' };
const UNKNOWN_PROGRAM: Verdict = {
  rule: 'unknown-program',
  reason: 'Which program this runs is not known beforehand.',
};
const UNKNOWN_SCRIPT: Verdict = {
  rule: 'unknown-script',
  reason: 'It runs shell text that is not known beforehand.',
};

/** The first line of a script that is not for a shell. */
const OTHER_LANGUAGE = /^#!(?!.*\b(?:ba|z|da|k|a)?sh\b)/;

/**
 * Goes through a shell command as the shell would, without running anything: it follows
 * directories, variables and pipes as far as they can be told, and shows every program to the
 * judge. Of a condition it takes all branches, and it takes a `cd` to succeed.
 */
export class Interpreter {
  found: Found | null = null;
  readonly #judge: Judge;
  readonly #place: Place;
  /** What runs when the shell ends: traps, and functions nobody has called. */
  readonly #atEnd: (() => void)[] = [];
  readonly #called = new Set<ShellFunction['body']>();
  readonly #running = new Set<ShellFunction['body']>();
  #depth = 0;
  #workLeft = 0;

  constructor(judge: Judge, place: Place) {
    this.#judge = judge;
    this.#place = place;
  }

  interpret(command: string): Found | null {
    this.#workLeft = LEAST_WORK + WORK_OF_CHARACTER * command.length;
    try {
      this.#runAsShell(command);
    } catch (error) {
      // A hook that fails lets the call pass; what cannot be read must not.
      this.#report(error instanceof RangeError ? TOO_LARGE : NOT_READ, command);
    }
    return this.found;
  }

  #runAsShell(command: string): void {
    const scope = createScope(this.#place.cwd);
    this.#runText(command, scope, 'nothing', command);
    for (const run of this.#atEnd) run();
    for (const { body, source } of scope.functions.values()) {
      forgetPositional(scope);
      if (!this.#called.has(body)) this.#runNode(body, { source, scope, input: 'nothing' });
    }
  }

  /** @throws {RangeError} when the command makes more work than it may */
  #spend(work: number): void {
    this.#workLeft -= work;
    if (this.#workLeft < 0) throw new RangeError('too much work');
  }

  #report(verdict: Verdict | null, text: string): void {
    // What is forbidden must not come along with something that a person may approve.
    const isWorse = verdict?.isForbidden && !this.found?.isForbidden;
    if (verdict && (!this.found || isWorse)) this.found = { ...verdict, command: oneLine(text) };
  }

  /** What comes out of several commands, one after the other. */
  #join(flows: readonly Flow[]): Flow {
    const [first = 'nothing', ...others] = flows.filter((flow) => flow !== 'nothing');
    if (others.length === 0) return first;
    const lists = [first, ...others].filter((flow) => typeof flow !== 'string');
    if (lists.length <= others.length) return 'unknown';
    const lines = lists.flat();
    this.#spend(lines.length);
    return lines;
  }

  /** @throws {RangeError} when the command is nested more deeply than it may */
  #goDeeper<T>(run: () => T): T {
    this.#spend(1);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new RangeError('nested too deeply');
    const result = run();
    this.#depth -= 1;
    return result;
  }

  /** @param shown what to report where the text is not known */
  #runText(text: string, scope: Scope, input: Flow, shown: string): Flow {
    if (text.trim() === UNKNOWN) {
      this.#report(UNKNOWN_SCRIPT, shown);
      return 'unknown';
    }
    this.#spend(text.length);
    return this.#runScript(parse(text), { source: text, scope, input });
  }

  #runScript(script: ParsedScript, outer: Frame): Flow {
    this.#spend(script.end - script.pos);
    const frame = { ...outer, source: script.source ?? outer.source, pipeline: undefined };
    const flow = this.#runAll(script.commands, frame);
    if (script.errors?.length)
      this.#report(this.#judge.judgeUnreadable(frame.source), frame.source);
    return flow;
  }

  #runAll(statements: readonly Statement[], frame: Frame): Flow {
    const flows = statements.map(({ command, background }) => {
      const inner = background ? { ...frame, scope: forkScope(frame.scope) } : frame;
      return this.#runNode(command, inner);
    });
    return this.#join(flows);
  }

  #runNode(node: Statement['command'] | CompoundList, frame: Frame): Flow {
    this.#spend(frame.scope.variables.size);
    return this.#goDeeper(() => this.#runKind(node, frame));
  }

  #runKind(node: Statement['command'] | CompoundList, frame: Frame): Flow {
    const { scope } = frame;
    switch (node.type) {
      case 'Command':
        return this.#runCommand(node, frame);
      case 'Pipeline':
        return this.#runPipeline(node, frame);
      case 'AndOr':
        return this.#runAndOr(node, frame);
      case 'CompoundList':
        return this.#runAll(node.commands, frame);
      case 'BraceGroup':
        return this.#runNode(node.body, frame);
      case 'Subshell':
        return this.#runNode(node.body, { ...frame, scope: forkScope(scope) });
      case 'Coproc':
        return this.#runNode(node.body, { ...frame, scope: forkScope(scope) });
      case 'Redirected': {
        const input = this.#redirect(node.redirects, frame) ?? frame.input;
        return this.#keepOutput(
          node.redirects,
          this.#runNode(node.command, { ...frame, input }),
          frame,
        );
      }
      case 'If':
        return this.#runIf(node, frame);
      case 'For':
      case 'Select':
        return this.#runFor(node, frame);
      case 'While':
        return this.#runLoop(node, frame, node.clause, node.body);
      case 'ArithmeticFor':
        for (const part of [node.initialize, node.test, node.update]) {
          if (part) this.#visit(part, frame);
        }
        return this.#runLoop(node, frame, node.body);
      case 'Case':
        return this.#runCase(node, frame);
      case 'Function':
        scope.functions.set(node.name.value, { body: node.body, source: frame.source });
        return 'nothing';
      case 'TestCommand':
      case 'ArithmeticCommand':
        this.#visit(node, frame);
        return 'nothing';
    }
  }

  #runAndOr({ commands, operators }: AndOr, frame: Frame): Flow {
    const { scope } = frame;
    const before = forkScope(scope);
    const flow = commands.reduce<Flow>((sum, command, index) => {
      if (operators[index - 1] !== '||') return this.#join([sum, this.#runNode(command, frame)]);
      // What comes after `||` runs when the rest failed, most often to end the script.
      const other = this.#runNode(command, { ...frame, scope: forkScope(scope) });
      return sum === 'unknown' || sum === 'nothing' ? other : sum;
    }, 'nothing');
    const [first] = commands;
    if (first && isTest(first)) {
      const { cwd } = scope;
      joinScopes(scope, [before, forkScope(scope)]);
      scope.cwd = cwd;
    }
    return flow;
  }

  #runPipeline({ commands, operators, pos, end }: Pipeline, frame: Frame): Flow {
    if (operators.length === 0) {
      return commands.reduce<Flow>((_, command) => this.#runNode(command, frame), 'nothing');
    }
    return commands.reduce<Flow>((input, command: CommandNode, index) => {
      // What a program prints that is not known may be anything, and nothing least of all.
      const flow = index > 0 && input === 'nothing' ? 'unknown' : input;
      const isShown = index > 0 && command.type === 'Command';
      const pipeline = isShown ? frame.source.slice(pos, end) : undefined;
      const scope = forkScope(frame.scope);
      return this.#runNode(command, { ...frame, scope, input: flow, pipeline });
    }, frame.input);
  }

  #runIf(node: If, frame: Frame): Flow {
    this.#runNode(node.clause, frame);
    const bodies = [node.then, ...node.elif.map((elif) => elif.then)];
    for (const { clause } of node.elif) this.#runNode(clause, frame);
    const last = node.else ? [node.else] : [undefined];
    return this.#runBranches([...bodies, ...last], frame);
  }

  #runCase(node: Case, frame: Frame): Flow {
    this.#visit(node.word, frame);
    for (const pattern of node.items.flatMap((item) => item.pattern)) this.#visit(pattern, frame);
    const hasDefault = node.items.some(({ pattern }) => pattern.some(({ text }) => text === '*'));
    const bodies = node.items.map(({ body }) => body);
    return this.#runBranches(hasDefault ? bodies : [...bodies, undefined], frame);
  }

  /** Runs each branch on its own; `undefined` is the branch in which nothing happens. */
  #runBranches(bodies: readonly (CompoundList | undefined)[], frame: Frame): Flow {
    const flows: Flow[] = [];
    const scopes = bodies.map((body) => {
      const scope = forkScope(frame.scope);
      if (body) flows.push(this.#runNode(body, { ...frame, scope }));
      return scope;
    });
    joinScopes(frame.scope, scopes);
    return flows.some((flow) => flow !== 'nothing') ? 'unknown' : 'nothing';
  }

  #runFor(node: For | Select, frame: Frame): Flow {
    const context = this.#contextOf(frame);
    const values = node.wordlist
      ? node.wordlist.flatMap((word) => expandWord(word, context).flat())
      : context.lookUp('@').flatMap((value) => value.split(BREAK));
    setVariable(frame.scope, node.name.value, values.length > 0 ? values : [UNKNOWN]);
    return this.#runLoop(node, frame, node.body);
  }

  /** Runs a loop twice, since what it sets counts from its second round on. */
  #runLoop(node: For | Select | While | SyntaxNode, frame: Frame, ...bodies: CompoundList[]): Flow {
    const name = node.type === 'For' || node.type === 'Select' ? node.name.value : undefined;
    const values = name === undefined ? [] : (frame.scope.variables.get(name) ?? []);
    let flow: Flow = 'nothing';
    for (const round of [1, 2]) {
      const before = forkScope(frame.scope);
      const scope = forkScope(frame.scope);
      flow = this.#join(bodies.map((body) => this.#runNode(body, { ...frame, scope })));
      joinScopes(frame.scope, [before, scope]);
      if (name !== undefined) setVariable(frame.scope, name, values);
      if (round === 2 || isSame(before, frame.scope)) break;
      frame.scope.cwd = scope.cwd === UNKNOWN ? before.cwd : scope.cwd;
    }
    return flow;
  }

  /** Runs what is substituted anywhere below a node whose value does not matter. */
  #visit(node: SyntaxNode, frame: Frame): void {
    this.#spend(node.end - node.pos);
    this.#goDeeper(() =>
      forEachChild(node, (child) => {
        if (child.type !== 'Script') return this.#visit(child, frame);
        this.#runScript(child, { ...frame, scope: forkScope(frame.scope) });
      }),
    );
  }

  #contextOf(frame: Frame): WordContext {
    const { scope } = frame;
    const run = (script: Script): Flow =>
      this.#runScript(script, { ...frame, scope: forkScope(scope) });
    return {
      cwd: scope.cwd,
      home: this.#place.home,
      lookUp: (name) => {
        const values = scope.variables.get(name) ?? [this.#lookUpSpecial(name, scope)];
        for (const value of values) this.#spend(value.length);
        return values;
      },
      substitute: (script) => {
        const flow = run(script);
        return typeof flow === 'string' ? (flow === 'nothing' ? '' : UNKNOWN) : flow.join('\n');
      },
      substituteFile: (script) => {
        const flow = run(script);
        const file = `/dev/fd/${63 + scope.files.size}`;
        if (flow !== 'a file') scope.files.set(file, typeof flow === 'string' ? [UNKNOWN] : flow);
        return file;
      },
      visit: (part) => this.#visit(part, frame),
      spend: (work) => this.#spend(work),
    };
  }

  #lookUpSpecial(name: string, { cwd, previous }: Scope): string {
    if (/^[$!?#-]$|^(?:RANDOM|SECONDS|PPID|UID|EUID|BASHPID|LINENO)$/.test(name)) return '1';
    switch (name) {
      case 'PWD':
        return cwd;
      case 'OLDPWD':
        return previous;
      case 'HOME':
        return this.#place.home;
      case 'CLAUDE_PROJECT_DIR':
        return this.#place.root;
      case 'IFS':
        return ' ';
      case 'TMPDIR':
        return '/tmp';
      default:
        return CUSTOMARY_PROGRAMS.get(name) ?? UNKNOWN;
    }
  }

  #runCommand(node: Command, frame: Frame): Flow {
    const { scope, source } = frame;
    const context = this.#contextOf(frame);
    const input = this.#redirect(node.redirects, frame) ?? frame.input;
    const environment = new Map<string, readonly string[]>();
    for (const item of node.prefix) {
      if (item.type === 'Assignment') environment.set(item.name, this.#valuesOf(item, frame));
    }
    if (!node.name) {
      for (const [name, values] of environment) setVariable(scope, name, values);
      return this.#keepOutput(node.redirects, 'nothing', frame);
    }
    const names = withoutDefaulted(node.name, expandWord(node.name, context));
    const args = node.args.flatMap((arg) =>
      arg.type === 'Word'
        ? expandWord(arg, context).flat()
        : this.#valuesOf(arg, frame).map((value) => `${arg.name}=${value}`),
    );
    const run: Run = {
      frame: { ...frame, input },
      text: frame.pipeline ?? source.slice(node.pos, node.end),
      environment,
    };
    const flows = names.map((name) => this.#runCall([...name, ...args], scope.cwd, run));
    const flow = flows.length === 1 ? (flows[0] ?? 'nothing') : 'unknown';
    return this.#keepOutput(node.redirects, flow, frame);
  }

  #valuesOf({ name, value, append: isAppended, index }: Assignment, frame: Frame): string[] {
    const context = this.#contextOf(frame);
    if (index) this.#visit(index, frame);
    const values =
      value.type === 'Word'
        ? expandText(value, context)
        : [value.elements.flatMap((word) => expandWord(word, context).flat()).join(BREAK)];
    if (!isAppended) return values;
    const separator = value.type === 'Word' ? '' : BREAK;
    const before = frame.scope.variables.get(name) ?? [UNKNOWN];
    return combine(
      before,
      values.map((value) => separator + value),
    );
  }

  /** @returns the input that the redirections give, if any */
  #redirect(redirects: readonly Redirection[], frame: Frame): Flow | undefined {
    const context = this.#contextOf(frame);
    let input: Flow | undefined;
    for (const item of redirects) {
      if (item.type === 'HereDoc') {
        input = linesOf(item, context);
      } else if (item.target) {
        const [target = ''] = expandText(item.target, context);
        if (item.type === 'HereString') input = target.split('\n');
        else if (item.operator === '<') input = readFile(frame.scope, target);
        else {
          const verdict = this.#judge.judgeTarget(target, frame.scope.cwd);
          this.#report(verdict, frame.source.slice(item.pos, item.end));
        }
      }
    }
    return input;
  }

  /** Remembers what is written to a file, since the same command may run it. */
  #keepOutput(redirects: readonly Redirection[], flow: Flow, frame: Frame): Flow {
    let rest = flow;
    for (const item of redirects) {
      if (item.type !== 'Redirect' || !item.target || !/^(?:>|>>|>\||&>)$/.test(item.operator)) {
        continue;
      }
      const isOutput = item.descriptor?.type !== 'FileDescriptor' || item.descriptor.value === 1;
      if (!isOutput) continue;
      const [target = ''] = expandText(item.target, this.#contextOf(frame));
      this.#spend(flow.length);
      writeFile(frame.scope, target, flow);
      if (flow === 'nothing' && item.operator !== '>>') {
        const verdict = this.#judge.judgeEmptied(target, frame.scope.cwd);
        this.#report(verdict, frame.source.slice(item.pos, item.end));
      }
      rest = 'nothing';
    }
    return rest;
  }

  #runCall(words: readonly string[], cwd: string, run: Run): Flow {
    this.#spend(WORK_OF_CALL + words.length);
    const { scope, input } = run.frame;
    const call = readCall(words, {
      cwd,
      input,
      readFile: (path) => (STDIN.test(path) ? input : readFile(scope, path)),
    });
    const base = call.name.slice(call.name.lastIndexOf('/') + 1);
    if (base.includes(UNKNOWN)) {
      // What is not known may be empty.
      const rest = base.replaceAll(UNKNOWN, '');
      if (rest !== '') return this.#runCall([rest, ...call.args], cwd, run);
      this.#report(UNKNOWN_PROGRAM, run.text);
      return 'unknown';
    }
    return this.#goDeeper(() => this.#runKnown(call, run));
  }

  #runKnown(call: Call, run: Run): Flow {
    const { scope } = run.frame;
    this.#report(this.#judge.judgeCall(call, run.isBehind ?? false), run.text);
    const builtin = BUILTINS.get(call.program);
    if (builtin) return builtin(call, this.#shellOf(run));
    if (scope.functions.has(call.name)) return this.#runFunction(call, run);
    const alias = scope.aliases.get(call.name);
    if (alias !== undefined) return this.#runChild(`${alias} "$@"`, call.args, call, run);
    const written = call.name.includes('/') ? call.readFile(call.name) : 'a file';
    if (typeof written !== 'string' && !OTHER_LANGUAGE.test(written[0] ?? '')) {
      this.#runChild(written.join('\n'), call.args, call, run);
    }
    let flow: Flow | undefined;
    for (const nested of findNested(call)) {
      const at = nested.cwd ?? call.cwd;
      const rest = nested.isInput ? 'nothing' : call.input;
      flow =
        'words' in nested
          ? this.#runCall(nested.words, at, { ...run, isBehind: true })
          : this.#runChild(nested.text, nested.positional, { ...call, cwd: at, input: rest }, run);
    }
    if (call.program === 'tee') {
      for (const file of call.args) writeFile(scope, file, call.input);
    }
    for (const file of downloadsOf(call)) writeFile(scope, file, 'unknown');
    const output = outputOf(call, this.#place);
    return output === 'unknown' && flow !== undefined ? flow : output;
  }

  /** Runs text in a shell of its own. */
  #runChild(text: string, positional: readonly string[], call: Call, run: Run): Flow {
    const scope = childScope(run.frame.scope, call.cwd, run.environment);
    setPositional(scope, positional);
    return this.#runText(text, scope, call.input, run.text);
  }

  #shellOf({ frame: { scope }, text: shown }: Run): Shell {
    return {
      scope,
      home: this.#place.home,
      runText: (text, input) => this.#runText(text, scope, input, shown),
      runTextAtEnd: (text) => {
        this.#atEnd.push(() => this.#runText(text, scope, 'nothing', shown));
      },
    };
  }

  #runFunction({ name, args, input }: Call, run: Run): Flow {
    const { scope } = run.frame;
    const called = scope.functions.get(name);
    if (!called || this.#running.has(called.body)) return 'unknown';
    const { body, source } = called;
    const before = positionalOf(scope);
    this.#called.add(body);
    this.#running.add(body);
    setPositional(scope, args);
    const flow = this.#runNode(body, { source, scope, input });
    this.#running.delete(body);
    forgetPositional(scope);
    for (const [key, values] of before) scope.variables.set(key, values);
    return flow;
  }
}

function isTest(node: PipelineNode): boolean {
  if (node.type === 'TestCommand') return true;
  return node.type === 'Command' && /^(?:\[|test)$/.test(node.name?.text ?? '');
}

/** A program with a default, as in `${NODE:-node}`, is taken to be one like it. */
function withoutDefaulted({ text }: Word, names: string[][]): string[][] {
  if (!/\$\{\w+:?[-=]/.test(text)) return names;
  const known = names.filter(([name]) => !name?.includes(UNKNOWN));
  return known.length > 0 ? known : names;
}

function linesOf({ body }: HereDoc, context: WordContext): string[] {
  const texts = body.parts ? expandParts(body.parts, context) : [body.text];
  return texts.flatMap((text) => text.replace(/\n$/, '').split('\n'));
}

function isSame(before: Scope, after: Scope): boolean {
  if (before.cwd !== after.cwd || before.variables.size !== after.variables.size) return false;
  return [...after.variables].every(([name, values]) => {
    const known = before.variables.get(name);
    return known?.length === values.length && values.every((value, at) => value === known[at]);
  });
}

const MAX_LENGTH = 160;

/** A command on one line, as short as a message needs it. */
function oneLine(text: string): string {
  const line = text.replaceAll(UNKNOWN, '…').replaceAll(BREAK, ' ').replace(/\s+/g, ' ').trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
