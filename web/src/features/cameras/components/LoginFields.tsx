/** A camera's login: written, never read. */
import { Fieldset, Group, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { CameraFormValues } from '../form'
import { texts } from '../texts'

interface LoginFieldsProps {
  form: UseFormReturnType<CameraFormValues>
  hasLogin: boolean
}

export function LoginFields({ form, hasLogin }: LoginFieldsProps) {
  const say = texts.form
  return (
    <Fieldset legend={say.login} variant="filled">
      <Stack gap="sm">
        {hasLogin && (
          <Group justify="space-between">
            <Text size="sm">{say.hasLogin}</Text>
            <SegmentedControl
              aria-label={say.login}
              data={[
                { value: 'keep', label: say.keep },
                { value: 'replace', label: say.replace },
                { value: 'forget', label: say.forget },
              ]}
              {...form.getInputProps('login')}
            />
          </Group>
        )}
        {form.values.login === 'replace' && (
          <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
            <TextInput
              label={say.username}
              autoComplete="off"
              miw={180}
              {...form.getInputProps('username')}
            />
            <PasswordInput
              label={say.password}
              autoComplete="new-password"
              miw={180}
              {...form.getInputProps('password')}
            />
          </Group>
        )}
        <Text size="xs" c="dimmed">
          {say.loginHint}
        </Text>
      </Stack>
    </Fieldset>
  )
}
