// The server under test: started on a free port, killed by process id, started again on the same data.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, cache } from './cluster.ts';

const LEASE_MS = '2000';
const STALL_GRACE_MS = '3000';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the browser tests through make test`);
  return value;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export async function until(what: string, check: () => Promise<boolean> | boolean, limitMs = 20_000) {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${limitMs} ms in vain: ${what}`);
}

type Facts = { port: number; cluster: string; pid?: number };

export class Portal {
  private constructor(readonly folder: string) {}

  static async create(cluster: Cluster): Promise<Portal> {
    const portal = new Portal(mkdtempSync(join(tmpdir(), 'slipway-e2e-')));
    portal.facts = { port: await freePort(), cluster: cluster.name };
    return portal;
  }

  static at(folder: string): Portal {
    return new Portal(folder);
  }

  private get facts(): Facts {
    return JSON.parse(readFileSync(join(this.folder, 'facts.json'), 'utf8'));
  }

  private set facts(facts: Facts) {
    writeFileSync(join(this.folder, 'facts.json'), JSON.stringify(facts));
  }

  get url(): string {
    return `http://127.0.0.1:${this.facts.port}`;
  }

  get cluster(): Cluster {
    return Cluster.named(this.facts.cluster);
  }

  private world(): string[] {
    const helm = process.env.SLIPWAY_TEST_HELM ?? join(cache, 'bin/helm4');
    return ['--database', `sqlite:${join(this.folder, 'slipway.db')}`, '--kubeconfig', this.cluster.kubeconfig, '--helm', helm, '--data', join(this.folder, 'data')];
  }

  async start() {
    const log = openSync(join(this.folder, 'server.log'), 'a');
    const words = ['serve', '--listen', `127.0.0.1:${this.facts.port}`, ...this.world(), '--site', required('SLIPWAY_TEST_SITE'), '--charts', join(cache, 'charts'), '--lease-ms', LEASE_MS, '--stall-grace-ms', STALL_GRACE_MS];
    const child = spawn(required('SLIPWAY_TEST_SERVER'), words, { stdio: ['ignore', log, log], detached: true });
    child.unref();
    this.facts = { ...this.facts, pid: child.pid };
    const answers = () => fetch(`${this.url}/healthz`).then((r) => r.ok, () => false);
    await until('the portal answers', answers).catch((error) => {
      throw new Error(`${error.message}\n${this.log()}`);
    });
  }

  seed() {
    execFileSync(required('SLIPWAY_TEST_SERVER'), ['seed', ...this.world(), '--repository', `${this.url}/charts`, '--cluster', this.facts.cluster], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL') {
    const { pid } = this.facts;
    if (!pid) return;
    try {
      process.kill(pid, signal);
    } catch {
      // gone already
    }
    await until('the portal is gone', () => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '));
    this.facts = { ...this.facts, pid: undefined };
  }

  log(): string {
    return readFileSync(join(this.folder, 'server.log'), 'utf8').split('\n').slice(-40).join('\n');
  }

  async remove() {
    await this.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
