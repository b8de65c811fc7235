import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import getPort from 'get-port';

const run = promisify(execFile);

/** A real IMAP server of our own, with one mailbox for any login that knows the password. */
export interface Dovecot {
  readonly port: number;
  /** The port with TLS from the first byte. */
  readonly securePort: number;
  /** Path of the authority of its certificate, which names `localhost`. */
  readonly ca: string;
  readonly user: string;
  readonly password: string;
  close(): Promise<void>;
}

/**
 * Starts Dovecot in a folder of its own, installing Debian's package where it is missing.
 * @throws where there is no Dovecot and no root to install it
 */
export async function startDovecot(): Promise<Dovecot> {
  await install();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-dovecot-'));
  // Its own processes drop to other users, who must find their files.
  chmodSync(folder, 0o755);
  for (const name of ['run', 'state', 'mail']) mkdirSync(join(folder, name), { mode: 0o777 });
  chmodSync(join(folder, 'mail'), 0o777);
  const ca = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-nodes', '-days', '2', '-keyout', key, '-out', ca];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...files, ...subject]);
  const [port, securePort] = [await getPort(), await getPort()];
  const user = 'catchall';
  const password = 'imap-pass:wörd';
  const file = join(folder, 'dovecot.conf');
  writeFileSync(file, configuration({ folder, ca, key, port, securePort, password }));
  const child = spawn('dovecot', ['-F', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', resolve));
  for (const wanted of [port, securePort]) {
    await listening(
      wanted,
      () => child.exitCode !== null,
      () => output,
    );
  }
  return {
    port,
    securePort,
    ca,
    user,
    password,
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function install(): Promise<void> {
  if (await has('dovecot', '--version')) return;
  if (process.getuid?.() !== 0 || !(await has('apt-get', '--version'))) {
    throw new Error('the tests of the IMAP adapter need Dovecot: apt-get install dovecot-imapd');
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  const names = ['dovecot-imapd', 'openssl'];
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env });
}

function has(command: string, argument: string): Promise<boolean> {
  return run(command, [argument]).then(
    () => true,
    () => existsSync(`/usr/sbin/${command}`),
  );
}

function configuration(parts: {
  readonly folder: string;
  readonly ca: string;
  readonly key: string;
  readonly port: number;
  readonly securePort: number;
  readonly password: string;
}): string {
  const { folder, ca, key, port, securePort, password } = parts;
  const root = process.getuid?.() === 0;
  const name = userInfo().username;
  const login = root ? 'dovenull' : name;
  const internal = root ? 'dovecot' : name;
  const owner = root ? 'uid=dovecot gid=dovecot' : `uid=${name} gid=${name}`;
  return `
protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = /dev/stderr
default_login_user = ${login}
default_internal_user = ${internal}
first_valid_uid = 1
mail_location = maildir:${folder}/mail
mailbox_list_index = no
ssl = yes
ssl_cert = <${ca}
ssl_key = <${key}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = ${owner} home=${folder}/mail
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${String(port)}
  }
  inet_listener imaps {
    port = ${String(securePort)}
    ssl = yes
  }
}
service anvil {
  chroot =
}
namespace inbox {
  inbox = yes
  mailbox Codes {
    auto = create
  }
}
`;
}

/** Waits until a port takes connections; a server that ended instead is told with its output. */
async function listening(port: number, ended: () => boolean, output: () => string): Promise<void> {
  for (;;) {
    if (ended()) throw new Error(`Dovecot ended: ${output()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {
        resolve(false);
      });
      socket.on('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
