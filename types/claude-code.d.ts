/**
 * The part of Claude Code's interface for hooks modules that the live view uses, as the client of
 * 2.1.330 behaves. The client brings the whole of it; this is here so that the sources can be
 * checked without one.
 */
declare module 'claude-code' {
  type Element = { readonly type: string };
  type Child = Element | string | number | boolean | null | undefined | readonly Child[];
  type Component<Props> = (props: Props & { children?: Child }) => Element;

  export type Color = 'success' | 'error' | 'warning' | 'suggestion' | 'inactive';
  export type Surface = 'terminal' | 'desktop' | 'mobile' | 'vscode';

  export interface Elements {
    Box: Component<{
      flexDirection?: 'row' | 'column';
      flexWrap?: 'wrap';
      columnGap?: number;
      rowGap?: number;
      paddingLeft?: number;
      flexShrink?: number;
      flexGrow?: number;
    }>;
    Text: Component<{
      color?: Color;
      dimColor?: boolean;
      weight?: 'bold';
      wrap?: 'wrap' | 'truncate-end';
      maxLines?: number;
      tabular?: boolean;
    }>;
    Button: Component<{
      key?: string;
      label?: string;
      hotkey?: string;
      plain?: true;
      dimColor?: boolean;
      onPress: () => unknown;
    }>;
    Link: Component<{ href: string; label?: string }>;
    Markdown: Component<{ text: string }>;
    Progress: Component<{ label: string; value?: number; valueText?: string; color?: Color }>;
  }

  /** Where a drawing is asked for. */
  export interface Site {
    readonly surface: Surface;
    readonly component: string;
    readonly props: {
      readonly bodyColumns: number;
      readonly placement?: string;
      /** What of the body is visible; `bodyRows` is its height in lines. */
      readonly scroll?: { readonly bodyRows: number };
      readonly isFocused?: boolean;
    };
  }

  /** Where the row of an agent is asked for. */
  export interface AgentRowSite {
    readonly surface: Surface;
    readonly component: 'AgentRow';
    readonly props: {
      /** The agent's id. */
      readonly id: string;
      /** What a command of the settings has drawn. */
      readonly body?: string;
    };
  }

  interface ProcessResult {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
  }

  interface ProcessPiece {
    readonly stream: 'stdout' | 'stderr';
    readonly text: string;
  }

  interface ProcessEnd {
    readonly code: number | null;
    readonly signal: string | null;
  }

  /** What every hook gets. Each call is spelled `$.noun.verb(…)`: the client reads the source. */
  export interface Engine {
    readonly plugin: { readonly name: string; readonly root: string };
    readonly ui: {
      resolve(site: Site | AgentRowSite): Elements;
      invalidate(event: 'ui.render'): void;
      toast(text: string, options?: { timeoutMs?: number }): void;
      log(text: string, options: { to: 'debug' }): void;
      open(pane: { id: string; title: string; columns?: number }): Promise<{ isPlaced: boolean }>;
      close(pane: { id: string }): Promise<void>;
      /** Shows an agent's transcript. Rejects in clients that cannot; `deny` says why one did not. */
      view(whose: { agentId: string }): Promise<{ deny?: string } | undefined>;
    };
    readonly fs: {
      exists(path: string): Promise<boolean>;
      list(path: string): Promise<readonly { name: string }[]>;
      read(path: string, options?: { offset?: number; length?: number }): Promise<string>;
      stat(
        path: string,
        options: { resolve: true },
      ): Promise<{ kind: string; size: number; realPath?: string }>;
    };
    readonly process: {
      run(argv: readonly string[], options: { cwd: string }): Promise<ProcessResult>;
      spawn(request: {
        argv: readonly string[];
        cwd: string;
      }): AsyncGenerator<ProcessPiece, ProcessEnd>;
    };
    readonly clock: {
      now(): Promise<number>;
      every(ms: number, call: () => void): { cancel(): void } | (() => void);
    };
    readonly session: {
      id(): Promise<string>;
      cwd(): Promise<string>;
      surfaces(): Promise<readonly Surface[]>;
    };
    readonly agent: {
      /** Rejects in clients before 2.1.330; not all of them know what an agent costs. */
      list(): Promise<readonly { id: string; cost?: { usd: number } }[]>;
    };
    readonly vcs: {
      detect(at: { path: string }): Promise<{ vcs: string; mainRoot: string | null } | null>;
    };
    readonly prompt: { submit(prompt: { text: string }): Promise<unknown> };
  }

