import type { Place } from '../shell/call.ts';

/** A program that runs the program which its arguments name. */
export interface Wrapper {
  /** Patterns for the words that it starts with. */
  commands: string;
  /** How many words besides options and assignments come before the program. */
  operands?: number;
  /** Options with which it runs nothing. */
  unless?: RegExp;
  /** Whether an unknown first word may be assignments, as in `env $(cat .env) program`. */
  takesAssignments?: boolean;
  /** Whether an unknown program counts as harmless. */
  mayBeUnknown?: boolean;
  /** Its options for the directory to run the program in. */
  directory?: readonly string[];
  /** Its one-letter options that take no value. */
  flags?: string;
  /** Where it runs the program, if not on this machine. */
  place?: Place;
  /** Which arguments are a script: the values of some options, words with spaces, or all words. */
  text?: RegExp | 'spaced' | 'joined';
}

/** The `operands` of a wrapper that takes scripts only. */
const NONE = Number.POSITIVE_INFINITY;
const ON_HOST = /^(?:-[cC]|--command)$/;
const RUNS_TEXT = /^(?:-[a-z]*c|--(?:session-)?command)$/;

export const WRAPPERS: readonly Wrapper[] = [
  { commands: 'command', flags: 'p', unless: /^-p?[vV]$/ },
  { commands: 'sudo|doas', flags: 'ABbEHknPSsLi', directory: ['-D', '--chdir'] },
  { commands: 'time', flags: 'pvaqlh' },
  { commands: 'exec|setsid', flags: 'clfw' },
  { commands: 'nohup|nice|ionice|builtin|unbuffer|chronic|noglob|nocorrect' },
  { commands: 'pkexec|setpriv|fakeroot|systemd-run|dumb-init|tini|xvfb-run|sshpass' },
  { commands: 'proxychains|proxychains4|torsocks|spring|sail|env-cmd|k3s|microk8s|minikube' },
  { commands: 'gosu|su-exec|retry|repeat', operands: 1 },
  { commands: 'nsenter|unshare|firejail|numactl|prlimit|systemd-inhibit', flags: 'muinpUCFrf' },
  { commands: 'ip netns exec', operands: 1 },
  { commands: 'at|batch', operands: NONE, text: 'joined' },
  { commands: 'stdbuf', flags: 'L' },
  { commands: 'strace|ltrace|caffeinate', flags: 'fqrtTvxyzcCdimu' },
  { commands: 'env', flags: 'i0v', takesAssignments: true, directory: ['-C', '--chdir'] },
  { commands: 'cross-env|cross-env-shell|dotenv', takesAssignments: true },
  { commands: 'shx|busybox|toybox|corepack' },
  { commands: 'timeout|taskset|chrt|chroot', operands: 1, flags: 'vfp' },
  { commands: 'flock', operands: 1, flags: 'nsxueo', text: /^(?:-c|--command)$/ },
  { commands: 'npx|bunx|uvx', flags: 'yq', text: /^(?:-c|--call)$/ },
  { commands: 'pnpm|yarn|bun', flags: 'rws', directory: ['-C', '--dir', '--cwd'] },
  { commands: 'npm exec|x', flags: 'yq', text: /^(?:-c|--call)$/ },
  { commands: 'pnpm|yarn|bun|bundle|mise|asdf|pipx|uv|op|doppler exec|x|dlx|run', flags: 'rcyq' },
  { commands: 'poetry|pipenv|rye|hatch|pdm|conda|micromamba|dotenvx|infisical run' },
  { commands: 'heroku run', place: 'other machine', flags: 'x' },
  { commands: 'foreman|volta run' },
  { commands: 'lerna|nx exec' },
  { commands: 'nvm|fnm exec', operands: 1 },
  { commands: 'uv tool run' },
  { commands: 'yarn workspace', operands: 1 },
  { commands: 'yarn workspaces foreach run|exec', flags: 'Apiv' },
  { commands: 'direnv|aws-vault exec', operands: 1 },
  { commands: 'nix develop|shell' },
  { commands: 'docker exec|run', operands: 1, place: 'container', flags: 'itdP' },
  {
    commands: 'docker container|compose exec|run',
    operands: 1,
    place: 'container',
    flags: 'itdPT',
  },
  // Many images are named after the program that they start.
  { commands: 'docker run', place: 'container', flags: 'itdP', mayBeUnknown: true },
  { commands: 'kubectl exec|rsh', operands: 1, place: 'container', flags: 'itq' },
  { commands: 'lxc|multipass exec', operands: 1, place: 'container' },
  { commands: 'fly ssh console', operands: NONE, place: 'other machine', text: ON_HOST },
  { commands: 'gcloud compute ssh', operands: NONE, place: 'other machine', text: ON_HOST },
  { commands: 'vagrant ssh', operands: NONE, place: 'container', text: ON_HOST },
  { commands: 'ansible', operands: NONE, place: 'other machine', text: /^(?:-a|--args)$/ },
  {
    commands: 'pssh|parallel-ssh|pdsh|clush|dsh|mussh',
    place: 'other machine',
    flags: 'iIAvbqSM',
    text: 'joined',
  },
  { commands: 'salt ** cmd.run', place: 'other machine', text: 'joined' },
  { commands: 'adb shell', place: 'container', text: 'joined' },
  {
    commands: 'ssh|autossh',
    operands: 1,
    place: 'other machine',
    flags: '46AaCfGgKkMNnqsTtVvXxYy',
    text: 'joined',
  },
  { commands: 'watch|watchexec|entr|nodemon', flags: 'bcdegptxr', text: 'spaced' },
  {
    commands: 'hyperfine|concurrently|npm-run-all|start-server-and-test|tmux|screen',
    text: 'spaced',
  },
  { commands: 'su|script', operands: NONE, text: RUNS_TEXT },
  { commands: 'runuser', flags: 'lmp', text: RUNS_TEXT },
  { commands: 'nix-shell', operands: NONE, text: /^--(?:run|command)$/ },
  { commands: 'pwsh|powershell', operands: NONE, text: /^-(?:c|command)$/i },
];
