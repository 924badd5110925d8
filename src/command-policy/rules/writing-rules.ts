/** Programs that read all paths but the last, and those after an option for the target. */
export const COPIES: ReadonlySet<string> = new Set(['cp', 'scp', 'rsync', 'install', 'ditto']);
/** Options for what a program passes over. */
export const LEAVES_OUT = /^--?(?:exclude|ignore|not|skip|filter|prune|glob|g|x$)/;

/** Functions of common languages that create, change, move or delete files. */
export const WRITES_IN_CODE =
  /(?:write|append|unlink|rename|remove|copy|move|truncate|link|mkdir|rmtree|rm_|rmSync|\brm\b|delete)|\bopen\s*\([^)]*,\s*(?:mode\s*=\s*)?['"][^'"]*[wax+>]|open\s*\([^)]*>/i;
/** A string literal on one line. */
export const STRING_IN_CODE = /['"`]([^'"`\n]*)['"`]/g;
