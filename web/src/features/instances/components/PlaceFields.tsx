/** Where an instance runs and what it runs: host, pipeline, version. */
import { Group, Select } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { agentsQuery, pipelinesQuery } from '@/lib/resources'
import type { InstanceFormValues } from '../form'
import { texts } from '../texts'

interface PlaceFieldsProps {
  form: UseFormReturnType<InstanceFormValues>
  /** Host and pipeline are chosen once, when the instance is made. */
  isNew: boolean
}

export function PlaceFields({ form, isNew }: PlaceFieldsProps) {
  const hosts = useQuery(agentsQuery).data?.items.filter((host) => host.admission === 'admitted') ?? []
  const pipelines = useQuery(pipelinesQuery).data?.items ?? []
  const pipeline = pipelines.find(({ id }) => id === form.values.pipeline_id)
  const versions = pipeline?.versions.map(({ version }) => ({
    value: String(version),
    label: version === pipeline.latest_version ? texts.form.newest(version) : String(version),
  }))
  return (
    <>
      {isNew && (
        <Select
          label={texts.form.host}
          required
          searchable
          data={hosts.map(({ id, name, capacity }) => ({
            value: id,
            label: `${name} (${capacity.cameras_used} of ${capacity.cameras} cameras)`,
          }))}
          {...form.getInputProps('agent_id')}
        />
      )}
      <Group grow align="flex-start">
        {isNew && (
          <Select
            label={texts.form.pipeline}
            required
            searchable
            data={pipelines.map(({ id, name }) => ({ value: id, label: name }))}
            {...form.getInputProps('pipeline_id')}
          />
        )}
        <Select
          label={texts.form.version}
          placeholder={pipeline && texts.form.newest(pipeline.latest_version)}
          disabled={pipeline === undefined}
          clearable={isNew}
          data={versions ?? []}
          {...form.getInputProps('pipeline_version')}
        />
      </Group>
    </>
  )
}
