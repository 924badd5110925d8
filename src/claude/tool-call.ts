import { sanitizeLine } from '../text/sanitize.ts';

type Input = Readonly<Record<string, unknown>>;

/** Whether a Bash call is one of `swarm`, by which an agent reports its progress or its result. */
export function isSwarmCall({ command }: Input = {}): boolean {
  return typeof command === 'string' && /^\s*swarm\s/.test(command);
}

/** Whether it is the call by which an agent stores its report. */
export function isReportCall({ command }: Input = {}): boolean {
  return typeof command === 'string' && /^\s*swarm\s+result\s/.test(command);
}

/** The inputs that describe a tool call best, in order of preference. */
const DESCRIPTIVE_INPUTS = ['description', 'file_path', 'command', 'pattern', 'url', 'query'];

/** A tool call in one line, such as `Read: src/index.ts`. */
export function describeCall(tool: string, input: Input = {}): string {
  const name = DESCRIPTIVE_INPUTS.find((key) => typeof input[key] === 'string');
  return sanitizeLine(name ? `${tool}: ${input[name]}` : tool, 120);
}
