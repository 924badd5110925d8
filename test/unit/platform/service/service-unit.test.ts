import { expect, it } from 'vitest';
import { planServiceUnit } from '../../../../src/platform/service/service-unit.ts';

const command = {
  execPath: '/opt/node 20/bin/node',
  args: ['/plugin/bin/swarm', 'serve', '--repo=/home/ann/50% "off" $x'],
  cwd: '/home/ann/50% off',
  path: '/usr/bin:/opt/claude',
};
const kind = { name: 'hub', description: 'swarm hub', ending: ['KillMode=mixed'] };
const user = { home: '/home/ann', uid: 501, configHome: undefined };

it('describes a systemd service of the user, whose words nothing can end', () => {
  const unit = planServiceUnit('systemd', kind, command, user);
  expect(unit.file).toBe('/home/ann/.config/systemd/user/swarm-hub.service');
  const lines = unit.content.split('\n');
  expect(lines).toContain(
    'ExecStart="/opt/node 20/bin/node" "/plugin/bin/swarm" "serve" "--repo=/home/ann/50%% \\"off\\" $$x"',
  );
  expect(lines).toContain('WorkingDirectory=/home/ann/50%% off');
  expect(lines).toContain('KillMode=mixed');
  expect(lines).toContain('Environment="PATH=/usr/bin:/opt/claude"');
  const elsewhere = planServiceUnit('systemd', kind, command, { ...user, configHome: '/config' });
  expect(elsewhere.file).toBe('/config/systemd/user/swarm-hub.service');
});

it('describes a launchd agent, in which text stays text', () => {
  const odd = { ...command, args: ['--repo=</string><key>'] };
  const unit = planServiceUnit('launchd', kind, odd, user);
  expect(unit.file).toBe('/home/ann/Library/LaunchAgents/swarm-parallel.hub.plist');
  expect(unit.content).toContain('<string>--repo=&lt;/string&gt;&lt;key&gt;</string>');
  expect(unit.start).toEqual([['launchctl', 'bootstrap', 'gui/501', unit.file]]);
});
