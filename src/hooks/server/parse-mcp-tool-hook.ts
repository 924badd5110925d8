/**
 * Parses the arguments of a hook of type `mcp_tool`. Each is a string that the client filled in
 * from the event, empty if the event has no such field.
 * @returns the event as a command hook would receive it; input that is not JSON becomes the command,
 *   so that it is judged
 */
export function parseMcpToolHook(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const filled = Object.entries(args).filter(([, value]) => value !== '');
  const { tool_input: input, ...event } = Object.fromEntries(filled);
  return { ...event, tool_input: inputOf(String(input ?? '{}')) };
}

function inputOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { command: text };
  }
}
