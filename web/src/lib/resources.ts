/** What the page reads from the coordinator: one query per resource, under the keys that live changes are merged into. */
import { queryOptions } from '@tanstack/react-query'
import { answered, client } from './client'

/** A list is read in one page of this size; a view says so when there is more. */
export const PAGE_SIZE = 1000

export const keys = {
  session: ['session'],
  system: ['system'],
  cameras: ['cameras'],
  instances: ['instances'],
  instance: (id: string) => ['instance', id],
  agents: ['agents'],
  agent: (id: string) => ['agent', id],
  pipelines: ['pipelines'],
  plan: ['plan'],
  updateRequests: ['update-requests'],
  updateRequest: (id: string) => ['update-request', id],
} as const

const page = { query: { limit: PAGE_SIZE } }

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => answered(client.GET('/api/v1/session', { signal })),
})

export const systemQuery = queryOptions({
  queryKey: keys.system,
  queryFn: ({ signal }) => answered(client.GET('/api/v1/system', { signal })),
})

export const camerasQuery = queryOptions({
  queryKey: keys.cameras,
  queryFn: ({ signal }) => answered(client.GET('/api/v1/cameras', { signal, params: page })),
})

export const instancesQuery = queryOptions({
  queryKey: keys.instances,
  queryFn: ({ signal }) => answered(client.GET('/api/v1/instances', { signal, params: page })),
})

export const instanceQuery = (id: string) =>
  queryOptions({
    queryKey: keys.instance(id),
    queryFn: ({ signal }) =>
      answered(
        client.GET('/api/v1/instances/{instance_id}', { signal, params: { path: { instance_id: id } } }),
      ),
  })

export const agentsQuery = queryOptions({
  queryKey: keys.agents,
  queryFn: ({ signal }) => answered(client.GET('/api/v1/agents', { signal, params: page })),
})

export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: keys.agent(id),
    queryFn: ({ signal }) =>
      answered(client.GET('/api/v1/agents/{agent_id}', { signal, params: { path: { agent_id: id } } })),
  })

export const pipelinesQuery = queryOptions({
  queryKey: keys.pipelines,
  queryFn: ({ signal }) => answered(client.GET('/api/v1/pipelines', { signal, params: page })),
})

export const planQuery = queryOptions({
  queryKey: keys.plan,
  queryFn: ({ signal }) => answered(client.GET('/api/v1/plan', { signal })),
})

export const updateRequestsQuery = queryOptions({
  queryKey: keys.updateRequests,
  queryFn: ({ signal }) =>
    answered(client.GET('/api/v1/update-requests', { signal, params: { query: { limit: 100 } } })),
})

export const updateRequestQuery = (id: string) =>
  queryOptions({
    queryKey: keys.updateRequest(id),
    queryFn: ({ signal }) =>
      answered(
        client.GET('/api/v1/update-requests/{request_id}', {
          signal,
          params: { path: { request_id: id } },
        }),
      ),
  })
