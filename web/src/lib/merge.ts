/** Live changes into the query cache, so that every view follows without asking again. */
import type { QueryClient } from '@tanstack/react-query'
import { keys } from './resources'
import type { Agent, Camera, Changes, Instance, Page, Pipeline, UpdateRequest } from './types'

interface Identified {
  id: string
}

type Before<Item> = (a: Item, b: Item) => number

const byName: Before<{ name: string }> = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
const waitingFirst: Before<Agent> = (a, b) =>
  Number(b.admission === 'waiting') - Number(a.admission === 'waiting') || byName(a, b)
const newestFirst: Before<UpdateRequest> = (a, b) => (a.created_at > b.created_at ? -1 : 1)

/** The page with `changed` put in place and `gone` taken out; the same object when nothing of it is touched. */
export function mergePage<Item extends Identified>(
  page: Page<Item>,
  changed: readonly Item[],
  gone: readonly string[],
  before: Before<Item>,
): Page<Item> {
  if (changed.length === 0 && gone.length === 0) return page
  const changedById = new Map(changed.map((item) => [item.id, item]))
  const goneIds = new Set(gone)
  const kept = page.items
    .filter((item) => !goneIds.has(item.id))
    .map((item) => {
      const newer = changedById.get(item.id)
      changedById.delete(item.id)
      return newer ?? item
    })
  const added = [...changedById.values()].filter((item) => !goneIds.has(item.id))
  return { ...page, items: [...kept, ...added].sort(before) }
}

/** Whether these changes can alter the plan: something became pending, stopped being so, or was edited. */
export function touchesPlan(queries: QueryClient, changes: Changes): boolean {
  const removed = changes.removed
  if (removed?.cameras?.length || removed?.instances?.length || changes.update_requests?.length) return true
  return (
    edited(queries.getQueryData<Page<Camera>>(keys.cameras), changes.cameras ?? []) ||
    edited(queries.getQueryData<Page<Instance>>(keys.instances), changes.instances ?? [])
  )
}

/** Put one `changes` event into the cache. */
export function mergeChanges(queries: QueryClient, changes: Changes): void {
  const planIsOld = touchesPlan(queries, changes)
  const { removed } = changes
  merge<Camera>(queries, keys.cameras, changes.cameras, removed?.cameras, byName)
  merge<Instance>(queries, keys.instances, changes.instances, removed?.instances, byName)
  merge<Agent>(queries, keys.agents, changes.agents, removed?.agents, waitingFirst)
  merge<Pipeline>(queries, keys.pipelines, changes.pipelines, removed?.pipelines, byName)
  merge<UpdateRequest>(queries, keys.updateRequests, changes.update_requests, [], newestFirst)
  for (const instance of changes.instances ?? []) replace(queries, keys.instance(instance.id), instance)
  for (const agent of changes.agents ?? []) replace(queries, keys.agent(agent.id), agent)
  for (const request of changes.update_requests ?? [])
    replace(queries, keys.updateRequest(request.id), request)
  for (const id of removed?.instances ?? []) void queries.invalidateQueries({ queryKey: keys.instance(id) })
  for (const id of removed?.agents ?? []) void queries.invalidateQueries({ queryKey: keys.agent(id) })
  if (changes.system) queries.setQueryData(keys.system, changes.system)
  if (planIsOld) void queries.invalidateQueries({ queryKey: keys.plan })
}

function edited(
  page: Page<Identified & { pending: boolean; updated_at: string }> | undefined,
  changed: Camera[] | Instance[],
) {
  const known = new Map(page?.items.map((item) => [item.id, item]))
  return changed.some((item) => {
    const old = known.get(item.id)
    return old?.pending !== item.pending || old.updated_at !== item.updated_at
  })
}

function merge<Item extends Identified>(
  queries: QueryClient,
  queryKey: readonly string[],
  changed: readonly Item[] = [],
  gone: readonly string[] = [],
  before: Before<Item>,
): void {
  if (changed.length === 0 && gone.length === 0) return
  put<Page<Item>>(queries, queryKey, (page) => mergePage(page, changed, gone, before))
}

function replace(queries: QueryClient, queryKey: readonly string[], item: Identified): void {
  put<Identified>(queries, queryKey, () => item)
}

/**
 * Alter what the cache holds, if it holds anything.
 *
 * An answer already under way may have been written before this change: it is dropped and asked for again, so that it
 * cannot undo it.
 */
function put<Data>(queries: QueryClient, queryKey: readonly string[], alter: (data: Data) => Data): void {
  const options = { queryKey, exact: true }
  const underway = queries.isFetching(options) > 0
  if (underway) void queries.cancelQueries(options)
  queries.setQueryData<Data>(queryKey, (data) => (data === undefined ? undefined : alter(data)))
  if (underway) void queries.invalidateQueries(options)
}
