/** Let a waiting host in, under a name. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { Dialog } from '@/components/Dialog'
import { sayDone } from '@/components/notices'
import { FormProblemsAlert } from '@/components/Problem'
import { useProblemForm } from '@/components/useProblemForm'
import type { Agent } from '@/lib/types'
import { useAdmitHost } from '../api/changes'
import { texts } from '../texts'
import { Fingerprint } from './Fingerprint'

export function AdmitDialog({ host, onClose }: { host: Agent; onClose: () => void }) {
  const { form, rest, sending } = useProblemForm({ initialValues: { name: host.name } })
  const admit = useAdmitHost(host.id)
  const send = ({ name }: { name: string }) =>
    sending(async () => {
      const admitted = await admit.mutateAsync({ name: name.trim(), fingerprint: host.fingerprint })
      sayDone(texts.admitted(admitted.name))
      onClose()
    })
  return (
    <Dialog onClose={onClose} title={texts.admitTitle(host.name)}>
      <form onSubmit={form.onSubmit((values) => void send(values))} noValidate>
        <Stack>
          <Text size="sm">{texts.admitCompare}</Text>
          <Fingerprint text={host.fingerprint} />
          <TextInput
            label={texts.admitName}
            description={texts.admitHint}
            required
            data-autofocus
            {...form.getInputProps('name')}
          />
          <FormProblemsAlert problems={rest} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={admit.isPending}>
              {texts.admit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
