// `make bench`: fills a cluster of its own and prints one table, each figure beside a peer or the plain tool in the same run.
// N releases (default 100) with ten pods each. Servers listen on loopback and are stopped by process id at the end.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const releases = Number(process.env.N ?? 100);
const podsEach = 10;
const environments = ['one', 'two', 'three', 'four'];
const here = import.meta.dirname;
const cache = process.env.SLIPWAY_CACHE ?? join(homedir(), '.cache/slipway');
const helm = process.env.HELM ?? join(cache, 'bin/helm4');
const server = process.env.SLIPWAY_BENCH_SERVER;
const site = process.env.SLIPWAY_BENCH_SITE;
const script = join(here, '../cluster/cluster');
const name = `bench-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const rows = [];
const say = (text) => console.error(`bench: ${text}`);
const sorted = (list) => [...list].sort((a, b) => a - b);
const quantile = (list, q) => sorted(list)[Math.min(list.length - 1, Math.ceil(q * list.length) - 1)];
const median = (list) => quantile(list, 0.5);
const ms = (x) => `${x < 10 ? x.toFixed(2) : x.toFixed(0)} ms`;
const row = (what, ours, peer, verdict) => rows.push([what, ours, peer, verdict]);

async function until(what, check, limitMs = 900_000) {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (await check()) return;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`waited ${limitMs} ms in vain: ${what}`);
}

const freePort = () =>
  new Promise((resolve) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => resolve(port));
    });
  });

const port = await freePort();
const base = `http://127.0.0.1:${port}`;
let kubeconfig, portal, cookie;

async function api(path, body) {
  const response = await fetch(`${base}/api/v1/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { cookie, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** One request over a connection that stays open, as a client library makes it; answers its time. */
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const timed = (path) =>
  new Promise((resolve, reject) => {
    const token = readFileSync(join(folder, 'data/token'), 'utf8').trim();
    const from = performance.now();
    const request = http.get(`${base}/api/v1/${path}`, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (d) => (text += d)).on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(text));
        JSON.parse(text);
        resolve(performance.now() - from);
      });
    });
    request.on('error', reject);
  });

const residentMiB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${portal.pid}/status`, 'utf8'))[1]) / 1024;
const helmWords = (release, namespace, ...more) => ['upgrade', '--install', release, join(cache, 'charts/candidates-1.4.2.tgz'), '--namespace', namespace, '--kubeconfig', kubeconfig, '--set', `replicaCount=${podsEach},podDisruptionBudget.enabled=false`, ...more];

const charts = join(folder, 'charts');

