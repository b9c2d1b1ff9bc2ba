/** Create or edit an instance. */
import { Button, Group, Input, SegmentedControl, Stack, Switch, TextInput } from '@mantine/core'
import { Dialog } from '@/components/Dialog'
import { sayDone } from '@/components/notices'
import { FormProblemsAlert } from '@/components/Problem'
import { useProblemForm } from '@/components/useProblemForm'
import type { Instance } from '@/lib/types'
import { useCreateInstance, useEditInstance } from '../api/changes'
import { alteration, creation, valuesOf, type InstanceFormValues } from '../form'
import { texts } from '../texts'
import { CameraOrder } from './CameraOrder'
import { PlaceFields } from './PlaceFields'

/** `instance` null creates a new one. Mount it anew for each instance: it takes its values once. */
export function InstanceDialog({ instance, onClose }: { instance: Instance | null; onClose: () => void }) {
  const { form, rest, sending } = useProblemForm<InstanceFormValues>({ initialValues: valuesOf(instance) })
  const create = useCreateInstance()
  const edit = useEditInstance(instance?.id ?? '')
  const say = texts.form

  const save = (values: InstanceFormValues) =>
    sending(async () => {
      if (instance === null) await create.mutateAsync(creation(values))
      else await edit.mutateAsync(alteration(instance, values))
      sayDone(texts.draft, values.name)
      onClose()
    })

  return (
    <Dialog
      onClose={onClose}
      title={instance === null ? texts.add : `${texts.editTitle}: ${instance.name}`}
      size="lg"
    >
      <form onSubmit={form.onSubmit((values) => void save(values))} noValidate>
        <Stack>
          <TextInput label={say.name} required data-autofocus {...form.getInputProps('name')} />
          <PlaceFields form={form} isNew={instance === null} />
          <Input.Wrapper
            label={say.mode}
            description={say.modeHint}
            error={form.errors.mode}
            labelElement="div"
          >
            <SegmentedControl
              mt={6}
              aria-label={say.mode}
              data={[
                { value: 'normal', label: say.normal },
                { value: 'debug', label: say.debug },
              ]}
              {...form.getInputProps('mode')}
            />
          </Input.Wrapper>
          <Switch
            label={say.power}
            description={say.powerHint}
            {...form.getInputProps('power', { type: 'checkbox' })}
          />
          <TextInput label={say.gpu} description={say.gpuHint} {...form.getInputProps('gpu')} />
          <CameraOrder
            value={form.values.camera_ids}
            onChange={(ids) => form.setFieldValue('camera_ids', ids)}
            instanceId={instance?.id ?? null}
            error={form.errors.camera_ids as string | undefined}
          />
          <FormProblemsAlert problems={rest} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending || edit.isPending}>
              {instance === null ? texts.add : texts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
