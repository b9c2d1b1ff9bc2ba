/** The API's bodies under the names the page uses; their shapes come from the API description. */
import type { components } from '@/generated/api'

type Schemas = components['schemas']

export type Camera = Schemas['Camera']
export type CameraCreate = Schemas['CameraCreate']
export type CameraUpdate = Schemas['CameraUpdate']
export type CameraState = Camera['state']
export type Instance = Schemas['Instance']
export type InstanceCreate = Schemas['InstanceCreate']
export type InstanceUpdate = Schemas['InstanceUpdate']
export type InstanceState = Instance['state']
export type InstanceConfiguration = Schemas['InstanceConfiguration']
export type ConfigurationFile = Schemas['ConfigurationFile']
export type Agent = Schemas['Agent']
export type AgentUpdate = Schemas['AgentUpdate']
export type Pipeline = Schemas['Pipeline']
export type PipelineCreate = Schemas['PipelineCreate']
export type PipelineVersionCreate = Schemas['PipelineVersionCreate']
export type Plan = Schemas['Plan']
export type PlannedHost = Schemas['PlannedHost']
export type UpdateRequest = Schemas['UpdateRequest']
export type UpdateRequestHost = Schemas['UpdateRequestHost']
export type UpdateState = UpdateRequest['state']
export type System = Schemas['System']
export type PartHealth = Schemas['PartHealth']
export type Session = Schemas['Session']
export type ProblemDocument = Schemas['ProblemDocument']
export type ProblemFacts = Schemas['ProblemFacts']

/** A page of a list, as every list route answers. */
export interface Page<Item> {
  items: Item[]
  next_cursor?: string | null
}

/** The data of one `changes` event: whole objects that changed, and the ids of what is gone. */
export interface Changes {
  cameras?: Camera[]
  instances?: Instance[]
  agents?: Agent[]
  pipelines?: Pipeline[]
  update_requests?: UpdateRequest[]
  removed?: { cameras?: string[]; instances?: string[]; agents?: string[]; pipelines?: string[] }
  system?: System | null
}
