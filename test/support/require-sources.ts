const REQUIRE = /\brequire\('(\.\.?\/[^']+\.ts)'\)/g;

/**
 * A plugin of Vite. Sources `require` a module that is a bundle of its own; in tests it is imported
 * like any other.
 */
export const requireSources = {
  name: 'require-sources',
  enforce: 'pre' as const,
  transform(code: string): string | undefined {
    const paths = [...new Set([...code.matchAll(REQUIRE)].map(([, path = '']) => path))];
    if (paths.length === 0) return undefined;
    const imports = paths.map((path, at) => `import * as late${at} from '${path}';`);
    const linked = code.replace(REQUIRE, (_, path: string) => `late${paths.indexOf(path)}`);
    return `${imports.join(' ')} ${linked}`;
  },
};
