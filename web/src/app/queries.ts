/** How the page asks: live events keep answers fresh, so little is asked twice. */
import { QueryCache, QueryClient } from '@tanstack/react-query'
import { asProblem } from '@/lib/problems'
import { keys } from '@/lib/resources'

const STALE_MS = 60_000
const ATTEMPTS = 2

/** A client that gives up at once on refusals, tries twice more when nobody answers, and notices an ended session. */
export function makeQueryClient(): QueryClient {
  const queries = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        const sessionEnded = asProblem(error).status === 401 && query.queryKey[0] !== keys.session[0]
        if (sessionEnded) void queries.invalidateQueries({ queryKey: keys.session })
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        networkMode: 'always',
        retry: (failures, error) => {
          const { status } = asProblem(error)
          return failures < ATTEMPTS && (status === 0 || status === 503)
        },
      },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}
