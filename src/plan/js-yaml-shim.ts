/**
 * Replaces js-yaml in the bundles. gray-matter binds these functions when it is loaded, but never
 * calls them: plans are parsed by an engine of our own.
 */
export function safeLoad(): never {
  return refuse();
}

export function safeDump(): never {
  return refuse();
}

function refuse(): never {
  throw new Error('js-yaml is not bundled: pass gray-matter an engine for YAML');
}