/** Beside the sample charts one of two versions that renders to as many objects as its value `count` says. */
function chartsMake() {
  cpSync(join(cache, 'charts'), charts, { recursive: true });
  const chart = join(folder, 'objects');
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'values.yaml'), 'count: 20\ncolor: blue\n');
  // A tenth of them changes between the two versions, as in most upgrades.
  writeFileSync(
    join(chart, 'templates/objects.yaml'),
    `{{- range $i := until (int .Values.count) }}
---
apiVersion: v1
kind: {{ ternary "Service" "ConfigMap" (eq (mod $i 4) 0) }}
metadata: { name: "{{ $.Release.Name }}-{{ $i }}", labels: { app.kubernetes.io/name: objects } }
{{- if eq (mod $i 4) 0 }}
spec: { selector: { app: "{{ $i }}" }, ports: [{ name: http, port: 80, targetPort: {{ ternary 8081 8080 (and (eq $.Chart.Version "2.0.0") (eq (mod $i 20) 0)) }} }] }
{{- else }}
data: { color: {{ $.Values.color }}, version: "{{ ternary $.Chart.Version "any" (eq (mod $i 20) 1) }}", text: {{ repeat 40 "some words " | quote }} }
{{- end }}
{{- end }}
`,
  );
  for (const version of ['1.0.0', '2.0.0']) {
    writeFileSync(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: objects\nversion: ${version}\n`);
    execFileSync(helm, ['package', chart, '--destination', charts], { stdio: 'ignore' });
  }
  execFileSync(helm, ['repo', 'index', charts, '--merge', join(charts, 'index.yaml')], { stdio: 'ignore' });
}

async function start() {
  chartsMake();
  say('starting a cluster and the portal');
  kubeconfig = execFileSync(script, ['up', name, '--nodes', String(Math.max(3, Math.ceil((releases * podsEach * 1.3) / 100)))], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').at(-1);
  const log = openSync(join(folder, 'log'), 'a');
  const words = ['serve', '--listen', `127.0.0.1:${port}`, '--database', `sqlite:${join(folder, 'db')}`, '--kubeconfig', kubeconfig, '--helm', helm, '--data', join(folder, 'data'), '--site', site, '--charts', charts];
  portal = spawn(server, words, { stdio: ['ignore', log, log] });
  await until('the portal answers', () => fetch(`${base}/healthz`).then((r) => r.ok, () => false), 20_000);
  const signed = await fetch(`${base}/sign-in`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ user: 'platform', next: '/' }) });
  cookie = signed.headers.getSetCookie()[0].split(';')[0];
  await until('the cluster is live', async () => (await api('clusters'))[0]?.state.state === 'live', 30_000);
  // A team has no endpoint yet: the page's own function makes it.
  const team = await fetch(`${base}/api/ui/team_create`, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ name: 'bench', members: '' }) });
  if (!team.ok) throw new Error(`team: ${team.status} ${await team.text()}`);
}

async function fill() {
  say(`filling: ${releases} releases with ${releases * podsEach} pods`);
  for (const environment of environments) await api('environments', { name: environment, kind: 'development', cluster: name, namespace: '', team: 'bench' });
  const jobs = [];
  for (let i = 0; i < releases / environments.length; i++) {
    const service = `service-${String(i).padStart(4, '0')}`;
    await api('services', { name: service, team: 'bench', repository: `${base}/charts`, chart: 'candidates', default_values: {} });
    for (const environment of environments) jobs.push([service, environment]);
  }
  const worker = async () => {
    for (let job = jobs.pop(); job; job = jobs.pop()) await run(helm, helmWords(...job));
  };
  await Promise.all([worker(), worker(), worker()]);
  await until('all is healthy', async () => {
    const { statuses } = await api('fleet');
    return statuses.length === 1 && statuses[0][0] === 'healthy' && statuses[0][1] === releases;
  });
}

async function fleetBesideHelmList() {
  say('the fleet beside helm list');
  const ours = [], theirs = [];
  for (let i = 0; i < 7; i++) {
    for (let k = 0; k < 20; k++) ours.push(await timed('fleet?rows=1000'));
    const from = performance.now();
    await run(helm, ['list', '-A', '-o', 'json', '--kubeconfig', kubeconfig, '--max', '0'], { maxBuffer: 1 << 28 });
    theirs.push(performance.now() - from);
  }
  row(`fleet with health, ${releases} releases, through the API`, ms(median(ours)), `helm list -A: ${ms(median(theirs))}`, `${(median(theirs) / median(ours)).toFixed(0)} times faster (aim 100)`);
}

async function pageUnderLoad() {
  say('one page of the fleet at 100 requests a second');
  const took = [];
  const waiting = [];
  const begun = performance.now();
  for (let i = 0; i < 1000; i++) {
    const wait = begun + i * 10 - performance.now();
    if (wait > 0) await new Promise((r) => setTimeout(r, wait));
    const from = performance.now();
    waiting.push(api('fleet').then(() => took.push(performance.now() - from)));
  }
  await Promise.all(waiting);
  row('fleet page, 100 requests a second for 10 s', `p50 ${ms(median(took))}, p99 ${ms(quantile(took, 0.99))}`, '', 'aim p99 20 ms');
}

/** Resolves with the end of an operation, by its stream. */
async function operationEnd(id) {
  const response = await fetch(`${base}/api/v1/operations/${id}/events`, { headers: { cookie } });
  let text = '';
  for await (const chunk of response.body) text += new TextDecoder().decode(chunk);
  if (!text.includes('"kind":"succeeded"')) throw new Error(`operation ${id} did not succeed`);
}

async function deployBesideHelm() {
  say('a deploy beside helm upgrade --install --wait');
  const ours = [], theirs = [];
  for (let i = 0; i < 6; i++) {
    const image = `podAnnotations: { bench: "${i}" }`;
    let from = performance.now();
    const { id } = await api('operations', { service: 'service-0000', environment: 'one', version: '1.4.2', values: `replicaCount: ${podsEach}\npodDisruptionBudget: { enabled: false }\n${image}\n` });
    await operationEnd(id);
    ours.push(performance.now() - from);
    from = performance.now();
    await run(helm, helmWords('service-0001', 'one', '--set', `podAnnotations.bench=${i}`, '--wait', '--set-string', `podAnnotations.bench=${i}`));
    theirs.push(performance.now() - from);
  }
  row('deploy of ten pods, healthy', ms(median(ours)), `helm upgrade --install --wait: ${ms(median(theirs))}`, `${(median(ours) / median(theirs)).toFixed(2)} times (aim 1.1)`);
}

async function planBesideDryRun() {
  say('a plan beside helm upgrade --dry-run=server');
  for (const count of [20, 200]) {
    const service = `objects-${count}`;
    const words = (version, ...more) => ['upgrade', '--install', service, join(charts, `objects-${version}.tgz`), '--namespace', 'one', '--kubeconfig', kubeconfig, '--set', `count=${count}`, ...more];
    await api('services', { name: service, team: 'bench', repository: `${base}/charts`, chart: 'objects', default_values: {} });
    await run(helm, words('1.0.0'));
    const ours = [], theirs = [];
    let changed = 0;
    for (let i = 0; i < 7; i++) {
      let from = performance.now();
      const plan = await api('plans', { service, environment: 'one', version: '2.0.0', values: `count: ${count}\n` });
      ours.push(performance.now() - from);
      changed = plan.objects.length;
      from = performance.now();
      await run(helm, words('2.0.0', '--dry-run=server'), { maxBuffer: 1 << 28 });
      theirs.push(performance.now() - from);
    }
    row(`plan of ${count} objects, ${changed} of them change`, ms(median(ours)), `helm upgrade --dry-run=server: ${ms(median(theirs))}`, `${(median(ours) / median(theirs)).toFixed(2)} times (aim 1.3)`);
  }
}

function kubernetes() {
  const config = JSON.parse(execFileSync(join(cache, 'bin/kubectl'), ['--kubeconfig', kubeconfig, 'config', 'view', '--raw', '-o', 'json'], { encoding: 'utf8' }));
  const decode = (text) => Buffer.from(text, 'base64');
  const [{ cluster }] = config.clusters, [{ user }] = config.users;
  const agent = new https.Agent({ keepAlive: true, ca: decode(cluster['certificate-authority-data']), cert: decode(user['client-certificate-data']), key: decode(user['client-key-data']) });
  return (method, path, body, type = 'application/strategic-merge-patch+json') =>
    new Promise((resolve, reject) => {
      const request = https.request(cluster.server + path, { method, agent, headers: body ? { 'content-type': type } : {} }, (response) => {
        let text = '';
        response.on('data', (d) => (text += d)).on('end', () => (response.statusCode < 300 ? resolve(JSON.parse(text)) : reject(new Error(text))));
      });
      request.on('error', reject);
      request.end(body && JSON.stringify(body));
    });
}

async function changeToStream() {
  say("a pod's change to the browser's stream");
  const kube = kubernetes();
  const abort = new AbortController();
  const stream = await fetch(`${base}/api/v1/live`, { headers: { cookie }, signal: abort.signal });
  const seen = [];
  (async () => {
    let text = '';
    for await (const chunk of stream.body) {
      text += new TextDecoder().decode(chunk);
      const events = text.split('\n\n');
      text = events.pop();
      for (const event of events) seen.push([performance.now(), event]);
    }
  })().catch(() => {});
  const took = [];
  for (let i = 0; i < 60; i++) {
    const service = `service-${String(2 + (i % (releases / environments.length - 2))).padStart(4, '0')}`;
    const namespace = environments[i % environments.length];
    const pods = await kube('GET', `/api/v1/namespaces/${namespace}/pods?labelSelector=app.kubernetes.io/instance%3D${service}&limit=1`);
    const pod = pods.items[0];
    const status = pod.status.containerStatuses[0];
    const broken = { status: { containerStatuses: [{ ...status, ready: false, state: { waiting: { reason: 'ImagePullBackOff', message: `bench ${i}: not found` } } }] } };
    await kube('PATCH', `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/status`, broken);
    const from = performance.now();
    const mine = () => seen.find(([at, text]) => at > from - 50 && text.includes(`"service":"${service}"`) && text.includes(`"environment":"${namespace}"`) && text.includes('degraded'));
    await until('the change is on the stream', () => mine(), 10_000);
    took.push(Math.max(0, mine()[0] - from));
    await kube('DELETE', `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}?gracePeriodSeconds=0`);
  }
  abort.abort();
  row("a pod's change to the browser's stream", `p50 ${ms(median(took))}, p99 ${ms(quantile(took, 0.99))}`, '', 'aim p99 250 ms');
}

try {
  await start();
  const idle = residentMiB();
  await fill();
  const full = residentMiB();
  await fleetBesideHelmList();
  await pageUnderLoad();
  await deployBesideHelm();
  await planBesideDryRun();
  await changeToStream();
  row('memory, idle', `${idle.toFixed(0)} MiB`, '', 'aim 60 MiB');
  row(`memory, watching ${releases * podsEach} pods`, `${full.toFixed(0)} MiB; ${residentMiB().toFixed(0)} MiB after the load`, '', '');
  row('wasm as served (brotli)', `${(statSync(join(site, 'pkg/slipway.wasm.br')).size / 1000).toFixed(0)} kB`, '', 'aim 450 kB');
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((r) => r[i].length)));
  console.log(`\n${process.env.SLIPWAY_BENCH_PROFILE ?? ''} build, helm ${execFileSync(helm, ['version', '--template', '{{.Version}}'])}`);
  for (const r of rows) console.log(r.map((cell, i) => cell.padEnd(widths[i])).join('  '));
} finally {
  portal?.kill('SIGTERM');
  execFileSync(script, ['down', name], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}
