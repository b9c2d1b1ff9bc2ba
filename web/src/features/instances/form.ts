/** Between an instance and the fields of its form. */
import type { Instance, InstanceCreate, InstanceUpdate } from '@/lib/types'

// A type, not an interface: the form wants one that any record fits.
export type InstanceFormValues = {
  name: string
  agent_id: string | null
  pipeline_id: string | null
  /** null: the newest. */
  pipeline_version: string | null
  mode: Instance['mode']
  power: boolean
  gpu: string
  camera_ids: string[]
}

export function valuesOf(instance: Instance | null): InstanceFormValues {
  return {
    name: instance?.name ?? '',
    agent_id: instance?.agent_id ?? null,
    pipeline_id: instance?.pipeline_id ?? null,
    pipeline_version: instance === null ? null : String(instance.pipeline_version),
    mode: instance?.mode ?? 'normal',
    power: (instance?.power ?? 'on') === 'on',
    gpu: instance?.gpu ?? '',
    camera_ids: instance?.cameras.map((camera) => camera.camera_id) ?? [],
  }
}

/** What to send for a new instance; an empty host or pipeline is left for the coordinator to name as a problem. */
export function creation(values: InstanceFormValues): InstanceCreate {
  return {
    name: values.name.trim(),
    agent_id: values.agent_id ?? '',
    pipeline_id: values.pipeline_id ?? '',
    pipeline_version: version(values),
    mode: values.mode,
    power: values.power ? 'on' : 'off',
    gpu: values.gpu.trim() || null,
    camera_ids: values.camera_ids,
  }
}

/** What to send to change `instance`: only what differs. */
export function alteration(instance: Instance, values: InstanceFormValues): InstanceUpdate {
  const wanted = creation(values)
  const before = valuesOf(instance)
  const body: InstanceUpdate = {}
  if (wanted.name !== instance.name) body.name = wanted.name
  if (wanted.mode !== instance.mode) body.mode = wanted.mode
  if (wanted.power !== instance.power) body.power = wanted.power
  if (wanted.gpu !== instance.gpu) body.gpu = wanted.gpu
  if (values.pipeline_version !== before.pipeline_version)
    body.pipeline_version = version(values) ?? undefined
  if (values.camera_ids.join() !== before.camera_ids.join()) body.camera_ids = values.camera_ids
  return body
}

function version(values: InstanceFormValues): number | null {
  return values.pipeline_version === null ? null : Number(values.pipeline_version)
}
