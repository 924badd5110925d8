/** The arguments that may be options: those before `--`. */
export function beforeDashes(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

/** The arguments that are not options. */
export function operandsOf(args: readonly string[]): string[] {
  const before = beforeDashes(args);
  return [...before.filter((arg) => !arg.startsWith('-')), ...args.slice(before.length + 1)];
}

/** Whether one of the options is set, on its own or as `--option=value`. */
export function hasOption(args: readonly string[], ...options: string[]): boolean {
  return options.some((option) =>
    args.some((arg) => arg === option || (option.startsWith('--') && arg.startsWith(`${option}=`))),
  );
}

/** Whether a long option is set, in full or abbreviated as GNU programs and git allow. */
export function hasLongOption(args: readonly string[], option: string): boolean {
  return args.some((arg) => {
    const [name = ''] = arg.split('=', 1);
    return name.length >= 5 ? option.startsWith(name) : name === option;
  });
}

/** Whether one of the one-letter options is set, on its own or combined as in `-fd`. */
export function hasFlag(args: readonly string[], ...letters: string[]): boolean {
  return args.some(
    (arg) => /^-[A-Za-z0-9]+$/.test(arg) && letters.some((letter) => arg.includes(letter)),
  );
}

/** The values of the options, written as `-X v`, `-Xv`, `--option v` or `--option=v`. */
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
