/** Create a pipeline, or a new version of one. */
import { Button, Group, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { Dialog } from '@/components/Dialog'
import { sayDone } from '@/components/notices'
import { FormProblemsAlert } from '@/components/Problem'
import { useProblemForm } from '@/components/useProblemForm'
import type { Pipeline } from '@/lib/types'
import { useCreatePipeline, useCreateVersion } from '../api/changes'
import { creation, valuesOf, versionCreation, type PipelineFormValues } from '../form'
import { texts } from '../texts'

/** `pipeline` null creates a new one. Mount it anew for each pipeline: it takes its values once. */
export function PipelineDialog({ pipeline, onClose }: { pipeline: Pipeline | null; onClose: () => void }) {
  const { form, rest, sending } = useProblemForm<PipelineFormValues>({ initialValues: valuesOf(pipeline) })
  const create = useCreatePipeline()
  const addVersion = useCreateVersion(pipeline?.id ?? '')
  const say = texts.form

  const save = (values: PipelineFormValues) =>
    sending(async () => {
      if (pipeline === null) {
        const created = await create.mutateAsync(creation(values))
        sayDone(texts.created(created.name))
      } else {
        const { name, latest_version } = await addVersion.mutateAsync(versionCreation(values))
        sayDone(texts.versionCreated(name, latest_version))
      }
      onClose()
    })

  return (
    <Dialog
      onClose={onClose}
      title={pipeline === null ? texts.add : texts.addVersionTitle(pipeline.name)}
      size="lg"
    >
      <form onSubmit={form.onSubmit((values) => void save(values))} noValidate>
        <Stack>
          {pipeline === null ? (
            <>
              <TextInput label={say.name} required data-autofocus {...form.getInputProps('name')} />
              <TextInput label={say.description} {...form.getInputProps('description')} />
            </>
          ) : (
            <Text size="sm" c="dimmed">
              {texts.versionNote}
            </Text>
          )}
          <TextInput
            label={say.image}
            description={say.imageHint}
            required
            data-autofocus={pipeline === null ? undefined : true}
            spellCheck={false}
            {...form.getInputProps('image')}
          />
          <Textarea
            label={say.command}
            description={say.commandHint}
            autosize
            minRows={2}
            spellCheck={false}
            {...form.getInputProps('command')}
          />
          <Group grow align="flex-end" preventGrowOverflow={false}>
            <NumberInput label={say.cameras} min={1} max={1000} {...form.getInputProps('cameras')} />
            <NumberInput label={say.width} min={16} max={7680} {...form.getInputProps('width')} />
            <NumberInput label={say.height} min={16} max={4320} {...form.getInputProps('height')} />
          </Group>
          <FormProblemsAlert problems={rest} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending || addVersion.isPending}>
              {pipeline === null ? texts.add : texts.addVersion}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
