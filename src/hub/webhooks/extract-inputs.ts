/** The texts that a plan may use, or why there are none. */
export type ExtractedInputs =
  | { inputs: Record<string, string>; problems: [] }
  | { inputs: null; problems: string[] };

/**
 * Takes the configured fields out of a payload.
 * @param fields paths such as `pull_request.head.sha` or `commits[0].id`, by the input's name
 */
export function extractInputs(
  payload: unknown,
  fields: Readonly<Record<string, string>>,
): ExtractedInputs {
  const inputs: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, path] of Object.entries(fields)) {
    const value = valueAt(payload, path);
    if (value === undefined || value === null) {
      problems.push(`inputs.${name}: expected a value at ${path} in the payload, found none`);
    } else {
      inputs[name] = typeof value === 'string' ? value : JSON.stringify(value);
    }
  }
  return problems.length > 0 ? { inputs: null, problems } : { inputs, problems: [] };
}

function valueAt(payload: unknown, path: string): unknown {
  const keys = path.split(/[.[\]]+/).filter(Boolean);
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    payload,
  );
}
