// The local control plane, as end2end/cluster/cluster runs it.
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname ?? __dirname, '../cluster/cluster');
export const cache = process.env.SLIPWAY_CACHE ?? join(homedir(), '.cache/slipway');

export class Cluster {
  private constructor(readonly name: string, readonly kubeconfig: string) {}

  static up(name: string): Cluster {
    const out = execFileSync(script, ['up', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    return new Cluster(name, out.trim().split('\n').at(-1)!);
  }

  static named(name: string): Cluster {
    return new Cluster(name, execFileSync(script, ['kubeconfig', name], { encoding: 'utf8' }).trim());
  }

  down() {
    execFileSync(script, ['down', this.name], { stdio: 'inherit' });
  }

  stopApi() {
    execFileSync(script, ['stop-api', this.name], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  startApi() {
    execFileSync(script, ['start-api', this.name], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  kubectl(...words: string[]): string {
    return execFileSync(join(cache, 'bin/kubectl'), ['--kubeconfig', this.kubeconfig, ...words], { encoding: 'utf8' });
  }

  /** Plain Helm, as somebody runs it beside the portal. */
  helm(...words: string[]): string {
    return execFileSync(join(cache, 'bin/helm4'), [...words, '--kubeconfig', this.kubeconfig], { encoding: 'utf8' });
  }

  /** Status of every revision of a release, oldest first, as Helm's Secrets say. */
  releaseStatuses(namespace: string, release: string): string[] {
    const list = JSON.parse(this.kubectl('get', 'secrets', '-n', namespace, '-l', `owner=helm,name=${release}`, '-o', 'json'));
    return list.items
      .map((s: any) => ({ version: Number(s.metadata.labels.version), status: s.metadata.labels.status }))
      .sort((a: any, b: any) => a.version - b.version)
      .map((s: any) => s.status);
  }
}
