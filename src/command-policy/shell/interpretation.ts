import type { CompoundList, ParsedScript, Statement, SyntaxNode } from 'unbash';
import type { Findings } from './findings.ts';
import type { Programs } from './programs.ts';
import type { RuleSet } from './rule-set.ts';
import type { Scope, ShellFunction } from './scope.ts';
import type { StreamContent } from './stream-content.ts';
import type { WorkBudget } from './work-budget.ts';

/** Where and how a command starts. */
export interface Environment {
  /** A normalized absolute path. */
  cwd: string;
  home: string;
  /** Variables whose values are known before the command sets any. */
  variables: ReadonlyMap<string, string>;
}

/** What the interpreter knows about the world outside the shell. */
export interface Surroundings {
  environment: Environment;
  programs: Programs;
  rules: RuleSet;
}

export type Node = Statement['command'] | CompoundList;

/** The position at which a node is interpreted. */
export interface Frame {
  /** The text that the positions of nodes refer to. */
  source: string;
  scope: Scope;
  input: StreamContent;
  /** The pipeline that feeds the command; it explains more than the command alone. */
  pipeline?: string | undefined;
}

/** One interpretation of a command, as the parts of the interpreter share it. */
export interface Interpretation extends Surroundings {
  readonly budget: WorkBudget;
  readonly findings: Findings;
  /** The functions that have been called at least once. */
  readonly called: Set<ShellFunction['body']>;
  /** The functions that are being run, so that recursion ends. */
  readonly running: Set<ShellFunction['body']>;
  /** What runs when the shell exits. */
  readonly atExit: (() => void)[];
  runNode(node: Node, frame: Frame): StreamContent;
  runScript(script: ParsedScript, frame: Frame): StreamContent;
  /** @param shown what to report if the text is unknown */
  runText(text: string, scope: Scope, input: StreamContent, shown: string): StreamContent;
  /** Runs the substitutions anywhere below a node whose own value does not matter. */
  visit(node: SyntaxNode, frame: Frame): void;
}
