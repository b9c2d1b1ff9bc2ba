/** What an operator can do about hosts. */
import { useChange } from '@/lib/change'
import { answered, client } from '@/lib/client'
import { keys } from '@/lib/resources'
import type { AgentUpdate } from '@/lib/types'

const pathOf = (id: string) => ({ path: { agent_id: id } })

export function useAdmitHost(id: string) {
  return useChange(
    (body: { name: string; fingerprint: string }) =>
      answered(client.POST('/api/v1/agents/{agent_id}/admit', { params: pathOf(id), body })),
    [keys.agents, keys.agent(id)],
  )
}

export function useDenyHost(id: string) {
  return useChange(
    (body: { reason: string }) =>
      answered(client.POST('/api/v1/agents/{agent_id}/deny', { params: pathOf(id), body })),
    [keys.agents, keys.agent(id)],
  )
}

export function useEditHost(id: string) {
  return useChange(
    (body: AgentUpdate) => answered(client.PATCH('/api/v1/agents/{agent_id}', { params: pathOf(id), body })),
    [keys.agents, keys.agent(id)],
  )
}

export function useRemoveHost(id: string) {
  return useChange(
    () => answered(client.DELETE('/api/v1/agents/{agent_id}', { params: pathOf(id) })),
    [keys.agents],
  )
}
