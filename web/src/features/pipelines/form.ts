/** Between a pipeline version and the fields of its form. */
import type { Pipeline, PipelineCreate, PipelineVersionCreate } from '@/lib/types'

// A type, not an interface: the form wants one that any record fits.
export type PipelineFormValues = {
  name: string
  description: string
  image: string
  command: string
  cameras: number | ''
  width: number | ''
  height: number | ''
}

/** Start from the newest version of `pipeline`, or from the defaults of a new one. */
export function valuesOf(pipeline: Pipeline | null): PipelineFormValues {
  const newest = pipeline?.versions[0]
  return {
    name: pipeline?.name ?? '',
    description: pipeline?.description ?? '',
    image: newest?.image ?? '',
    command: newest?.command.join('\n') ?? '',
    cameras: newest?.cameras ?? 8,
    width: newest?.width ?? 1280,
    height: newest?.height ?? 720,
  }
}

export function versionCreation(values: PipelineFormValues): PipelineVersionCreate {
  const command = values.command.split('\n').map((part) => part.trim())
  const parts = command.filter((part) => part !== '')
  return {
    image: values.image.trim(),
    command: parts.length === 0 ? null : parts,
    cameras: Number(values.cameras),
    width: Number(values.width),
    height: Number(values.height),
  }
}

export function creation(values: PipelineFormValues): PipelineCreate {
  return {
    ...versionCreation(values),
    name: values.name.trim(),
    kind: 'deepstream-app',
    description: values.description.trim(),
  }
}
