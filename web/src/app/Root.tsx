/** The outermost view: who is here decides whether the page is shown at all. */
import { Box, Center, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ProblemAlert } from '@/components/Problem'
import { useLive } from '@/lib/context'
import { asProblem } from '@/lib/problems'
import { sessionQuery } from '@/lib/resources'
import { NotLoggedIn } from './NotLoggedIn'
import { Shell } from './Shell'

export function Root() {
  const session = useQuery(sessionQuery)
  const live = useLive()
  const loggedOut = session.isError && asProblem(session.error).status === 401
  const loggedIn = session.data !== undefined && !loggedOut
  useEffect(() => {
    if (!loggedIn) return undefined
    live.start()
    return () => live.stop()
  }, [loggedIn, live])
  if (loggedOut) return <NotLoggedIn onRetry={() => void session.refetch()} />
  if (session.data !== undefined) return <Shell session={session.data} />
  if (session.isError)
    return (
      <Box maw={560} mx="auto" p="lg" mt="10vh">
        <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />
      </Box>
    )
  return (
    <Center h="100vh">
      <Loader aria-label="Loading" />
    </Center>
  )
}
