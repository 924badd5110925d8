import { UNKNOWN } from '../shell/placeholders.ts';
import { resolvePath } from '../shell/resolve-path.ts';

/** A call that runs another command, with its arguments as far as their end can be found. */
const RUNS =
  /(?<![\w$])(?:system|popen\d?|exec(?:[lv]p?e?|a|Sync|File|FileSync)?|os\.execute|spawn(?:[lv]p?e?|Sync)?|run|call|check_call|check_output|getoutput|shell_exec|passthru|shelljs\.exec)\s*\(((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\([^()'"`]*\)|[^()'"`])*)/gis;
/** A string among arguments, with the name of its parameter or the mark of its kind, if any. */
const TEXT =
  /(\b\w+\s*[=:]\s*)?(\bf)?(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/gs;

/** Other ways to run a command that is there as text. */
const RUNS_TEXT = [
  /\bdo shell script\s+"((?:\\.|[^"\\])*)"/gs,
  /(?<![\w$.'"`])(?:system|exec|spawn)\s+'((?:\\.|[^'\\])*)'/gs,
  /(?<![\w$.'"`])(?:system|exec|spawn)\s+"((?:\\.|[^"\\])*)"/gs,
  /\$`((?:\\.|[^`\\])*)`/gs,
  /(?<![\w$'"`])(?:%x|qx)\s*(?:\(([^()]*)\)|\{([^{}]*)\}|\[([^[\]]*)\]|([/!|])(.*?)\4)/gs,
];
const IN_BACKTICKS = /`((?:\\.|[^`\\])*)`/gs;
/** Languages in which backticks run what they enclose. */
const RUNS_BACKTICKS: ReadonlySet<string> = new Set(['perl', 'ruby', 'php', 'rails', 'irb']);
/** Languages in which a line with a command may start like this. */
const RUNS_LINES: ReadonlySet<string> = new Set(['expect', 'tclsh']);
const LINE = /(?:^|[;\n])\s*(?:spawn|exec)\s+([^;\n]+)/g;

interface FoundCommand {
  text: string;
  cwd: string;
}

/**
 * The commands that code in another language runs, as far as they are string literals:
 * `os.system("…")`, `subprocess.run(["…", "…"])`, `execSync('…')`.
 */
export function commandsInCode(code: string, language: string, cwd: string): FoundCommand[] {
  const patterns = [
    ...RUNS_TEXT,
    ...(RUNS_BACKTICKS.has(language) ? [IN_BACKTICKS] : []),
    ...(RUNS_LINES.has(language) ? [LINE] : []),
  ];
  const texts = patterns.flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, ...groups]) => groups.findLast(Boolean) ?? ''),
  );
  return [
    ...[...code.matchAll(RUNS)].flatMap(([, args = '']) => commandInArguments(args, cwd)),
    ...texts.map((text) => ({ text: withoutEscapes(withoutInterpolation(text)), cwd })),
  ];
}

function commandInArguments(args: string, cwd: string): FoundCommand[] {
  const texts = [...args.matchAll(TEXT)].map(([, name, isFormat, ...found]) => {
    const text = withoutInterpolation(found.find((one) => one !== undefined) ?? '');
    return { name, text: withoutEscapes(isFormat ? withoutFields(text) : text) };
  });
  const words = texts.filter(({ name }) => name === undefined).map(({ text }) => text);
  const directory = texts.find(({ name }) => name?.startsWith('cwd'))?.text;
  return words.length === 0
    ? []
    : [{ text: words.join(' '), cwd: directory ? resolvePath(cwd, directory) : cwd }];
}

/** Values that are put into a text, as in `#{x}` and `${x}`, are not known. */
function withoutInterpolation(text: string): string {
  return text.replace(/[#$]\{[^{}]*\}/g, UNKNOWN);
}

/**
 * Values that a format puts into a text, as in `f'rm -rf {x}'`. A program and a subcommand are left
 * as they are: code that puts them in has them in a list nearby.
 */
function withoutFields(text: string): string {
  const [start = ''] = /^\s*(?:\S+(?:\s+|$)){0,2}/.exec(text) ?? [];
  return start + text.slice(start.length).replace(/\{[^{}]*\}/g, UNKNOWN);
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}
