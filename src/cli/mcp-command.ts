import type { Command } from 'commander';

interface McpFlags {
  permissionMode?: string;
  allowedTools?: string;
  model?: string;
}

/** `swarm mcp`. What runs may do unasked is said here, by a person, and not by who starts them. */
export function addMcpCommand(program: Command): void {
  program
    .command('mcp')
    .description('Serve runs to an MCP client over stdin and stdout.')
    .option('--model <model>', 'the model of the workers')
    .option('--permission-mode <mode>', 'what workers may do unasked, as for claude')
    .option('--allowed-tools <rules>', 'what workers may use unasked, separated by commas')
    .action(async ({ model, permissionMode, allowedTools }: McpFlags) => {
      const { serve } = await import('../mcp.ts');
      const flags = {
        model,
        'permission-mode': permissionMode,
        'allowed-tools': allowedTools,
      };
      const runFlags = Object.entries(flags).flatMap(([name, value]) =>
        value === undefined ? [] : [`--${name}=${value}`],
      );
      serve({ runFlags });
    });
}
