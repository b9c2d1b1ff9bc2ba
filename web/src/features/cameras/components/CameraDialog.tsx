/** Add or edit a camera. */
import { Button, Group, NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { Dialog } from '@/components/Dialog'
import { useQuery } from '@tanstack/react-query'
import { LabelsInput } from '@/components/Labels'
import { sayDone } from '@/components/notices'
import { FormProblemsAlert } from '@/components/Problem'
import { useProblemForm } from '@/components/useProblemForm'
import { instancesQuery } from '@/lib/resources'
import type { Camera } from '@/lib/types'
import { useAddCamera, useEditCamera } from '../api/changes'
import { alteration, creation, valuesOf, type CameraFormValues } from '../form'
import { texts } from '../texts'
import { LoginFields } from './LoginFields'

/** `camera` null adds a new one. Mount it anew for each camera: it takes its values once. */
export function CameraDialog({ camera, onClose }: { camera: Camera | null; onClose: () => void }) {
  const { form, rest, sending } = useProblemForm<CameraFormValues>({ initialValues: valuesOf(camera) })
  const add = useAddCamera()
  const edit = useEditCamera()
  const instances = useQuery(instancesQuery)
  const say = texts.form

  const save = (values: CameraFormValues) =>
    sending(async () => {
      if (camera === null) await add.mutateAsync(creation(values))
      else await edit.mutateAsync({ id: camera.id, body: alteration(camera, values) })
      sayDone(texts.draft, values.name)
      onClose()
    })

  return (
    <Dialog onClose={onClose} title={camera === null ? texts.add : `${texts.edit}: ${camera.name}`} size="lg">
      <form onSubmit={form.onSubmit((values) => void save(values))} noValidate>
        <Stack>
          <TextInput label={say.name} required data-autofocus {...form.getInputProps('name')} />
          <TextInput
            label={say.uri}
            description={say.uriHint}
            placeholder="rtsp://192.0.2.10:554/stream1"
            required
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('uri')}
          />
          <LoginFields form={form} hasLogin={camera?.has_login ?? false} />
          <Select
            label={say.instance}
            placeholder={say.unassigned}
            clearable
            searchable
            data={instances.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            {...form.getInputProps('instance_id')}
          />
          <NumberInput
            label={say.expectedFps}
            description={say.expectedFpsHint}
            min={1}
            max={1000}
            {...form.getInputProps('expected_fps')}
          />
          <LabelsInput
            value={form.values.labels}
            onChange={(labels) => form.setFieldValue('labels', labels)}
            error={form.errors.labels as string | undefined}
          />
          <Switch
            label={say.enabled}
            description={say.enabledHint}
            {...form.getInputProps('enabled', { type: 'checkbox' })}
          />
          <FormProblemsAlert problems={rest} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={add.isPending || edit.isPending}>
              {camera === null ? texts.add : texts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
