/**
 * Stands in a text for a part that only the shell will know. It is in Unicode's private use area:
 * a command that contains it on its own is judged as if that part were unknown.
 */
export const UNKNOWN = '\uE000';

/** The names by which a program may open its own input. */
export const STDIN = /^\/(?:dev\/stdin|(?:dev|proc\/self)\/fd\/0)$/;

/** What runs through a pipe, as far as that can be told: its lines, or else where they are from. */
export type Flow = readonly string[] | 'nothing' | 'a file' | 'unknown';

/** One program as the shell would start it, with everything expanded that can be known. */
export interface Call {
  /** The program's own name, without directory, version or file extension. */
  program: string;
  /** The program as it was written. */
  name: string;
  args: readonly string[];
  /** An absolute path; begins with {@link UNKNOWN} where nothing is known of it. */
  cwd: string;
  input: Flow;
  /** What is known of a file at this point. */
  readFile(path: string): Flow;
}

/** What makes a call irreversible. */
export interface Verdict {
  rule: string;
  /** One sentence. */
  reason: string;
  /** Whether no agent may do it, so that no person is asked. */
  isForbidden?: boolean;
}

/** The same program under another name. */
const ALIASES: Record<string, string> = {
  '@changesets/cli': 'changeset',
  '@railway/cli': 'railway',
  cockroachdb: 'cockroach',
  'apt-get': 'apt',
  bazelisk: 'bazel',
  'esptool.py': 'esptool',
  'firebase-tools': 'firebase',
  flyctl: 'fly',
  git_filter_repo: 'git-filter-repo',
  gmake: 'make',
  gradlew: 'gradle',
  gtimeout: 'timeout',
  gxargs: 'xargs',
  'huggingface-cli': 'hf',
  k: 'kubectl',
  kubecolor: 'kubectl',
  mariadb: 'mysql',
  'mariadb-admin': 'mysqladmin',
  mongo: 'mongosh',
  mvnw: 'mvn',
  nerdctl: 'docker',
  'netlify-cli': 'netlify',
  nodejs: 'node',
  ntl: 'netlify',
  oc: 'kubectl',
  podman: 'docker',
  pnpx: 'npx',
  rake: 'rails',
  sls: 'serverless',
  tf: 'terraform',
  tofu: 'terraform',
};

const VERSION_OF_PACKAGE = /(?<=.)@.*$|:(?:v?\d[\w.-]*|latest)$/s;
const EXTENSION = /\.(?:exe|cmd|bat)$/i;
const INTERPRETER_VERSION = /^(python|pip|ruby|php|node)[\d.]+$/;

/**
 * The name by which the rules know a program: `/usr/bin/rm` is `rm`, `vercel@latest` is `vercel`;
 * also that of an image, as in `hashicorp/terraform:1.7`.
 */
export function programOf(name: string): string {
  const path = name.replace(VERSION_OF_PACKAGE, '');
  const base = path.slice(path.lastIndexOf('/') + 1).replace(EXTENSION, '');
  const program = base.replace(INTERPRETER_VERSION, '$1');
  return ALIASES[path] ?? ALIASES[program] ?? program;
}

/** Makes a call of a list of words; `docker-compose up` becomes `docker compose up`. */
export function readCall(
  words: readonly string[],
  rest: Pick<Call, 'cwd' | 'input' | 'readFile'>,
): Call {
  const [name = '', ...args] = words;
  const program = programOf(name);
  if (program === 'docker-compose' || program === 'podman-compose') {
    return { ...rest, program: 'docker', name, args: ['compose', ...args] };
  }
  // The toolchain, as in `cargo +nightly test`.
  if (program === 'cargo' && args[0]?.startsWith('+')) args.shift();
  return { ...rest, program, name, args };
}

/** The arguments among which options may be: those before `--`. */
export function beforeDashes(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

/** The arguments that are no options. */
export function operandsOf(args: readonly string[]): string[] {
  const before = beforeDashes(args);
  return [...before.filter((arg) => !arg.startsWith('-')), ...args.slice(before.length + 1)];
}

/** Whether the arguments hold an option, also as `--option=value`. */
export function hasOption(args: readonly string[], ...options: string[]): boolean {
  return options.some((option) =>
    args.some((arg) => arg === option || (option.startsWith('--') && arg.startsWith(`${option}=`))),
  );
}

/** Whether the arguments hold a long option, also shortened as GNU's and git's parsers allow. */
export function hasLongOption(args: readonly string[], option: string): boolean {
  return args.some((arg) => {
    const [name = ''] = arg.split('=', 1);
    return name.length >= 5 ? option.startsWith(name) : name === option;
  });
}

/** Whether a one-letter option is set, also among others as in `-fd`. */
export function hasFlag(args: readonly string[], ...letters: string[]): boolean {
  return args.some(
    (arg) => /^-[A-Za-z0-9]+$/.test(arg) && letters.some((letter) => arg.includes(letter)),
  );
}

/** The values of an option: `-X v`, `-Xv`, `--option v` and `--option=v`. */
export function valuesOf(args: readonly string[], ...options: string[]): string[] {
  return args.flatMap((arg, index) => {
    if (options.includes(arg)) return args.slice(index + 1, index + 2);
    return options.flatMap((option) => {
      const isLong = option.startsWith('--');
      const prefix = isLong ? `${option}=` : option;
      return arg.startsWith(prefix) && arg.length > prefix.length ? [arg.slice(prefix.length)] : [];
    });
  });
}
