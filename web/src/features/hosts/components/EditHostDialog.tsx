/** Name, labels and cordon of a host. */
import { Button, Group, Stack, Switch, TextInput } from '@mantine/core'
import { Dialog } from '@/components/Dialog'
import { LabelsInput } from '@/components/Labels'
import { sayDone } from '@/components/notices'
import { FormProblemsAlert } from '@/components/Problem'
import { useProblemForm } from '@/components/useProblemForm'
import type { Labels } from '@/lib/labels'
import type { Agent } from '@/lib/types'
import { useEditHost } from '../api/changes'
import { texts } from '../texts'

// A type, not an interface: the form wants one that any record fits.
type Values = { name: string; labels: Labels; cordoned: boolean }

export function EditHostDialog({ host, onClose }: { host: Agent; onClose: () => void }) {
  const { name, labels, cordoned } = host
  const { form, rest, sending } = useProblemForm<Values>({ initialValues: { name, labels, cordoned } })
  const edit = useEditHost(host.id)
  const save = (values: Values) =>
    sending(async () => {
      await edit.mutateAsync({ ...values, name: values.name.trim() })
      sayDone(texts.saved, values.name)
      onClose()
    })
  return (
    <Dialog onClose={onClose} title={`${texts.edit}: ${name}`}>
      <form onSubmit={form.onSubmit((values) => void save(values))} noValidate>
        <Stack>
          <TextInput label={texts.admitName} required data-autofocus {...form.getInputProps('name')} />
          <LabelsInput
            value={form.values.labels}
            onChange={(changed) => form.setFieldValue('labels', changed)}
            error={form.errors.labels as string | undefined}
          />
          <Switch
            label={texts.cordoned}
            description={texts.cordonedHint}
            {...form.getInputProps('cordoned', { type: 'checkbox' })}
          />
          <FormProblemsAlert problems={rest} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={edit.isPending}>
              {texts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
