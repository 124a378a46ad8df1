// A release before and after: what a deploy will change, history, comparing, adopting, repairing, uninstalling.
import { expect, look, open, signIn, test } from '../support/page.ts';
import { cache } from '../support/cluster.ts';
import { join } from 'node:path';

const chart = (file: string) => join(cache, 'charts', file);

test('what a deploy will change is shown before it runs, and follows version and values', async ({ page, portal }) => {
  portal.cluster.helm('upgrade', '--install', 'notifications', chart('notifications-0.9.2.tgz'), '--namespace', 'staging', '--set', 'credentials.smtpPassword=hunter2');
  await signIn(page, portal);
  await open(page, `${portal.url}/environments/staging/services/notifications/deploy?version=0.9.3`);
  const main = page.locator('main');
  await expect(main.getByRole('heading', { name: 'What will change' })).toBeVisible();
  await expect(main.getByText(/objects? changes?/).first()).toBeVisible({ timeout: 30_000 });
  await expect(main.locator('details.change', { hasText: 'Deployment' }).first()).toBeVisible();
  await look(page, 'plan');
  await page.getByRole('button', { name: 'Side by side' }).click();
  await expect(main.locator('.diff.split-sides').first()).toBeVisible();
  await page.locator('input[name="version"][value="1.0.0-rc.1"]').check();
  await expect(main.getByText('helm.sh/chart: notifications-1.0.0-rc.1').first()).toBeAttached({ timeout: 30_000 });
  expect(await page.content()).not.toContain('hunter2');
  expect(portal.cluster.releaseStatuses('staging', 'notifications').length).toBe(1);
});

test('values that Helm refuses are explained where the plan would stand', async ({ page, portal, quiet }) => {
  quiet.allow.push(/status of 422/); // the browser says so of the plan that can't be made
  await signIn(page, portal);
  await open(page, `${portal.url}/environments/staging/services/candidates/deploy?version=1.5.0`);
  await page.locator('textarea[name="values"]').fill('replicaCount: many\n');
  await expect(page.locator('main').getByText(/values don't fit the schema of chart candidates/).first()).toBeVisible({ timeout: 30_000 });
});

test('a release made with plain Helm has its history, is compared and adopted', async ({ page, portal }) => {
  const { cluster } = portal;
  cluster.helm('upgrade', '--install', 'legacy', chart('jobs-3.0.3.tgz'), '--namespace', 'staging', '--set', 'replicaCount=1');
  cluster.helm('upgrade', '--install', 'legacy', chart('jobs-3.0.4.tgz'), '--namespace', 'staging', '--set', 'replicaCount=2');
  await signIn(page, portal);
  await open(page, `${portal.url}/environments/staging`);
  await page.getByRole('link', { name: 'legacy', exact: true }).click();
  await page.waitForURL(/\/releases\/legacy\/history$/);
  await expect(page.locator('main tbody tr')).toHaveCount(2);
  await look(page, 'history');
  await page.getByRole('link', { name: 'What changed of revision 2' }).click();
  await page.waitForURL(/compare\?from=1&to=2$/);
  await expect(page.locator('main').getByText('replicaCount: 2').first()).toBeVisible();
  await look(page, 'compare');

  await open(page, `${portal.url}/environments/staging`);
  await page.getByRole('link', { name: 'Adopt legacy' }).click();
  await expect(page.locator('input[name="chart"]')).toHaveValue('jobs');
  await expect(page.locator('input[name="repository"]')).toHaveValue(`${portal.url}/charts`);
  await page.getByRole('button', { name: 'Add the service' }).click();
  await page.waitForURL(/\/services$/);
  await open(page, `${portal.url}/environments/staging/services/legacy/deploy`);
  await expect(page.locator('textarea[name="values"]')).toHaveValue(/replicaCount: 2/);
});

test('a release that an interrupted Helm left pending is explained and repaired', async ({ page, portal }) => {
  const { cluster } = portal;
  cluster.helm('upgrade', '--install', 'stuck', chart('jobs-3.0.4.tgz'), '--namespace', 'staging');
  cluster.kubectl('label', 'secret', '-n', 'staging', 'sh.helm.release.v1.stuck.v1', 'status=pending-upgrade', '--overwrite');
  await signIn(page, portal);
  await open(page, `${portal.url}/environments/staging/releases/stuck/history`);
  await expect(page.getByText('Revision 1 is pending-upgrade: Helm is at work on it, or was cut off.')).toBeVisible();
  await look(page, 'history-pending');
  await page.getByRole('button', { name: 'Mark revision 1 as failed' }).click();
  await expect(page.locator('main tbody').getByText('failed', { exact: true })).toBeVisible();
  expect(cluster.releaseStatuses('staging', 'stuck')).toEqual(['failed']);
});

test('uninstalling says what goes along, asks for the name, and leaves nothing', async ({ page, portal }) => {
  const { cluster } = portal;
  cluster.helm('upgrade', '--install', 'leaving', chart('jobs-3.0.4.tgz'), '--namespace', 'staging');
  await signIn(page, portal);
  await open(page, `${portal.url}/environments/staging/releases/leaving/uninstall`);
  await expect(page.locator('main').getByText('objects are deleted')).toBeVisible();
  await look(page, 'uninstall');
  await page.locator('input[name="confirm_name"]').fill('leaving');
  await page.getByRole('button', { name: 'Uninstall leaving' }).click();
  await page.waitForURL(/\/operations\/\d+$/);
  await expect(page.getByText('leaving is no longer in staging.').first()).toBeVisible({ timeout: 60_000 });
  expect(cluster.releaseStatuses('staging', 'leaving')).toEqual([]);
  expect(cluster.kubectl('get', 'deployments', '-n', 'staging', '-l', 'app.kubernetes.io/instance=leaving', '-o', 'name')).toBe('');
});

test('a version of a chart is opened and compared with another', async ({ page, portal }) => {
  await signIn(page, portal);
  await open(page, `${portal.url}/services/jobs/versions/3.1.0`);
  await expect(page.getByRole('heading', { name: 'Default values' })).toBeVisible();
  await look(page, 'chart');
  await page.getByRole('button', { name: 'Compare versions' }).click();
  await page.waitForURL(/compare\?from=3\.0\.4&to=3\.1\.0$/);
  await expect(page.locator('main').getByText('values.yaml').first()).toBeVisible();
  await look(page, 'chart-compare');
});
