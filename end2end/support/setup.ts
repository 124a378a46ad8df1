// Before all tests: a cluster of our own, and a portal on it with the demo's services.
import { Cluster } from './cluster.ts';
import { Portal } from './portal.ts';

export default async function setup() {
  const cluster = Cluster.up(`browser-${process.pid}`);
  process.env.SLIPWAY_E2E_CLUSTER = cluster.name;
  const portal = await Portal.create(cluster);
  process.env.SLIPWAY_E2E_PORTAL = portal.folder;
  await portal.start();
  portal.seed();
}
