import { resolvePath } from '../shell/resolve-path.ts';

/** A call that runs another command, with its arguments as far as their end can be found. */
const RUNS =
  /(?<![\w$])(?:system|popen|exec(?:[lv]p?e?|a|Sync|File|FileSync)?|spawn(?:[lv]p?e?|Sync)?|run|call|check_call|check_output|getoutput|shell_exec|passthru)\s*\(((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\([^()'"`]*\)|[^()'"`])*)/gis;
/** A string among arguments, with the name of its parameter, if any. */
const TEXT = /(\b\w+\s*[=:]\s*)?(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/gs;

/**
 * The commands that code in another language runs, as far as they are string literals:
 * `os.system("…")`, `subprocess.run(["…", "…"])`, `execSync('…')`. The rest of it is not read.
 */
export function commandsInCode(code: string, cwd: string): { text: string; cwd: string }[] {
  return [...code.matchAll(RUNS)].flatMap(([, args = '']) => {
    const texts = [...args.matchAll(TEXT)].map(([, name, ...texts]) => ({
      name,
      text: texts.find((text) => text !== undefined)?.replace(/\\(.)/gs, '$1') ?? '',
    }));
    const words = texts.filter(({ name }) => name === undefined).map(({ text }) => text);
    const directory = texts.find(({ name }) => name?.startsWith('cwd'))?.text;
    return words.length === 0
      ? []
      : [{ text: words.join(' '), cwd: directory ? resolvePath(cwd, directory) : cwd }];
  });
}
