/** Which cameras an instance takes, in which order; by keyboard as well as by mouse. */
import { ActionIcon, Group, Input, Paper, Select, Stack, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { camerasQuery, instancesQuery } from '@/lib/resources'
import type { Camera } from '@/lib/types'
import { moved } from '../cameraOrder'
import { texts } from '../texts'

interface CameraOrderProps {
  value: string[]
  onChange: (cameraIds: string[]) => void
  /** The instance being edited: its own cameras are not "elsewhere". */
  instanceId: string | null
  error?: string
}

export function CameraOrder({ value, onChange, instanceId, error }: CameraOrderProps) {
  const cameras = useQuery(camerasQuery).data?.items ?? []
  const instances = useQuery(instancesQuery).data?.items ?? []
  const camerasById = new Map(cameras.map((camera) => [camera.id, camera]))
  const instanceNames = new Map(instances.map((instance) => [instance.id, instance.name]))
  const optionOf = ({ id, name, instance_id }: Camera) => {
    const elsewhere =
      instance_id === null || instance_id === instanceId ? undefined : instanceNames.get(instance_id)
    return { value: id, label: elsewhere === undefined ? name : texts.form.elsewhere(name, elsewhere) }
  }
  const free = cameras.filter((camera) => !value.includes(camera.id))
  const sorted = [...free].sort((a, b) => Number(a.instance_id !== null) - Number(b.instance_id !== null))
  return (
    <Input.Wrapper
      label={texts.form.cameras}
      description={texts.form.camerasHint}
      error={error}
      labelElement="div"
    >
      <Stack gap={6} mt={6}>
        {value.length === 0 && (
          <Text size="sm" c="dimmed">
            {texts.form.noneChosen}
          </Text>
        )}
        <Stack component="ol" gap={4} className="plain-list">
          {value.map((id, place) => (
            <ChosenCamera
              key={id}
              name={camerasById.get(id)?.name ?? id}
              place={place}
              last={place === value.length - 1}
              onMove={(by) => onChange(moved(value, place, by))}
              onRemove={() => onChange(value.filter((other) => other !== id))}
            />
          ))}
        </Stack>
        <Select
          aria-label={texts.form.addCamera}
          placeholder={texts.form.addCamera}
          searchable
          data={sorted.map(optionOf)}
          value={null}
          onChange={(id) => id !== null && onChange([...value, id])}
        />
      </Stack>
    </Input.Wrapper>
  )
}

interface ChosenCameraProps {
  name: string
  place: number
  last: boolean
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}

function ChosenCamera({ name, place, last, onMove, onRemove }: ChosenCameraProps) {
  const button = { variant: 'subtle', color: 'gray', size: 'sm' } as const
  return (
    <Paper component="li" withBorder px="sm" py={4} radius="sm">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap" miw={0}>
          <Text size="xs" c="dimmed" className="figure">
            {place}
          </Text>
          <Text size="sm" truncate>
            {name}
          </Text>
        </Group>
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            {...button}
            disabled={place === 0}
            onClick={() => onMove(-1)}
            aria-label={`Move ${name} up`}
          >
            <IconArrowUp size={15} aria-hidden />
          </ActionIcon>
          <ActionIcon {...button} disabled={last} onClick={() => onMove(1)} aria-label={`Move ${name} down`}>
            <IconArrowDown size={15} aria-hidden />
          </ActionIcon>
          <ActionIcon {...button} onClick={onRemove} aria-label={`Take ${name} out`}>
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
    </Paper>
  )
}
