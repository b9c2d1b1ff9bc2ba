/** The frame around every view: header, navigation, banners, pending changes. */
import { Anchor, AppShell, Burger, Group, Container, Badge } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { PendingBar } from '@/features/changes/components/PendingBar'
import type { Session } from '@/lib/types'
import { Banners } from './Banners'
import { Brand } from './Brand'
import { Navigation } from './Navigation'
import { SessionMenu } from './SessionMenu'
import { texts } from './texts'
import { ThemeButton } from './ThemeButton'

export function Shell({ session }: { session: Session }) {
  const [opened, { toggle, close }] = useDisclosure()
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(close, [path, close])
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 244, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      layout="default"
    >
      <Anchor href="#content" className="skip-link">
        {texts.skip}
      </Anchor>
      <AppShell.Header className="surface">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={texts.menu}
              aria-expanded={opened}
            />
            <Brand />
            {session.demo && (
              <Badge variant="outline" size="sm" className="never-shrink">
                {texts.demo}
              </Badge>
            )}
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ThemeButton />
            <SessionMenu name={session.name} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" className="surface" aria-label="Main">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Banners />
        <PendingBar />
        <Container size="xl" py="lg" px={{ base: 'sm', sm: 'lg' }}>
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  )
}
