/** Who is logged in, and logging out. */
import { Button, Menu } from '@mantine/core'
import { IconLogout, IconUserCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { sayFailed } from '@/components/notices'
import { answered, client } from '@/lib/client'
import { keys } from '@/lib/resources'
import { texts } from './texts'

export function SessionMenu({ name }: { name: string }) {
  const queries = useQueryClient()
  const logout = useMutation({
    mutationFn: () => answered(client.POST('/api/v1/session/logout')),
    onSuccess: () => queries.resetQueries({ queryKey: keys.session }),
    onError: sayFailed,
  })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<IconUserCircle size={18} aria-hidden />} px="xs">
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => logout.mutate()}>
          {texts.logout}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
