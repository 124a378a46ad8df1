// After all tests, also failed ones: the portal by its process id, then the cluster.
import { Cluster } from './cluster.ts';
import { Portal } from './portal.ts';

export default async function teardown() {
  if (process.env.SLIPWAY_E2E_PORTAL) await Portal.at(process.env.SLIPWAY_E2E_PORTAL).remove();
  if (process.env.SLIPWAY_E2E_CLUSTER) Cluster.named(process.env.SLIPWAY_E2E_CLUSTER).down();
}
