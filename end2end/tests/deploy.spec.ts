// The main road: pick a version, deploy, watch it to its end; a broken one; a killed server; a live board.
import { expect, hydrated, look, open, signIn, test } from '../support/page.ts';
import { until, type Portal } from '../support/portal.ts';
import type { Page } from '@playwright/test';

async function deploy(page: Page, portal: Portal, service: string, environment: string, version: string) {
  await open(page, `${portal.url}/environments/${environment}/services/${service}/deploy`);
  await page.locator(`input[name="version"][value="${version}"]`).check();
  await page.getByRole('button', { name: `Deploy ${version} to ${environment}` }).click();
  await page.waitForURL(/\/operations\/\d+$/);
}

test('a version is chosen, deployed and watched to its end', async ({ page, portal }) => {
  await signIn(page, portal);
  await open(page, `${portal.url}/environments/staging/services/candidates/deploy`);
  await look(page, 'deploy');
  await deploy(page, portal, 'candidates', 'staging', '1.5.0');
  await expect(page.getByText('candidates 1.5.0 runs in staging and is healthy.').first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('STATUS: deployed')).toBeVisible();
  await look(page, 'operation-succeeded');
  expect(portal.cluster.releaseStatuses('staging', 'candidates').at(-1)).toBe('deployed');
  await open(page, `${portal.url}/environments/staging/services/candidates`);
  await expect(page.locator('main').getByText('1.5.0').first()).toBeVisible();
  await look(page, 'service-healthy');
});

test('a rollout that can not succeed is explained in one sentence, and a good version heals it', async ({ page, portal }) => {
  await signIn(page, portal);
  await deploy(page, portal, 'jobs', 'staging', '3.1.0');
  await expect(page.getByText(/jobs 3\.1\.0 in staging does not come up/).first()).toBeVisible({ timeout: 60_000 });
  await look(page, 'operation-failed');
  await open(page, `${portal.url}/environments/staging/services/jobs`);
  await expect(page.locator('main').getByText(/can't pull/).first()).toBeVisible();
  await look(page, 'service-degraded');
  await open(page, `${portal.url}/`);
  await expect(page.locator('td.cell.hot')).not.toHaveCount(0);
  await look(page, 'fleet');
  await deploy(page, portal, 'jobs', 'staging', '3.1.1');
  await expect(page.getByText('jobs 3.1.1 runs in staging and is healthy.').first()).toBeVisible({ timeout: 60_000 });
});

test('a degraded service offers the way back, and shows what it changes first', async ({ page, portal }) => {
  await signIn(page, portal);
  await deploy(page, portal, 'jobs', 'production-eu', '3.0.4');
  await expect(page.getByText('jobs 3.0.4 runs in production-eu and is healthy.').first()).toBeVisible({ timeout: 60_000 });
  await deploy(page, portal, 'jobs', 'production-eu', '3.1.0');
  await expect(page.getByText(/jobs 3\.1\.0 in production-eu does not come up/).first()).toBeVisible({ timeout: 60_000 });
  await open(page, `${portal.url}/environments/production-eu/services/jobs`);
  await expect(page.locator('main').getByText(/The 2 pods from before still serve/).first()).toBeVisible();
  await page.getByRole('link', { name: 'Roll back to 3.0.4' }).click();
  await page.waitForURL(/\/releases\/jobs\/rollback\/\d+$/);
  await expect(page.locator('main').getByText('image: ghcr.io/stefanprodan/podinfo:does-not-exist')).toBeVisible();
  await look(page, 'rollback');
  await page.getByRole('button', { name: 'Roll back to 3.0.4' }).click();
  await page.waitForURL(/\/operations\/\d+$/);
  await expect(page.getByText('jobs is back at 3.0.4 in production-eu and is healthy.').first()).toBeVisible({ timeout: 60_000 });
  expect(portal.cluster.releaseStatuses('production-eu', 'jobs').at(-1)).toBe('deployed');
});

test('the server is killed while Helm works, and the next one brings the deploy to its end', async ({ page, portal, quiet }) => {
  quiet.allow.push(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|Failed to load resource/);
  await signIn(page, portal);
  await deploy(page, portal, 'candidates', 'development', '1.5.0');
  await until('Helm has begun', () => portal.cluster.releaseStatuses('development', 'candidates').some((s) => s.startsWith('pending')));
  await portal.kill('SIGKILL');
  await portal.start();
  // The page was never loaded again: its stream came back by itself.
  await expect(page.getByText('candidates 1.5.0 runs in development and is healthy.').first()).toBeVisible({ timeout: 60_000 });
  const statuses = portal.cluster.releaseStatuses('development', 'candidates');
  expect(statuses.filter((s) => s.startsWith('pending'))).toEqual([]);
  expect(statuses.filter((s) => s === 'deployed')).toHaveLength(1);
});

test('the server is killed while the rollout is watched, and nothing runs twice', async ({ page, portal, quiet }) => {
  quiet.allow.push(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|Failed to load resource/);
  await signIn(page, portal);
  await deploy(page, portal, 'gateway', 'staging', '2.12.0');
  await until('Helm is done', () => portal.cluster.releaseStatuses('staging', 'gateway').includes('deployed'));
  await portal.kill('SIGKILL');
  await portal.start();
  await expect(page.getByText('gateway 2.12.0 runs in staging and is healthy.').first()).toBeVisible({ timeout: 60_000 });
  expect(portal.cluster.releaseStatuses('staging', 'gateway')).toEqual(['deployed']);
});

test('a change in the cluster is on the open board without a reload', async ({ page, portal }) => {
  await signIn(page, portal);
  await deploy(page, portal, 'web', 'staging', '5.40.1');
  await expect(page.getByText('web 5.40.1 runs in staging and is healthy.').first()).toBeVisible({ timeout: 60_000 });
  await open(page, `${portal.url}/`);
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible();
  const cell = page.locator('td.cell', { has: page.locator('a[href="/environments/staging/services/web"]') });
  await expect(cell).toContainText('5.40.1');
  portal.cluster.kubectl('scale', 'deployment', 'web', '-n', 'staging', '--replicas=0');
  await expect(cell).toContainText('asleep');
  portal.cluster.kubectl('scale', 'deployment', 'web', '-n', 'staging', '--replicas=2');
  await expect(cell).not.toContainText('asleep');
});

test('values that are no YAML are refused at the field, and nothing is lost', async ({ page, portal, quiet }) => {
  quiet.allow.push(/422/); // the browser notes the refused request
  await signIn(page, portal);
  await open(page, `${portal.url}/environments/staging/services/web/deploy`);
  await page.locator('textarea[name="values"]').fill('replicaCount: [');
  await page.getByRole('button', { name: /^Deploy .* to staging$/ }).click();
  await expect(page.getByText(/The values are not valid YAML/).first()).toBeVisible();
  await expect(page.locator('textarea[name="values"]')).toHaveValue('replicaCount: [');
  await look(page, 'deploy-refused');
});

test('an operation can be cancelled, and the release is not left pending', async ({ page, portal }) => {
  await signIn(page, portal);
  await deploy(page, portal, 'jobs', 'development', '3.1.0'); // never comes up, so there is time
  await page.getByRole('button', { name: /^Cancel operation/ }).click();
  await expect(page.locator('main').getByText(/cancelled/i).first()).toBeVisible({ timeout: 30_000 });
  await hydrated(page);
  expect(portal.cluster.releaseStatuses('development', 'jobs').filter((s) => s.startsWith('pending'))).toEqual([]);
});
