import { resolvePath } from './place.ts';

/** A call that has the system run something, with its arguments as far as one can tell their end. */
const RUNS =
  /(?<![\w$])(?:system|popen|exec(?:[lv]p?e?|a|Sync|File|FileSync)?|spawn(?:[lv]p?e?|Sync)?|run|call|check_call|check_output|getoutput|shell_exec|passthru)\s*\(((?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\([^()'"`]*\)|[^()'"`])*)/gis;
/** A text among arguments, with the name that it may have there. */
const TEXT = /(\b\w+\s*[=:]\s*)?(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/gs;

/**
 * The commands that code in another language has the system run, as far as they stand in it as
 * text: `os.system("…")`, `subprocess.run(["…", "…"])`, `execSync('…')`. The rest is not read.
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