  /** A usage limit of the account. */
  export interface RateLimit {
    readonly kind: string;
    /** From 0 to 100. */
    readonly percentUsed: number;
    /** ISO 8601. */
    readonly resetsAt?: string;
  }

  interface Events {
    'session.start': { cwd: string; isInteractive: boolean };
    'session.attach': object;
    'turn.complete': object;
    'agent.spawn': object;
    'session.measure': { rateLimits: readonly RateLimit[] };
    'classic.SessionStart': { cwd: string };
    'classic.FileChanged': { file_path: string };
    'tool.call': { tool: string; command?: string };
    'command.run': { command: string; args: string };
    'ui.close': { id: string; origin: { kind: 'plugin' | 'person' | 'unload' } };
    'ui.render': Site;
  }

  type Next<Event> = (event: Event) => Promise<object>;
  type Hook<Event> = ($: Engine, event: Event, next: Next<Event>) => unknown;

  export interface On {
    (name: 'ui.render', matcher: { component: 'AgentRow' }, hook: Hook<AgentRowSite>): void;
    <Name extends keyof Events>(name: Name, hook: Hook<Events[Name]>): void;
    <Name extends keyof Events>(name: Name, matcher: object, hook: Hook<Events[Name]>): void;
  }
}

declare module 'claude-code/testing' {
  import type { Surface } from 'claude-code';

  interface Found {
    readonly type: string;
    readonly key: string | undefined;
    readonly props: Readonly<Record<string, unknown>>;
    readonly text: string;
  }

  interface Query {
    type?: string;
    key?: string;
    text?: string | RegExp;
  }

  export interface Mounted {
    find(query: Query): Promise<Found | undefined>;
    findAll(query: Query): Promise<Found[]>;
    drawn(): Promise<unknown>;
    press(target: { key: string }): Promise<unknown>;
    redraw(props?: object): Promise<void>;
    unmount(): Promise<void>;
  }

  export interface TestEngine {
    readonly ui: {
      mount(target: {
        plugin: string;
        surface: Surface;
        component: string;
        requestId?: string;
        props: object;
      }): Promise<Mounted>;
    };
    readonly session: {
      start(event: { cwd: string; surface: string; isInteractive: boolean }): Promise<unknown>;
      measure(event: object): Promise<unknown>;
    };
    readonly command: { run(event: object): Promise<{ text?: string }> };
    readonly tool: { call(event: object): Promise<unknown> };
    readonly turn: { complete(event: object): Promise<unknown> };
    readonly agent: { spawn(event: object): Promise<unknown> };
    readonly classic: {
      FileChanged(event: object): Promise<unknown>;
      SessionStart(event: object): Promise<{ watchPaths?: readonly string[] }>;
    };
  }

  /** Answers an event beneath the module, as the client would. */
  export type On = (name: string, hook: ($: never, event: never) => unknown) => void;

  export function test(name: string, body: ($: TestEngine, on: On) => Promise<void>): void;
  export const expect: typeof import('vitest').expect;
  export const mock: {
    clock(
      on: On,
      options?: { now?: number },
    ): {
      now(): number;
      advance(ms: number): Promise<void>;
      settle(): Promise<void>;
      sleep(ms: number): Promise<void>;
    };
  };
}

declare namespace JSX {
  type Element = import('claude-code').Element;
  type ElementType = (props: never) => Element;
  interface ElementChildrenAttribute {
    children: unknown;
  }
  interface IntrinsicAttributes {
    key?: string;
  }
}

/** What JSX compiles to; the client provides it. */
declare const h: (type: unknown, props: unknown, ...children: unknown[]) => unknown;
declare const Fragment: unknown;
