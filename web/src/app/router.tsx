/** Which address shows which view; every view is loaded when it is first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { readCameraFilter } from '@/features/cameras/filter'
import { readInstanceFilter, readInstanceTab } from '@/features/instances/filter'
import { Broken } from './Broken'
import { NotFound } from './NotFound'
import { Root } from './Root'

const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: Broken })

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/overview/components/OverviewPage'), 'OverviewPage'),
})

const cameras = createRoute({
  getParentRoute: () => root,
  path: '/cameras',
  validateSearch: readCameraFilter,
  component: lazyRouteComponent(() => import('@/features/cameras/components/CamerasPage'), 'CamerasPage'),
})

const instances = createRoute({
  getParentRoute: () => root,
  path: '/instances',
  validateSearch: readInstanceFilter,
  component: lazyRouteComponent(
    () => import('@/features/instances/components/InstancesPage'),
    'InstancesPage',
  ),
})

const instance = createRoute({
  getParentRoute: () => root,
  path: '/instances/$instanceId',
  validateSearch: readInstanceTab,
  component: lazyRouteComponent(() => import('@/features/instances/components/InstancePage'), 'InstancePage'),
})

const hosts = createRoute({
  getParentRoute: () => root,
  path: '/hosts',
  component: lazyRouteComponent(() => import('@/features/hosts/components/HostsPage'), 'HostsPage'),
})

const host = createRoute({
  getParentRoute: () => root,
  path: '/hosts/$hostId',
  component: lazyRouteComponent(() => import('@/features/hosts/components/HostPage'), 'HostPage'),
})

const pipelines = createRoute({
  getParentRoute: () => root,
  path: '/pipelines',
  component: lazyRouteComponent(
    () => import('@/features/pipelines/components/PipelinesPage'),
    'PipelinesPage',
  ),
})

const changes = createRoute({
  getParentRoute: () => root,
  path: '/changes',
  component: lazyRouteComponent(() => import('@/features/changes/components/ChangesPage'), 'ChangesPage'),
})

const updates = createRoute({
  getParentRoute: () => root,
  path: '/update-requests',
  component: lazyRouteComponent(
    () => import('@/features/updates/components/UpdateRequestsPage'),
    'UpdateRequestsPage',
  ),
})

const update = createRoute({
  getParentRoute: () => root,
  path: '/update-requests/$requestId',
  component: lazyRouteComponent(
    () => import('@/features/updates/components/UpdateRequestPage'),
    'UpdateRequestPage',
  ),
})

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    cameras,
    instances,
    instance,
    hosts,
    host,
    pipelines,
    changes,
    updates,
    update,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
