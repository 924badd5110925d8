import type { Script } from 'unbash';
import type { WordContext } from './expand-word.ts';
import type { Environment, Frame, Interpretation } from './interpretation.ts';
import { UNKNOWN } from './placeholders.ts';
import { forkScope, type Scope } from './scope.ts';
import type { StreamContent } from './stream-content.ts';

/** What the words of a command are expanded with. */
export function createWordContext(frame: Frame, interpretation: Interpretation): WordContext {
  const { scope } = frame;
  const { budget, environment } = interpretation;
  const run = (script: Script): StreamContent =>
    interpretation.runScript(script, { ...frame, scope: forkScope(scope, budget) });
  return {
    cwd: scope.cwd,
    home: environment.home,
    lookUp: (name) => {
      const values = scope.variables.get(name) ?? [lookUpUnset(name, scope, environment)];
      for (const value of values) budget.spend(value.length);
      return values;
    },
    substitute: (script) => {
      const output = run(script);
      if (output === 'nothing') return '';
      return typeof output === 'string' ? UNKNOWN : output.join('\n');
    },
    substituteFile: (script) => {
      const output = run(script);
      const file = `/dev/fd/${63 + scope.files.size}`;
      if (output !== 'a file') {
        scope.files.set(file, typeof output === 'string' ? [UNKNOWN] : [...output]);
      }
      return file;
    },
    visit: (part) => interpretation.visit(part, frame),
    spend: (work) => budget.spend(work),
  };
}

/** Parameters and variables of the shell whose values are numbers. */
const NUMERIC = /^[$!?#-]$|^(?:RANDOM|SECONDS|PPID|UID|EUID|BASHPID|LINENO)$/;

/** The value of a variable that the command has not set. */
function lookUpUnset(
  name: string,
  { cwd, previous }: Scope,
  { home, variables }: Environment,
): string {
  if (NUMERIC.test(name)) return '1';
  switch (name) {
    case 'PWD':
      return cwd;
    case 'OLDPWD':
      return previous;
    case 'HOME':
      return home;
    case 'IFS':
      return ' ';
    case 'TMPDIR':
      return '/tmp';
    default:
      return variables.get(name) ?? UNKNOWN;
  }
}
