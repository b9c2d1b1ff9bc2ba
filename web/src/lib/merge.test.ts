import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { mergeChanges, mergePage, touchesPlan } from './merge'
import { keys } from './resources'
import type { Agent, Camera, Instance, Page, System, UpdateRequest } from './types'

const camera = (id: string, more: Partial<Camera> = {}) =>
  ({ id, name: id, pending: false, updated_at: '2026-01-01T12:00:00Z', ...more }) as Camera
const agent = (id: string, more: Partial<Agent> = {}) =>
  ({ id, name: id, admission: 'admitted', ...more }) as Agent
const instance = (id: string, more: Partial<Instance> = {}) => ({ id, name: id, ...more }) as Instance
const request = (id: string, created_at: string) => ({ id, created_at, state: 'sent' }) as UpdateRequest
const ids = (page: Page<{ id: string }> | undefined) => page?.items.map((item) => item.id)

const byName = (a: Camera, b: Camera) => (a.name < b.name ? -1 : 1)

describe('a page of a list', () => {
  const page: Page<Camera> = { items: [camera('a'), camera('c')], next_cursor: null }

  it('replaces what changed, adds what is new in its place, and takes out what is gone', () => {
    const merged = mergePage(page, [camera('b'), camera('c', { fps: 9 })], ['a'], byName)
    expect(ids(merged)).toEqual(['b', 'c'])
    expect(merged.items[1]?.fps).toBe(9)
  })

  it('moves an item whose name changed', () => {
    expect(ids(mergePage(page, [camera('a', { name: 'z' })], [], byName))).toEqual(['c', 'a'])
  })

  it('stays the same object when nothing of it is touched', () => {
    expect(mergePage(page, [], [], byName)).toBe(page)
  })

  it('believes that a thing is gone even when it also changed', () => {
    expect(ids(mergePage(page, [camera('a')], ['a'], byName))).toEqual(['c'])
  })
})

describe('one event into the cache', () => {
  let queries: QueryClient

  beforeEach(() => {
    queries = new QueryClient()
    queries.setQueryData(keys.cameras, { items: [camera('a')], next_cursor: null })
    queries.setQueryData(keys.plan, { plan_id: 'p' })
  })

  const planIsOld = () => queries.getQueryState(keys.plan)?.isInvalidated

  it('reaches the list and the single view alike', () => {
    queries.setQueryData(keys.instances, { items: [instance('i')] })
    queries.setQueryData(keys.instance('i'), instance('i'))
    mergeChanges(queries, { instances: [instance('i', { state: 'running' })] })
    expect(queries.getQueryData<Instance>(keys.instance('i'))?.state).toBe('running')
    expect(queries.getQueryData<Page<Instance>>(keys.instances)?.items[0]?.state).toBe('running')
  })

  it('invents no list that nobody has asked for', () => {
    mergeChanges(queries, { agents: [agent('h')] })
    expect(queries.getQueryData(keys.agents)).toBeUndefined()
  })

  it('puts waiting hosts first and the newest request first', () => {
    queries.setQueryData(keys.agents, { items: [agent('a'), agent('b')] })
    queries.setQueryData(keys.updateRequests, { items: [request('old', '2026-01-01')] })
    mergeChanges(queries, {
      agents: [agent('c', { admission: 'waiting' })],
      update_requests: [request('new', '2026-01-02')],
    })
    expect(ids(queries.getQueryData(keys.agents))).toEqual(['c', 'a', 'b'])
    expect(ids(queries.getQueryData(keys.updateRequests))).toEqual(['new', 'old'])
  })

  it('replaces the state of the coordinator', () => {
    mergeChanges(queries, { system: { version: '9' } as System })
    expect(queries.getQueryData<System>(keys.system)?.version).toBe('9')
  })

  it('asks for the plan again when something was edited, and not for mere figures', () => {
    mergeChanges(queries, { cameras: [camera('a', { fps: 12 })] })
    expect(planIsOld()).toBe(false)
    mergeChanges(queries, { cameras: [camera('a', { pending: true })] })
    expect(planIsOld()).toBe(true)
  })

  it('asks for the plan again when something is gone or a request moved', () => {
    expect(touchesPlan(queries, { removed: { cameras: ['a'] } })).toBe(true)
    expect(touchesPlan(queries, { update_requests: [request('r', '2026-01-01')] })).toBe(true)
    expect(touchesPlan(queries, { agents: [agent('a')] })).toBe(false)
  })

  it('does not let an answer already under way undo a newer event', async () => {
    const answers: ((page: Page<Camera>) => void)[] = []
    const ask = () => new Promise<Page<Camera>>((resolve) => answers.push(resolve))
    const view = new QueryObserver(queries, { queryKey: keys.cameras, queryFn: ask, staleTime: Infinity })
    const close = view.subscribe(() => undefined)
    const asked = view.refetch()
    mergeChanges(queries, { cameras: [camera('a', { fps: 2 })] })
    answers[0]?.({ items: [camera('a', { fps: 1 })] })
    await asked
    expect(queries.getQueryData<Page<Camera>>(keys.cameras)?.items[0]?.fps).toBe(2)
    expect(answers).toHaveLength(2)
    close()
  })

  it('asks again for what was being fetched for the first time', async () => {
    const answers: ((page: Page<Agent>) => void)[] = []
    const ask = () => new Promise<Page<Agent>>((resolve) => answers.push(resolve))
    const view = new QueryObserver(queries, { queryKey: keys.agents, queryFn: ask })
    const close = view.subscribe(() => undefined)
    mergeChanges(queries, { agents: [agent('a', { version: 'new' })] })
    answers[0]?.({ items: [agent('a', { version: 'old' })] })
    await vi.waitFor(() => expect(answers).toHaveLength(2))
    answers[1]?.({ items: [agent('a', { version: 'new' })] })
    await vi.waitFor(() => expect(view.getCurrentResult().data?.items[0]?.version).toBe('new'))
    close()
  })
})
